/** One who is told what happens, event by event, until the signal says that nobody listens any more. */
import type { Actor } from '../actor.ts';

export interface Follower {
  /** Who it is, as they are now; throws where they may no more. */
  readonly access: () => Promise<Actor>;
  readonly signal: AbortSignal;
}
