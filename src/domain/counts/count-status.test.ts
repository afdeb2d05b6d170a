import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { CountStatus } from '../../schema/enums.ts';
import { requireCounting, requireCountMove } from './count-status.ts';

const statuses = Object.values(CountStatus);
const open = new Set([
  ...['IN_PROGRESS>RECOUNTING', 'IN_PROGRESS>SUBMITTED', 'IN_PROGRESS>CANCELLED'],
  ...['RECOUNTING>SUBMITTED', 'RECOUNTING>CANCELLED'],
  ...['SUBMITTED>APPROVED', 'SUBMITTED>RECOUNTING', 'SUBMITTED>CANCELLED'],
]);
const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to, pair: `${from}>${to}` })));

function refusedBy(work: () => void): Refusal | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

describe('the life of a count', () => {
  it.each(pairs)('$pair', ({ from, to, pair }) => {
    const refusal = refusedBy(() => {
      requireCountMove('C', from, to);
    });
    expect(refusal === null).toBe(open.has(pair));
    if (refusal === null) return;
    const allowed = statuses.filter((other) => open.has(`${from}>${other}`));
    expect(refusal.code).toBe('INVALID_STATUS_TRANSITION');
    expect(refusal.context).toMatchObject({ countId: 'C', from, to });
    expect(new Set(refusal.context['allowed'] as string[])).toEqual(new Set(allowed));
  });

  it.each(statuses)('figures are told while it is %s: only before submission', (status) => {
    const refusal = refusedBy(() => {
      requireCounting('C', status);
    });
    const isOpen = status === 'IN_PROGRESS' || status === 'RECOUNTING';
    expect(refusal?.context['from'] ?? null).toBe(isOpen ? null : status);
  });
});
