import { describe, expect, it } from 'vitest';
import { StockStatus } from '../../schema/enums.ts';
import { Refusal } from '../../refusal.ts';
import { nextStatuses, requireTransition } from './stock-status.ts';

const statuses = Object.values(StockStatus);
const byHand = new Set([
  'AWAITING_INTAKE>LIVE',
  'AWAITING_INTAKE>QUARANTINED',
  'AWAITING_INTAKE>CLOSED',
  'LIVE>ON_HOLD',
  'LIVE>QUARANTINED',
  'LIVE>CLOSED',
  'ON_HOLD>LIVE',
  'ON_HOLD>QUARANTINED',
  'ON_HOLD>CLOSED',
  'QUARANTINED>LIVE',
  'QUARANTINED>ON_HOLD',
  'QUARANTINED>CLOSED',
  'SOLD_OUT>CLOSED',
]);
const byItself = new Set(['LIVE>SOLD_OUT', 'SOLD_OUT>LIVE']);
const pairs = statuses.flatMap((from) => statuses.map((to) => ({ from, to, pair: `${from}>${to}` })));

describe('the life of a batch', () => {
  it.each(pairs)('$pair', ({ from, to, pair }) => {
    expect(nextStatuses[from].includes(to)).toBe(byHand.has(pair) || byItself.has(pair));
    if (byHand.has(pair)) {
      expect(() => {
        requireTransition(from, to);
      }).not.toThrow();
      return;
    }
    try {
      requireTransition(from, to);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.code).toBe('INVALID_STATUS_TRANSITION');
      const allowed = statuses.filter((other) => byHand.has(`${from}>${other}`));
      expect(error.context).toMatchObject({ from, to });
      expect(new Set(error.context['allowed'] as string[])).toEqual(new Set(allowed));
      return;
    }
    throw new Error(`${pair} was allowed`);
  });
});
