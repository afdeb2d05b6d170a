import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf, toldOf } from '../../../test/stock-watch.ts';
import { systemUserId, type Actor } from '../../actor.ts';
import { dispense } from '../dispensing/dispense.ts';
import { adjustStock } from './adjust-stock.ts';
import { changeStockStatus } from './change-stock-status.ts';
import type { ReservationAction } from './claim-reservation.ts';
import { expireReservations } from './expire-reservations.ts';
import { fulfilReservation } from './fulfil-reservation.ts';
import { releaseReservation } from './release-reservation.ts';
import { reserveStock, type ReserveStock } from './reserve-stock.ts';

const day = 86_400_000;
const system: Actor = { id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true };
let clinic: TestClinic;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const inDays = (days: number) => new Date(Date.now() + days * day);
const reserve = async (input: Partial<ReserveStock>): Promise<string[]> => {
  const { reservation } = await clinic.as(pharmacist, (tx) =>
    reserveStock(tx, { idempotencyKey: newKey(), quantity: '4', reservedUntil: inDays(2), ...input }),
  );
  return [...(reservation ?? [])];
};
const reserveOne = async (stockId: string, input: Partial<ReserveStock> = {}) =>
  (await reserve({ stockId, ...input }))[0] ?? '';
const release = (reservationId: string, more: Partial<ReservationAction> = {}) =>
  clinic.as(pharmacist, (tx) => releaseReservation(tx, { idempotencyKey: newKey(), reservationId, ...more }));
const fulfil = (reservationId: string, more: Partial<ReservationAction> = {}) =>
  clinic.as(pharmacist, (tx) => fulfilReservation(tx, { idempotencyKey: newKey(), reservationId, ...more }));
const expire = (most?: number) => clinic.as(system, (tx) => expireReservations(tx, most));

const batch = async (product: { deaSchedule?: string } = {}, expiresOn = '2099-12-31') =>
  clinic.stock({ productId: await clinic.product(product), expiresOn });
const statusOf = async (id: string) =>
  (await clinic.one<{ status: string }>('SELECT status FROM inventory.stock_reservation WHERE id = $1', [id])).status;

