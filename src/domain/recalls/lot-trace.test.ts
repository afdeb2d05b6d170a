import { describe, expect, it } from 'vitest';
import { TransactionType } from '../../schema/enums.ts';
import { exact, sum } from '../decimal.ts';
import { traceOf, type LotMoves, type TraceFigures } from './lot-trace.ts';

const nothing: LotMoves = { lotId: 'lot', onHand: '0', defective: '0', sample: '0', changes: {}, dispensedBack: '0' };
const trace = (moves: Partial<LotMoves>) => traceOf({ ...nothing, ...moves });
const isExact = (t: TraceFigures) =>
  exact(sum([t.received, t.adjusted])).eq(
    sum([t.onHand, t.defective, t.sample, t.inTransit, t.dispensed, t.sold, t.wasted, t.openedVials]),
  );

describe('where units went', () => {
  it('is net of what came back', () => {
    const changes = { INTAKE: '100', DISPENSE: '-10', SALE: '-20', RETURN: '7', WASTE: '-1.5', VIAL_OPENED: '-2' };
    const told = trace({ onHand: '73.5', changes, dispensedBack: '4' });
    expect(told).toMatchObject({ received: '100', dispensed: '6', sold: '17', wasted: '1.5', openedVials: '2' });
    expect(isExact(told)).toBe(true);
  });

  it('of what came back unsold is an adjustment: nobody sold less than nothing', () => {
    const told = trace({ onHand: '8', changes: { IMPORT: '5', SALE: '-1', RETURN: '3', ADJUSTMENT: '1' } });
    expect(told).toMatchObject({ received: '5', sold: '0', adjusted: '3' });
    expect(isExact(told)).toBe(true);
  });

  it('between two locations is what left one and has not come to the other', () => {
    const told = trace({ onHand: '6', changes: { INTAKE: '10', TRANSFER_OUT: '-7', TRANSFER_IN: '4', WASTE: '-1' } });
    expect(told).toMatchObject({ inTransit: '3', wasted: '1' });
    expect(isExact(told)).toBe(true);
  });
});

/** Within on hand, or from one bucket into another: what the one loses the other has. */
const within = new Set<string>([
  'RESERVE',
  'RELEASE',
  'QUARANTINE',
  'UNQUARANTINE',
  'HOLD',
  'UNHOLD',
  'DEFECT',
  'SAMPLE',
]);

it.each(Object.values(TransactionType).filter((type) => !within.has(type)))(
  'a unit that comes by %s is told of',
  (type) => {
    expect(isExact(trace({ onHand: '1', changes: { [type]: '1' } }))).toBe(true);
  },
);
