/** The life of an alert as one pure table. It resolves by itself too, from wherever it is, when its cause is gone. */
import { Refusal } from '../../refusal.ts';
import type { AlertStatus } from '../../schema/enums.ts';

const nextStatuses: Readonly<Record<AlertStatus, readonly AlertStatus[]>> = {
  OPEN: ['ACKNOWLEDGED', 'RESOLVED'],
  ACKNOWLEDGED: ['RESOLVED'],
  RESOLVED: [],
};

export function requireTransition(from: AlertStatus, to: AlertStatus): void {
  const allowed = nextStatuses[from];
  if (allowed.includes(to)) return;
  throw new Refusal('INVALID_STATUS_TRANSITION', `An alert that is ${from} does not become ${to}.`, {
    from,
    to,
    allowed,
  });
}
