/** The life of a recall as one pure table. */
import { Refusal } from '../../refusal.ts';
import type { RecallStatus } from '../../schema/enums.ts';

const nextStatuses: Readonly<Record<RecallStatus, readonly RecallStatus[]>> = {
  ACTIVE: ['CLOSED'],
  CLOSED: [],
};

export function requireRecallMove(from: RecallStatus, to: RecallStatus): void {
  const allowed = nextStatuses[from];
  if (allowed.includes(to)) return;
  throw new Refusal('INVALID_STATUS_TRANSITION', `A recall that is ${from} does not become ${to}.`, {
    from,
    to,
    allowed,
  });
}
