/** How an opened vial goes from one state to another. Pure. */
import { Refusal } from '../../refusal.ts';
import type { VialStatus } from '../../schema/enums.ts';

const moves: Readonly<Record<VialStatus, readonly VialStatus[]>> = {
  OPEN: ['DEPLETED', 'CLOSED', 'EXPIRED'],
  // A use is taken back in time.
  DEPLETED: ['OPEN'],
  EXPIRED: ['CLOSED'],
  CLOSED: [],
};

export function requireVialMove(sessionId: string, from: VialStatus, to: VialStatus): void {
  if (moves[from].includes(to)) return;
  throw new Refusal('INVALID_STATUS_TRANSITION', `A vial that is ${from} cannot become ${to}.`, {
    sessionId,
    from,
    to,
    allowed: moves[from],
  });
}
