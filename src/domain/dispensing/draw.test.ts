import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { drawLines, type DrawBatch, type DrawLine } from './draw.ts';
import type { HeldReservation } from '../stock/held-reservation.ts';

function batch(id: string, overrides: Partial<DrawBatch> = {}): DrawBatch {
  return {
    id,
    productId: 'drug',
    lotId: `lot-${id}`,
    batchCode: id,
    status: 'LIVE',
    receivedAt: new Date(0),
    onHand: '10',
    reserved: '0',
    quarantine: '0',
    hold: '0',
    available: '10',
    lotRecalled: false,
    lotQuarantined: false,
    lotExpiresOn: null,
    today: '2027-03-01',
    ...overrides,
  };
}
const held = (overrides: Partial<HeldReservation> = {}): HeldReservation => ({
  id: 'r',
  stockId: 'a',
  quantity: '4',
  status: 'ACTIVE',
  isPast: false,
  transferId: null,
  ...overrides,
});
const taken = (lines: DrawLine[], batches: DrawBatch[], reservations: HeldReservation[] = []) =>
  drawLines(lines, batches, reservations).map((draw) =>
    draw.allocations.map((allocation) => `${allocation.batch.id}:${allocation.quantity}`).join('+'),
  );
function refusal(
  lines: DrawLine[],
  batches: DrawBatch[],
  reservations: HeldReservation[] = [],
): { code: string; context: object } {
  try {
    drawLines(lines, batches, reservations);
  } catch (error) {
    if (error instanceof Refusal) return { code: error.code, context: error.context };
    throw error;
  }
  return { code: 'none', context: {} };
}

describe('drawLines', () => {
  it('lets named batches go first, whatever the order of the lines', () => {
    const batches = [
      batch('a', { lotExpiresOn: '2027-04-01', available: '5' }),
      batch('b', { lotExpiresOn: '2027-05-01' }),
    ];
    const lines = [
      { productId: 'drug', quantity: '4' },
      { productId: 'drug', quantity: '5', stockId: 'a' },
    ];
    expect(taken(lines, batches)).toEqual(['b:4', 'a:5']);
  });

  it('sums the demand on one batch over all lines', () => {
    const lines = [
      { productId: 'drug', quantity: '6', stockId: 'a' },
      { productId: 'drug', quantity: '6', stockId: 'a' },
    ];
    expect(refusal(lines, [batch('a')])).toMatchObject({
      code: 'INSUFFICIENT_INVENTORY',
      context: { available: '4', requested: '6' },
    });
  });

  it('says when a named batch is not the one that FEFO would begin with', () => {
    const batches = [batch('a', { lotExpiresOn: '2027-04-01' }), batch('b', { lotExpiresOn: '2027-05-01' })];
    const overridden = (stockId: string) =>
      drawLines([{ productId: 'drug', quantity: '1', stockId }], batches, [])[0]?.fefoOverridden;
    expect([overridden('a'), overridden('b')]).toEqual([false, true]);
  });

  it('takes from a reservation at most what it holds, and only while it holds', () => {
    const line = { productId: 'drug', quantity: '3', reservationId: 'r' };
    const batches = [batch('a', { available: '0', reserved: '10' })];
    expect(taken([line], batches, [held()])).toEqual(['a:3']);
    expect(refusal([{ ...line, quantity: '4.0001' }], batches, [held()])).toMatchObject({
      code: 'INSUFFICIENT_INVENTORY',
      context: { available: '4', requested: '4.0001' },
    });
    expect(refusal([line], batches, [held({ isPast: true })]).context).toMatchObject({ status: 'EXPIRED' });
    expect(refusal([line], batches, [held({ status: 'RELEASED' })]).code).toBe('RESERVATION_NOT_ACTIVE');
    expect(refusal([line, line], batches, [held()]).code).toBe('NOT_FOUND');
    expect(refusal([line], batches, []).code).toBe('NOT_FOUND');
    expect(refusal([{ ...line, stockId: 'b' }], batches, [held()]).code).toBe('NOT_FOUND');
    expect(refusal([{ ...line, productId: 'other' }], batches, [held()]).code).toBe('NOT_FOUND');
  });

  it('leaves reserved units to their reservation', () => {
    const batches = [batch('a', { available: '6', reserved: '4' })];
    const lines = [
      { productId: 'drug', quantity: '6' },
      { productId: 'drug', quantity: '4', reservationId: 'r' },
    ];
    expect(taken(lines, batches, [held()])).toEqual(['a:6', 'a:4']);
  });

  it('refuses a named batch by its lot, and a batch of another product as unknown', () => {
    const named = (overrides: Partial<DrawBatch>) =>
      refusal([{ productId: 'drug', quantity: '1', stockId: 'a' }], [batch('a', overrides)]).code;
    expect(named({ lotRecalled: true, lotQuarantined: true, lotExpiresOn: '2020-01-01' })).toBe('LOT_RECALLED');
    expect(named({ lotQuarantined: true, lotExpiresOn: '2020-01-01' })).toBe('LOT_QUARANTINED');
    expect(named({ lotExpiresOn: '2020-01-01' })).toBe('LOT_EXPIRED');
    expect(named({ status: 'ON_HOLD' })).toBe('INSUFFICIENT_INVENTORY');
    expect(named({ productId: 'other' })).toBe('NOT_FOUND');
  });

  it('tells what is not known before what is short, whichever line comes first', () => {
    const short = { productId: 'drug', quantity: '99', stockId: 'a' };
    expect(refusal([short, { productId: 'drug', quantity: '1', stockId: 'z' }], [batch('a')]).code).toBe('NOT_FOUND');
    expect(refusal([short, { productId: 'drug', quantity: '1', reservationId: 'z' }], [batch('a')]).code).toBe(
      'NOT_FOUND',
    );
  });

  it('names each batch that first-expiry-first-out passes over', () => {
    const batches = [batch('a', { lotRecalled: true }), batch('b', { available: '2' })];
    expect(refusal([{ productId: 'drug', quantity: '3' }], batches)).toEqual({
      code: 'INSUFFICIENT_INVENTORY',
      context: { productId: 'drug', available: '2', requested: '3', skipped: [{ stockId: 'a', reason: 'RECALLED' }] },
    });
  });
});
