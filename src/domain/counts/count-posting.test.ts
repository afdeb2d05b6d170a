import { describe, expect, it } from 'vitest';
import { Random } from '../../seed/random.ts';
import type { HeldReservation } from '../stock/held-reservation.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import { postingOf } from './count-posting.ts';

type Buckets = Pick<LockedStock, 'onHand' | 'reserved' | 'quarantine' | 'hold' | 'available'>;

/** 20 on hand: 4 free, 7 reserved, 5 on hold, 4 in quarantine. */
const buckets: Buckets = { onHand: '20', reserved: '7', hold: '5', quarantine: '4', available: '4' };
const batch = (more: Partial<LockedStock> = {}): LockedStock => ({
  ...{ id: 'S', batchCode: 'B', sku: 'K', productId: 'P', lotId: 'L', locationId: 'O', status: 'LIVE' },
  ...{
    detailedStatus: null,
    defective: '0',
    sample: '0',
    cogsMode: 'FIXED',
    unitCost: '5',
    version: 1,
    ledgerSeq: '1',
  },
  ...{
    lotRecalled: false,
    lotQuarantined: false,
    lotExpiresOn: null,
    excursionId: null,
    receivedAt: new Date(0),
    now: new Date(0),
  },
  ...{ today: '2026-11-21', deaSchedule: null, ...buckets, ...more },
});
const reservation = (id: string, quantity: string): HeldReservation => ({
  ...{ id, stockId: 'S', quantity, status: 'ACTIVE', isPast: false, transferId: null },
});
/** Newest first. */
const held = [reservation('new', '3'), reservation('old', '4')];

const linesFor = (difference: string, stock = batch(), reservations: readonly HeldReservation[] = held) =>
  postingOf(stock, difference, reservations, 'C').lines.map(
    ({ type, bucket, change }) => `${type} ${bucket} ${change}`,
  );
const releasedFor = (difference: string) => postingOf(batch(), difference, held, 'C').released.map(({ id }) => id);

describe('a shortage', () => {
  it.each([
    ['-4', ['COUNT_ADJUSTMENT ON_HAND -4']],
    ['-5', ['RELEASE RESERVED -3', 'COUNT_ADJUSTMENT ON_HAND -5']],
    ['-7', ['RELEASE RESERVED -3', 'COUNT_ADJUSTMENT ON_HAND -7']],
    ['-7.5', ['RELEASE RESERVED -3', 'RELEASE RESERVED -4', 'COUNT_ADJUSTMENT ON_HAND -7.5']],
    ['-12', ['RELEASE RESERVED -3', 'RELEASE RESERVED -4', 'UNHOLD HOLD -1', 'COUNT_ADJUSTMENT ON_HAND -12']],
    [
      '-17',
      [
        ...['RELEASE RESERVED -3', 'RELEASE RESERVED -4', 'UNHOLD HOLD -5', 'UNQUARANTINE QUARANTINE -1'],
        'COUNT_ADJUSTMENT ON_HAND -17',
      ],
    ],
  ])('of %s', (difference, lines) => {
    expect(linesFor(difference)).toEqual(lines);
  });

  it('releases as few reservations as cover it, the newest first', () => {
    expect([releasedFor('-4'), releasedFor('-4.0001'), releasedFor('-7'), releasedFor('-7.0001')]).toEqual([
      ...[[], ['new'], ['new'], ['new', 'old']],
    ]);
  });

  it('leaves what a reservation had beyond it where such units belong', () => {
    const onHold = batch({ status: 'ON_HOLD', hold: '9', available: '0' });
    expect(linesFor('-1', onHold)).toEqual(['RELEASE RESERVED -3', 'COUNT_ADJUSTMENT ON_HAND -1', 'HOLD HOLD 2']);
    const isOver = { lotExpiresOn: '2026-11-20' };
    expect(linesFor('-1', batch(isOver))).toEqual(['COUNT_ADJUSTMENT ON_HAND -1']);
    const expired = postingOf(batch(isOver), '-5', held, 'C');
    expect(expired.lines.at(-1)).toMatchObject({ type: 'QUARANTINE', change: '2' });
    expect(expired.causes).toEqual([{ stockId: 'S', cause: 'EXPIRY', reference: 'L', quantity: '2' }]);
  });

  it('names the count in the ledger', () => {
    const [line] = postingOf(batch(), '-1', [], 'C').lines;
    expect(line).toMatchObject({ referenceType: 'inventory_count', referenceId: 'C' });
  });
});

it('whatever the buckets, none falls below 0, all fit on hand, and no reservation is released without need', () => {
  const random = new Random(22);
  for (let i = 0; i < 500; i += 1) {
    const quantities = Array.from({ length: random.between(0, 4) }, () => random.between(1, 5));
    const reserved = quantities.reduce((total, quantity) => total + quantity, 0);
    const [free, hold, quarantine] = [random.between(0, 6), random.between(0, 6), random.between(0, 6)];
    const onHand = free + reserved + hold + quarantine;
    if (onHand === 0) continue;
    const difference = -random.between(1, onHand);
    const figures = { onHand, reserved, hold, quarantine, available: free };
    const stock = batch(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, String(value)])));
    const reservations = quantities.map((quantity, index) => reservation(String(index), String(quantity)));
    const { lines, released } = postingOf(stock, String(difference), reservations, 'C');
    const after = (bucket: string, before: number) =>
      lines.filter((line) => line.bucket === bucket).reduce((total, { change }) => total + Number(change), before);
    const left = [after('RESERVED', reserved), after('HOLD', hold), after('QUARANTINE', quarantine)];
    expect(after('ON_HAND', onHand)).toBe(onHand + difference);
    expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
    expect(left.reduce((total, quantity) => total + quantity, 0)).toBeLessThanOrEqual(onHand + difference);
    expect(released).toEqual(reservations.slice(0, released.length));
    const withoutLast = quantities.slice(0, Math.max(0, released.length - 1)).reduce((total, one) => total + one, free);
    if (released.length > 0) expect(withoutLast).toBeLessThan(-difference);
    if (after('HOLD', hold) < hold) expect(left[0]).toBe(0);
    if (after('QUARANTINE', quarantine) < quarantine) expect(left.slice(0, 2)).toEqual([0, 0]);
  }
});

describe('a surplus', () => {
  it('settles as returned units do', () => {
    expect(linesFor('2')).toEqual(['COUNT_ADJUSTMENT ON_HAND 2']);
    expect(linesFor('2', batch({ status: 'AWAITING_INTAKE' }))).toEqual(['COUNT_ADJUSTMENT ON_HAND 2', 'HOLD HOLD 2']);
    const recalled = postingOf(batch({ lotRecalled: true }), '2', held, 'C');
    expect(recalled.lines.map(({ type }) => type)).toEqual(['COUNT_ADJUSTMENT', 'QUARANTINE']);
    expect(recalled.causes).toEqual([{ stockId: 'S', cause: 'RECALL', reference: 'L', quantity: '2' }]);
    expect(recalled.released).toEqual([]);
  });
});
