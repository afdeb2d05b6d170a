/** How a count goes from one state to another. Pure. */
import { Refusal } from '../../refusal.ts';
import type { CountStatus } from '../../schema/enums.ts';

const moves: Readonly<Record<CountStatus, readonly CountStatus[]>> = {
  IN_PROGRESS: ['RECOUNTING', 'SUBMITTED', 'CANCELLED'],
  RECOUNTING: ['SUBMITTED', 'CANCELLED'],
  SUBMITTED: ['APPROVED', 'RECOUNTING', 'CANCELLED'],
  APPROVED: [],
  CANCELLED: [],
};

export function requireCountMove(countId: string, from: CountStatus, to: CountStatus): void {
  if (!moves[from].includes(to)) throw notAllowed(countId, from, to);
}

/** Figures are told before submission only. */
export function requireCounting(countId: string, status: CountStatus): void {
  if (status !== 'IN_PROGRESS' && status !== 'RECOUNTING') throw notAllowed(countId, status, 'IN_PROGRESS');
}

function notAllowed(countId: string, from: CountStatus, to: CountStatus): Refusal {
  return new Refusal('INVALID_STATUS_TRANSITION', `A count that is ${from} cannot become ${to}.`, {
    countId,
    from,
    to,
    allowed: moves[from],
  });
}
