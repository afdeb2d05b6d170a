import { describe, expect, it } from 'vitest';
import { inFefoOrder, planFefo, skipReason, type Batch } from './fefo.ts';
import { exact } from '../decimal.ts';

function batch(overrides: Partial<Batch> = {}): Batch {
  return {
    id: 'a',
    status: 'LIVE',
    receivedAt: new Date('2027-01-01T00:00:00Z'),
    onHand: '10',
    reserved: '0',
    quarantine: '0',
    hold: '0',
    available: '10',
    lotRecalled: false,
    lotQuarantined: false,
    lotExpiresOn: '2027-06-30',
    today: '2027-03-01',
    ...overrides,
  };
}

describe('skipReason', () => {
  it('takes from a LIVE batch of a usable lot through its last day', () => {
    expect(skipReason(batch())).toBeNull();
    expect(skipReason(batch({ today: '2027-06-30' }))).toBeNull();
    expect(skipReason(batch({ today: '2027-07-01' }))).toBe('EXPIRED');
    expect(skipReason(batch({ lotExpiresOn: null, today: '2999-01-01' }))).toBeNull();
  });

  // Each case would also meet the reasons below it.
  const worst: Partial<Batch> = {
    lotExpiresOn: '2027-01-01',
    lotRecalled: true,
    lotQuarantined: true,
    status: 'ON_HOLD',
    available: '0',
    reserved: '5',
    hold: '5',
  };
  it.each<[string, Partial<Batch>]>([
    ['EXPIRED', worst],
    ['RECALLED', { ...worst, lotExpiresOn: null }],
    ['QUARANTINED', { ...worst, lotExpiresOn: null, lotRecalled: false }],
    ['QUARANTINED', { status: 'QUARANTINED', available: '0' }],
    ['QUARANTINED', { available: '0', quarantine: '4', hold: '3', reserved: '3' }],
    ['ON_HOLD', { status: 'ON_HOLD', available: '0', reserved: '5', hold: '5' }],
    ['ON_HOLD', { available: '0', reserved: '5', hold: '5' }],
    ['RESERVED', { available: '0', reserved: '10' }],
    ['NOT_LIVE', { status: 'SOLD_OUT', available: '0', onHand: '0' }],
    ['NOT_LIVE', { status: 'CLOSED', available: '0', onHand: '0' }],
    ['NOT_LIVE', { status: 'AWAITING_INTAKE' }],
    ['NOTHING_AVAILABLE', { available: '0', onHand: '0' }],
  ])('says %s', (reason, overrides) => {
    expect(skipReason(batch(overrides))).toBe(reason);
  });
});

describe('inFefoOrder', () => {
  it('goes by expiry, none last, then by receipt, then by id', () => {
    const batches = [
      batch({ id: 'none', lotExpiresOn: null }),
      batch({ id: 'c', lotExpiresOn: '2027-05-01' }),
      batch({ id: 'b', lotExpiresOn: '2027-05-01' }),
      batch({ id: 'early', lotExpiresOn: '2027-05-01', receivedAt: new Date('2026-12-01T00:00:00Z') }),
      batch({ id: 'first', lotExpiresOn: '2027-04-01' }),
      batch({ id: 'never', lotExpiresOn: null, receivedAt: new Date('2027-02-01T00:00:00Z') }),
    ];
    expect([...batches].sort(inFefoOrder).map(({ id }) => id)).toEqual(['first', 'early', 'b', 'c', 'none', 'never']);
    expect(
      [...batches]
        .reverse()
        .sort(inFefoOrder)
        .map(({ id }) => id),
    ).toEqual(['first', 'early', 'b', 'c', 'none', 'never']);
  });
});

describe('planFefo', () => {
  it('splits the demand and takes the last batch in part, exactly', () => {
    const first = batch({ id: 'first', lotExpiresOn: '2027-04-01', available: '0.1' });
    const second = batch({ id: 'second', lotExpiresOn: '2027-05-01', available: '0.2' });
    const plan = planFefo([second, first], '0.3');
    expect(plan).toEqual({
      allocations: [
        { batch: first, quantity: '0.1' },
        { batch: second, quantity: '0.2' },
      ],
      skipped: [],
      shortBy: '0',
    });
  });

  it('says by how much it falls short, and why batches are passed over', () => {
    const expired = batch({ id: 'expired', lotExpiresOn: '2027-02-28' });
    const good = batch({ id: 'good', available: '3' });
    expect(planFefo([expired, good], '5.5')).toEqual({
      allocations: [{ batch: good, quantity: '3' }],
      skipped: [{ batch: expired, reason: 'EXPIRED' }],
      shortBy: '2.5',
    });
  });

  it('leaves what other lines of the same call take', () => {
    const one = batch({ id: 'one', lotExpiresOn: '2027-04-01', available: '4' });
    const two = batch({ id: 'two', lotExpiresOn: '2027-05-01', available: '4' });
    const plan = planFefo([one, two], '3', new Map([['one', exact('4')]]));
    expect(plan.allocations).toEqual([{ batch: two, quantity: '3' }]);
  });

  it('takes from no batch that it does not need', () => {
    const plan = planFefo([batch({ id: 'one' }), batch({ id: 'two' })], '10');
    expect(plan.allocations.map((allocation) => allocation.batch.id)).toEqual(['one']);
  });
});
