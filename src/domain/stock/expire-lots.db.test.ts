import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { alertsOf, feedOf } from '../../../test/alert-watch.ts';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { bucketsOf, causesOf, lastAudit, linesOf, toldOf } from '../../../test/stock-watch.ts';
import type { Actor } from '../../actor.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { changeLotStatus } from './change-lot-status.ts';
import { expireLots, countDueForExpiry } from './expire-lots.ts';
import { lotStatuses } from './lot-status.ts';
import { moveBucket } from './move-bucket.ts';
import { reserveStock } from './reserve-stock.ts';
import { verifyLedger } from './verify-ledger.ts';

let clinic: TestClinic;
let pharmacist: Actor;
/** It is always a later day here … */
let farEast: string;
/** … than there. */
let farWest: string;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
  farEast = await place('Pacific/Kiritimati');
  farWest = await place('Pacific/Pago_Pago');
});
beforeEach(async () => {
  while ((await expire()) > 0);
});
afterAll(async () => {
  expect(await verifyLedger(clinic.db)).toEqual([]);
  await clinic.close();
});

async function place(timeZone: string): Promise<string> {
  const id = randomUUID();
  await clinic.owner.query(
    `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, $2, $2, 'CLINIC', $2)`,
    [id, timeZone],
  );
  return id;
}

const places = () => [clinic.locationId, farEast, farWest];

async function expire(most?: number): Promise<number> {
  let batches = 0;
  for (const id of places()) {
    batches += (await inTransaction(clinic.systemSession(), (tx) => expireLots(tx, id, most))).batches;
  }
  return batches;
}

const due = () => countDueForExpiry(clinic.db, clinic.locationId);

/** A day there, counted from today. */
async function day(days: number, locationId = clinic.locationId): Promise<string> {
  const { day: found } = await clinic.one<{ day: string }>(
    `SELECT ((now() AT TIME ZONE time_zone)::date + $2::integer)::text AS day FROM people.location WHERE id = $1`,
    [locationId, days],
  );
  return found;
}

async function stock(more: Partial<Parameters<TestClinic['stock']>[0]> = {}) {
  return clinic.stock({ productId: await clinic.product(), expiresOn: await day(-1), quantity: '10', ...more });
}

it('a lot is left alone through its last day, and quarantined after it, with an alert', async () => {
  const today = await stock({ expiresOn: await day(0) });
  const over = await stock();
  expect(await expire()).toBe(1);
  expect(await bucketsOf(clinic, today.stockId)).toMatchObject({ on_hand: '10', quarantine: '0' });
  expect(await bucketsOf(clinic, over.stockId)).toMatchObject({ status: 'LIVE', on_hand: '10', quarantine: '10' });
  expect(await linesOf(clinic, over.stockId)).toEqual(['QUARANTINE QUARANTINE +10']);
  expect(await causesOf(clinic, over.stockId)).toEqual(['EXPIRY 10']);
  expect(await lastAudit(clinic, over.stockId)).toMatchObject({
    action: 'expireLots',
    before: { quarantine: '0', reserved: '0', hold: '0' },
    after: { quarantine: '10', reserved: '0', hold: '0' },
    reason: 'its last day is over',
  });
  expect(await toldOf(clinic, over.stockId)).toBe(1);
  expect(await feedOf(clinic, over.lotId)).toEqual(['EXPIRED CRITICAL OPEN 1']);
  expect(await due()).toBe(0);
  expect(await expire()).toBe(0);
});

