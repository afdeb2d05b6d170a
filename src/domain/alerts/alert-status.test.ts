import { expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { AlertStatus } from '../../schema/enums.ts';
import { requireTransition } from './alert-status.ts';

const allowed = new Set(['OPEN>ACKNOWLEDGED', 'OPEN>RESOLVED', 'ACKNOWLEDGED>RESOLVED']);
const statuses = Object.values(AlertStatus);
const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to, pair: `${from}>${to}` })));

it.each(pairs)('$pair', ({ from, to, pair }) => {
  let refused: unknown = null;
  try {
    requireTransition(from, to);
  } catch (error) {
    refused = error;
  }
  if (allowed.has(pair)) {
    expect(refused).toBeNull();
    return;
  }
  expect(refused).toBeInstanceOf(Refusal);
  expect(refused).toMatchObject({
    code: 'INVALID_STATUS_TRANSITION',
    context: { from, to, allowed: statuses.filter((other) => allowed.has(`${from}>${other}`)) },
  });
});
