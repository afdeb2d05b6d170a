/** Which queues hear of what. A topic that is not named here is nobody's yet: its rows count as sent. */
import type { Topic } from '../domain/outbox.ts';

export type Routes = Partial<Readonly<Record<Topic, readonly string[]>>>;

export const routes: Routes = {};