/** As if time had gone by. */
async function letPass(...ids: string[]): Promise<void> {
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     UPDATE inventory.stock_reservation SET reserved_until = now() - interval '1 second' FROM said WHERE id = ANY($1::uuid[])`,
    [ids],
  );
}

describe('reserveStock', () => {
  it('holds units of a batch that stay on hand, once per key', async () => {
    const { stockId } = await batch();
    const input = {
      stockId,
      idempotencyKey: newKey(),
      reservedUntil: inDays(1),
      referenceType: 'order',
      referenceId: '7',
    };
    const first = await reserve(input);
    expect(await reserve(input)).toEqual(first);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '4' });
    expect(await linesOf(clinic, stockId)).toEqual(['RESERVE RESERVED +4']);
    expect(
      await clinic.one(
        'SELECT status, reference_type, reference_id, reserved_by FROM inventory.stock_reservation WHERE id = $1',
        first,
      ),
    ).toEqual({ status: 'ACTIVE', reference_type: 'order', reference_id: '7', reserved_by: pharmacist.id });
    expect(await lastAudit(clinic, first[0] ?? '')).toMatchObject({ action: 'reserveStock', after: { quantity: '4' } });
    expect(await toldOf(clinic, stockId)).toBe(1);
  });

  it('takes a product first expiry first, splits, and passes over what expires before the day', async () => {
    const productId = await clinic.product();
    const tomorrow = inDays(1).toISOString().slice(0, 10);
    const early = await clinic.stock({ productId, quantity: '3', expiresOn: '2098-01-01' });
    const late = await clinic.stock({ productId, quantity: '3', expiresOn: '2099-01-01' });
    const tooEarly = await clinic.stock({ productId, quantity: '3', expiresOn: tomorrow });
    const ids = await reserve({ productId, locationId: clinic.locationId, quantity: '4', reservedUntil: inDays(20) });
    expect(ids).toHaveLength(2);
    const reserved = await Promise.all(
      [early, late, tooEarly].map(async ({ stockId }) => (await bucketsOf(clinic, stockId)).reserved),
    );
    expect(reserved).toEqual(['3', '1', '0']);
    const context = await expectRefused(clinic, 'INSUFFICIENT_INVENTORY', () =>
      reserve({ productId, locationId: clinic.locationId, quantity: '3', reservedUntil: inDays(20) }),
    );
    expect(context).toMatchObject({ available: '2', requested: '3' });
    expect(context['skipped']).toContainEqual({ stockId: tooEarly.stockId, reason: 'EXPIRED' });
    await expectRefused(clinic, 'LOT_EXPIRED', () =>
      reserve({ stockId: tooEarly.stockId, quantity: '1', reservedUntil: inDays(20) }),
    );
  });

  it('refuses what is malformed, too far ahead, unknown, or more than is free', async () => {
    const { stockId } = await batch();
    const productId = await clinic.product();
    const { locationId } = clinic;
    await expectRefused(clinic, 'BAD_USER_INPUT', () => reserve({ quantity: '1' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => reserve({ stockId, productId, locationId }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => reserve({ productId }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => reserve({ stockId, reservedUntil: inDays(-1) }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => reserve({ stockId, reservedUntil: inDays(31) }));
    await expectRefused(clinic, 'INVALID_QUANTITY', () => reserve({ stockId, quantity: '0' }));
    await expectRefused(clinic, 'INSUFFICIENT_INVENTORY', () => reserve({ stockId, quantity: '10.0001' }));
    await expectRefused(clinic, 'INSUFFICIENT_INVENTORY', () => reserve({ productId, locationId }));
    await expectRefused(clinic, 'NOT_FOUND', () => reserve({ productId: newKey(), locationId }));
    await expectRefused(clinic, 'NOT_FOUND', () => reserve({ productId, locationId: clinic.elsewhereId }));
    await expectRefused(clinic, 'NOT_FOUND', () => reserve({ stockId: newKey() }));
    await expectRefused(clinic, 'LOT_EXPIRED', async () => reserve({ stockId: expired.stockId }));
  });
});

let expired: { stockId: string };
beforeAll(async () => {
  expired = await batch({}, '2020-01-01');
});

describe('releaseReservation', () => {
  it('gives the units back, once', async () => {
    const { stockId } = await batch();
    const id = await reserveOne(stockId);
    const idempotencyKey = newKey();
    const first = await release(id, { idempotencyKey });
    expect(await release(id, { idempotencyKey })).toEqual(first);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '0' });
    expect(await statusOf(id)).toBe('RELEASED');
    const context = await expectRefused(clinic, 'RESERVATION_NOT_ACTIVE', () => release(id));
    expect(context).toMatchObject({ status: 'RELEASED' });
    await expectRefused(clinic, 'RESERVATION_NOT_ACTIVE', () => fulfil(id));
    await expectRefused(clinic, 'NOT_FOUND', () => release(newKey()));
  });

  it('gives back into hold where the batch is held, and into quarantine where the lot has expired', async () => {
    const held = await batch();
    const id = await reserveOne(held.stockId);
    await clinic.as(pharmacist, (tx) =>
      changeStockStatus(tx, { idempotencyKey: newKey(), stockId: held.stockId, status: 'ON_HOLD', reason: 'papers' }),
    );
    await release(id);
    expect(await bucketsOf(clinic, held.stockId)).toMatchObject({ status: 'ON_HOLD', reserved: '0', hold: '10' });

    const { stockId, lotId } = await batch();
    const other = await reserveOne(stockId);
    await clinic.owner.query(`UPDATE inventory.inventory_lot SET expires_on = '2020-01-01' WHERE id = $1`, [lotId]);
    await clinic.owner.query(`UPDATE inventory.stock SET lot_expires_on = '2020-01-01' WHERE id = $1`, [stockId]);
    await expectRefused(clinic, 'LOT_EXPIRED', () => fulfil(other));
    await release(other);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '0', quarantine: '4' });
    expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 4']);
  });

  it('is not another location’s business', async () => {
    const there = await clinic.stock({ productId: await clinic.product(), locationId: clinic.elsewhereId });
    const { reservation } = await clinic.as(system, (tx) =>
      reserveStock(tx, { idempotencyKey: newKey(), stockId: there.stockId, quantity: '1', reservedUntil: inDays(1) }),
    );
    await expectRefused(clinic, 'NOT_FOUND', () => release(reservation?.[0] ?? ''));
  });
});

describe('fulfilReservation', () => {
  it('takes the whole as a sale', async () => {
    const { stockId } = await batch();
    const id = await reserveOne(stockId);
    await fulfil(id);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '6', reserved: '0' });
    expect((await linesOf(clinic, stockId)).slice(1)).toEqual(['RELEASE RESERVED -4', 'SALE ON_HAND -4']);
    expect(await statusOf(id)).toBe('FULFILLED');
    await expectRefused(clinic, 'RESERVATION_NOT_ACTIVE', () => release(id));
  });

  it('refuses what is past its time before the job has run, and controlled drugs', async () => {
    const { stockId } = await batch();
    const id = await reserveOne(stockId);
    await letPass(id);
    const context = await expectRefused(clinic, 'RESERVATION_NOT_ACTIVE', () => fulfil(id));
    expect(context).toMatchObject({ status: 'EXPIRED' });
    const scheduled = await batch({ deaSchedule: 'CII' });
    const other = await reserveOne(scheduled.stockId);
    await expectRefused(clinic, 'FORBIDDEN', () => fulfil(other));
  });

  it('dispensed in part, gives the rest back to hold where the batch is held', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const reservationId = await reserveOne(stockId);
    await clinic.as(pharmacist, (tx) =>
      changeStockStatus(tx, { idempotencyKey: newKey(), stockId, status: 'ON_HOLD', reason: 'papers' }),
    );
    await clinic.as(pharmacist, (tx) =>
      dispense(tx, {
        idempotencyKey: newKey(),
        locationId: clinic.locationId,
        lines: [{ productId, quantity: '1', reservationId }],
      }),
    );
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '9', reserved: '0', hold: '9' });
  });
});

describe('expireReservations', () => {
  // What other tests have let pass.
  beforeAll(() => expire());

  it('ends what is due in batches, and leaves what is not', async () => {
    const { stockId } = await batch();
    const due = [await reserveOne(stockId, { quantity: '1' }), await reserveOne(stockId, { quantity: '2' })];
    const kept = await reserveOne(stockId, { quantity: '3' });
    await letPass(...due);
    expect([await expire(1), await expire(1), await expire(1)]).toEqual([1, 1, 0]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', reserved: '3' });
    expect(await Promise.all([...due, kept].map(statusOf))).toEqual(['EXPIRED', 'EXPIRED', 'ACTIVE']);
    expect(await lastAudit(clinic, due[0] ?? '')).toMatchObject({
      action: 'expireReservations',
      actor_id: systemUserId,
    });
  });

  it('does not wait for a row that somebody holds', async () => {
    const [held, free] = [await batch(), await batch()];
    const [ofHeld, ofFree] = [await reserveOne(held.stockId), await reserveOne(free.stockId)];
    await letPass(ofHeld, ofFree);
    const other = await clinic.owner.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM inventory.stock WHERE id = $1 FOR UPDATE', [held.stockId]);
      expect(await expire()).toBe(1);
      expect(await statusOf(ofFree)).toBe('EXPIRED');
      expect(await statusOf(ofHeld)).toBe('ACTIVE');
    } finally {
      await other.query('ROLLBACK');
      other.release();
    }
    expect(await expire()).toBe(1);
  });
});

describe('many at once on one row', () => {
  it('lose nothing and oversell nothing', async () => {
    const { stockId } = await batch();
    const allowed = new Set(['INSUFFICIENT_INVENTORY', 'RESERVATION_NOT_ACTIVE', 'BELOW_RESERVED', 'LOCK_TIMEOUT']);
    const held = await Promise.all([1, 2, 3, 4].map(() => reserveOne(stockId, { quantity: '1' })));
    const work: (() => Promise<unknown>)[] = Array.from({ length: 20 }, (_, index) => async () => {
      if (index % 4 === 0) return release(held[index / 4] ?? held[0] ?? '');
      if (index % 4 === 1) return fulfil(held[(index - 1) / 4] ?? held[0] ?? '');
      if (index % 4 === 2) return reserve({ stockId, quantity: '2' });
      return clinic.as(pharmacist, (tx) =>
        adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand: String(4 + index), reason: 'recounted' }),
      );
    });
    const settled = await Promise.allSettled(work.map((one) => one()));
    const refused = settled.filter((one) => one.status === 'rejected');
    for (const { reason } of refused) {
      expect(allowed).toContain((await refusalOf(Promise.reject(reason as Error))).code);
    }
    expect(refused.length).toBeLessThan(20);
    const fulfilled = await clinic.one<{ n: string }>(
      `SELECT count(*) AS n FROM inventory.inventory_transaction WHERE stock_id = $1 AND type IN ('SALE', 'RELEASE')`,
      [stockId],
    );
    expect(Number(fulfilled.n)).toBeGreaterThanOrEqual(4);
  });
});