it('reservations are released and hold is emptied', async () => {
  const { stockId } = await stock({ expiresOn: await day(3) });
  await clinic.as(pharmacist, (tx) =>
    reserveStock(tx, {
      ...{ idempotencyKey: newKey(), stockId, quantity: '2', reservedUntil: new Date(Date.now() + 3_600_000) },
    }),
  );
  await clinic.as(pharmacist, (tx) =>
    moveBucket(tx, { idempotencyKey: newKey(), stockId, from: 'ON_HAND', to: 'HOLD', quantity: '3', reason: 'look' }),
  );
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       lot AS (UPDATE inventory.inventory_lot l SET expires_on = $2 FROM said, inventory.stock s WHERE s.id = $1 AND l.id = s.lot_id)
     UPDATE inventory.stock s SET lot_expires_on = $2 FROM said WHERE s.id = $1`,
    [stockId, await day(-1)],
  );
  expect(await expire()).toBe(1);
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '0', hold: '0', quarantine: '10' });
  expect((await linesOf(clinic, stockId)).slice(-3)).toEqual([
    'RELEASE RESERVED -2',
    'UNHOLD HOLD -3',
    'QUARANTINE QUARANTINE +10',
  ]);
});

it('units that are in quarantine already get a further cause, and are not freed by the end of the other', async () => {
  const { stockId, lotId } = await stock({ expiresOn: await day(-1) });
  const quarantine = (quarantined: boolean) =>
    clinic.as(pharmacist, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined, reason: 'seen' }),
    );
  await quarantine(true);
  expect(await expire()).toBe(1);
  expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 10', 'MANUAL 10']);
  expect(await linesOf(clinic, stockId)).toEqual(['QUARANTINE QUARANTINE +10']);
  await quarantine(false);
  expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 10']);
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '10' });
  expect(await expire()).toBe(0);
});

it('units that came into quarantine later, for another cause, get this one too', async () => {
  const { stockId } = await stock();
  await clinic.as(pharmacist, (tx) =>
    moveBucket(tx, {
      idempotencyKey: newKey(),
      stockId,
      from: 'ON_HAND',
      to: 'DEFECTIVE',
      quantity: '4',
      reason: 'bent',
    }),
  );
  expect(await expire()).toBe(1);
  await clinic.as(pharmacist, (tx) =>
    moveBucket(tx, {
      idempotencyKey: newKey(),
      stockId,
      from: 'DEFECTIVE',
      to: 'QUARANTINE',
      quantity: '3',
      reason: 'not',
    }),
  );
  expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 9', 'MANUAL 3']);
  expect(await expire()).toBe(0);
  // As if they had come while the day was not over yet.
  await clinic.owner.query(
    `UPDATE inventory.stock_quarantine SET quantity = 6 WHERE stock_id = $1 AND cause = 'EXPIRY'`,
    [stockId],
  );
  expect(await expire()).toBe(1);
  expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 9', 'MANUAL 3']);
  expect(await expire()).toBe(0);
});

it('each place has its own midnight, and the lot reads EXPIRED after the last', async () => {
  const productId = await clinic.product();
  const shared = { productId, lotNumber: `L-${randomUUID()}`, expiresOn: await day(0, farWest), quantity: '5' };
  const east = await clinic.stock({ ...shared, locationId: farEast });
  const west = await clinic.stock({ ...shared, locationId: farWest });
  expect(await expire()).toBe(1);
  expect(await bucketsOf(clinic, east.stockId)).toMatchObject({ quarantine: '5' });
  expect(await bucketsOf(clinic, west.stockId)).toMatchObject({ quarantine: '0' });
  expect(await alertsOf(clinic, east.lotId, farEast)).toEqual(['EXPIRED CRITICAL OPEN']);
  expect(await alertsOf(clinic, east.lotId, farWest)).toEqual([]);
  expect((await lotStatuses(clinic.db, [east.lotId])).get(east.lotId)).toBe('ACTIVE');
  const { title, message } = await clinic.one<{ title: string; message: string }>(
    'SELECT title, message FROM inventory.inventory_alert WHERE lot_id = $1',
    [east.lotId],
  );
  expect(`${title}\n${message}`).toContain(`Pacific/Kiritimati has 5 vials of it in quarantine`);

  await clinic.owner.query(`UPDATE people.location SET time_zone = 'Pacific/Kiritimati' WHERE id = $1`, [farWest]);
  expect(await expire()).toBe(1);
  await clinic.owner.query(`UPDATE people.location SET time_zone = 'Pacific/Pago_Pago' WHERE id = $1`, [farWest]);
  expect(await alertsOf(clinic, east.lotId, farWest)).toEqual(['EXPIRED CRITICAL OPEN']);
});

it('reads EXPIRED when the day is over at every place that holds it', async () => {
  const productId = await clinic.product();
  const shared = { productId, lotNumber: `L-${randomUUID()}`, expiresOn: await day(-1, farWest) };
  const { lotId } = await clinic.stock({ ...shared, locationId: farEast });
  await clinic.stock({ ...shared, locationId: farWest });
  expect(await expire()).toBe(2);
  expect((await lotStatuses(clinic.db, [lotId])).get(lotId)).toBe('EXPIRED');
});

it('never waits: a batch that somebody holds, or whose lot somebody holds, is left for the next run', async () => {
  const [one, two, three] = [await stock(), await stock(), await stock()];
  const holder = await clinic.owner.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM inventory.stock WHERE id = $1 FOR UPDATE', [one.stockId]);
  await holder.query('SELECT FROM inventory.inventory_lot WHERE id = $1 FOR UPDATE', [two.lotId]);
  expect(await expire()).toBe(1);
  expect(await expire()).toBe(0);
  expect(await due()).toBe(2);
  await holder.query('COMMIT');
  holder.release();
  expect(await bucketsOf(clinic, three.stockId)).toMatchObject({ quarantine: '10' });
  expect(await expire()).toBe(2);
});

it('two runs at once do each batch once, and make one alert of each lot', async () => {
  const lots = await Promise.all(Array.from({ length: 12 }, () => stock()));
  const counts = await Promise.all(Array.from({ length: 4 }, () => expire(5)));
  while ((await expire(5)) > 0);
  expect(counts.reduce((a, b) => a + b)).toBeLessThanOrEqual(12);
  for (const { stockId, lotId } of lots) {
    expect(await linesOf(clinic, stockId)).toEqual(['QUARANTINE QUARANTINE +10']);
    expect(await feedOf(clinic, lotId)).toEqual(['EXPIRED CRITICAL OPEN 1']);
  }
});

it('quarantine and alert come together or not at all', async () => {
  const { stockId, lotId } = await stock();
  await clinic.owner.query('ALTER TABLE inventory.alert_feed ADD CONSTRAINT broken CHECK (false) NOT VALID');
  await expect(expire()).rejects.toThrow('broken');
  await clinic.owner.query('ALTER TABLE inventory.alert_feed DROP CONSTRAINT broken');
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '0' });
  expect(await alertsOf(clinic, lotId)).toEqual([]);
  expect(await expire()).toBe(1);
});

it('costs the same statements for one lot as for forty', async () => {
  const counts = [];
  for (const size of [1, 40]) {
    for (let i = 0; i < size; i += 1) await stock();
    const { result, statements } = await countStatements(() =>
      inTransaction(clinic.systemSession(), (tx) => expireLots(tx, clinic.locationId)),
    );
    expect(result.batches).toBe(size);
    counts.push(statements.length);
  }
  // Begin, claim and lock, causes, quarantine, turn, figures, current alerts, raise, commit.
  expect(counts).toEqual([9, 9]);
});
