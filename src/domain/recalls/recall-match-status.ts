/** The life of a match as one pure table. That a dismissed one is opened again is told by the notice, not by a person. */
import { Refusal } from '../../refusal.ts';
import type { RecallMatchStatus } from '../../schema/enums.ts';

const nextStatuses: Readonly<Record<RecallMatchStatus, readonly RecallMatchStatus[]>> = {
  PENDING: ['CONFIRMED', 'DISMISSED'],
  CONFIRMED: [],
  DISMISSED: [],
};

export function requireMatchMove(from: RecallMatchStatus, to: RecallMatchStatus): void {
  const allowed = nextStatuses[from];
  if (allowed.includes(to)) return;
  throw new Refusal('INVALID_STATUS_TRANSITION', `A match that is ${from} does not become ${to}.`, {
    from,
    to,
    allowed,
  });
}
