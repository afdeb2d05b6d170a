import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsOf, feedOf, silence } from '../../test/alert-watch.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { handleJob, markFromOutbox } from '../../test/handle-job.ts';
import type { Actor } from '../actor.ts';
import { updateSettings } from '../domain/people/update-settings.ts';
import { adjustStock } from '../domain/stock/adjust-stock.ts';
import { intake } from '../domain/stock/intake.ts';
import { moveBucket } from '../domain/stock/move-bucket.ts';
import { readDirty } from './dirty-work.ts';
import { expireLotsJob } from './expire-lots.ts';

let clinic: TestClinic;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
beforeEach(async () => {
  await clinic.owner.query('DELETE FROM ops.outbox; DELETE FROM ops.dirty_work');
});
afterAll(() => clinic.close());

const run = () => handleJob(clinic, expireLotsJob);

async function day(days: number): Promise<string> {
  const { day: found } = await clinic.one<{ day: string }>(
    `SELECT ((now() AT TIME ZONE time_zone)::date + $2::integer)::text AS day FROM people.location WHERE id = $1`,
    [clinic.locationId, days],
  );
  return found;
}

async function stock(days: number) {
  return clinic.stock({ productId: await clinic.product(), expiresOn: await day(days), quantity: '10' });
}

/** As if so many days had gone by. */
async function comeNearer(lotId: string, days: number): Promise<void> {
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       lot AS (UPDATE inventory.inventory_lot SET expires_on = $2 FROM said WHERE id = $1)
     UPDATE inventory.stock s SET lot_expires_on = $2 FROM said WHERE s.lot_id = $1`,
    [lotId, await day(days)],
  );
}

const adjust = (stockId: string, newOnHand: string) =>
  clinic.as(manager, (tx) => adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand, reason: 'counted' }));

describe('a lot that draws near its last day', () => {
  it('has one alert, which rises by horizon; EXPIRED takes its place', async () => {
    const { lotId } = await stock(91);
    for (const days of [91, 90, 60, 31, 30, 8, 7, 0, -1]) {
      await comeNearer(lotId, days);
      await run();
      await run();
    }
    expect(await feedOf(clinic, lotId)).toEqual([
      'EXPIRING_SOON INFO OPEN 1',
      'EXPIRING_SOON WARNING OPEN 2',
      'EXPIRING_SOON CRITICAL OPEN 3',
      'EXPIRING_SOON CRITICAL RESOLVED 4',
      'EXPIRED CRITICAL OPEN 1',
    ]);
  });

  it('resolved by hand, is silent until it rises, and again until it has expired', async () => {
    const { lotId } = await stock(80);
    for (const days of [80, 59, 29, 10, 3, -1, -2]) {
      await comeNearer(lotId, days);
      await run();
      await silence(clinic, lotId);
    }
    expect(await feedOf(clinic, lotId)).toEqual([
      'EXPIRING_SOON INFO OPEN 1',
      'EXPIRING_SOON WARNING OPEN 1',
      'EXPIRING_SOON CRITICAL OPEN 1',
      'EXPIRED CRITICAL OPEN 1',
    ]);
  });

  it('resolves when its units are gone, and is told anew when some come back', async () => {
    const { stockId, lotId } = await stock(20);
    await run();
    await adjust(stockId, '4');
    await run();
    expect(await clinic.one('SELECT message FROM inventory.inventory_alert WHERE lot_id = $1', [lotId])).toMatchObject({
      message: expect.stringContaining('Here has 4 vials of lot') as string,
    });
    await adjust(stockId, '0');
    expect(await run()).toMatchObject({ resolved: 1 });
    await adjust(stockId, '2');
    await run();
    expect(await feedOf(clinic, lotId)).toEqual([
      'EXPIRING_SOON WARNING OPEN 1',
      'EXPIRING_SOON WARNING RESOLVED 2',
      'EXPIRING_SOON WARNING OPEN 1',
    ]);
  });

  it('EXPIRED resolves when the last unit is gone', async () => {
    const { stockId, lotId } = await stock(-1);
    expect(await run()).toMatchObject({ batches: 1, left: 0, raised: 1 });
    await clinic.as(manager, (tx) =>
      moveBucket(tx, {
        ...{
          idempotencyKey: newKey(),
          stockId,
          from: 'QUARANTINE',
          to: 'DEFECTIVE',
          quantity: '10',
          reason: 'expired',
        },
      }),
    );
    expect(await run()).toMatchObject({ batches: 0, resolved: 1 });
    expect(await alertsOf(clinic, lotId)).toEqual(['EXPIRED CRITICAL RESOLVED ended']);
  });

  it('a clock that is set back, or a corrected time zone, neither frees nor tells anything twice', async () => {
    const { lotId } = await stock(-1);
    await run();
    await comeNearer(lotId, 0);
    await run();
    expect(await alertsOf(clinic, lotId)).toEqual(['EXPIRED CRITICAL OPEN']);
    await comeNearer(lotId, -1);
    await run();
    expect(await feedOf(clinic, lotId)).toEqual(['EXPIRED CRITICAL OPEN 1']);
  });

  it('is quarantined also where another place cannot be settled; the failure is told', async () => {
    const [broken = '', other = ''] = [clinic.locationId, clinic.elsewhereId].sort();
    const lots = new Map<string, string>();
    for (const locationId of [broken, other]) {
      const expired = { expiresOn: await day(-2), quantity: '10' };
      const made = await clinic.stock({ productId: await clinic.product(), ...expired, locationId });
      lots.set(locationId, made.lotId);
    }
    await clinic.owner.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not here'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON inventory.inventory_alert FOR EACH ROW WHEN (NEW.location_id = '${broken}') EXECUTE FUNCTION refuse()`,
    );
    await expect(run()).rejects.toThrow('The database refused: P0001');
    await clinic.owner.query('DROP FUNCTION refuse() CASCADE');
    expect(await alertsOf(clinic, lots.get(other) ?? '', other)).toEqual(['EXPIRED CRITICAL OPEN']);
    expect(await alertsOf(clinic, lots.get(broken) ?? '', broken)).toEqual([]);
    await run();
    expect(await alertsOf(clinic, lots.get(broken) ?? '', broken)).toEqual(['EXPIRED CRITICAL OPEN']);
  });

  it('horizons are settings: drawn in, they resolve what lies beyond; nothing falls', async () => {
    const [far, near] = [await stock(80), await stock(5)];
    await run();
    await clinic.as(await clinic.actor(['ADMIN']), (tx) => updateSettings(tx, { expiryHorizonDays: [45, 14] }));
    expect(await markFromOutbox(clinic, expireLotsJob)).toEqual(['all']);
    await run();
    expect(await alertsOf(clinic, far.lotId)).toEqual(['EXPIRING_SOON INFO RESOLVED ended']);
    expect(await alertsOf(clinic, near.lotId)).toEqual(['EXPIRING_SOON CRITICAL OPEN']);
    expect(await readDirty(clinic.db, 'expire-lots', 10)).toEqual([]);
    await clinic.owner.query(`UPDATE ops.settings SET expiry_horizon_days = '{90,60,30,7}'`);
  });
});

describe('what comes in although it may not be used', () => {
  const takeIn = (productId: string, lotNumber: string, expiresOn: string) =>
    clinic.as(manager, (tx) =>
      intake(tx, {
        ...{ idempotencyKey: newKey(), locationId: clinic.locationId, productId, vendorName: 'Vendor' },
        ...{
          manufacturerLotNumber: lotNumber,
          expiresOn,
          quantity: '3',
          cogsMode: 'FIXED',
          unitCogs: '1',
          paymentTerms: 'COD',
        },
      }),
    );

  it('is told of: EXPIRED', async () => {
    const { lot } = await takeIn(await clinic.product(), 'X1', await day(-1));
    expect(await markFromOutbox(clinic, expireLotsJob)).toEqual([`${lot?.[0] ?? ''} ${clinic.locationId}`]);
    await run();
    await run();
    expect(await feedOf(clinic, lot?.[0] ?? '')).toEqual(['EXPIRED CRITICAL OPEN 1']);
  });

  it('is told of: RECALL, which resolves when it is released', async () => {
    const productId = await clinic.product();
    const { lotId } = await clinic.stock({ productId, lotNumber: 'R1', expiresOn: '2099-12-31' });
    const setRecalled = (recalled: boolean) =>
      clinic.owner.query(
        `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
           lot AS (UPDATE inventory.inventory_lot SET recalled = $2 FROM said WHERE id = $1)
         UPDATE inventory.stock s SET lot_recalled = $2 FROM said WHERE s.lot_id = $1`,
        [lotId, recalled],
      );
    await setRecalled(true);
    await run();
    expect(await alertsOf(clinic, lotId)).toEqual([]);
    await takeIn(productId, 'R-1', '2099-12-31');
    await markFromOutbox(clinic, expireLotsJob);
    await run();
    await run();
    expect(await feedOf(clinic, lotId)).toEqual(['RECALL CRITICAL OPEN 1']);
    await setRecalled(false);
    await run();
    expect(await alertsOf(clinic, lotId)).toEqual(['RECALL CRITICAL RESOLVED ended']);
  });
});

it('comes back for what somebody held', async () => {
  const { stockId } = await stock(-1);
  const holder = await clinic.owner.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM inventory.stock WHERE id = $1 FOR UPDATE', [stockId]);
  expect(await run()).toMatchObject({ batches: 0, left: 1 });
  expect(await readDirty(clinic.db, 'expire-lots', 10)).toMatchObject([{ key: 'all' }]);
  await holder.query('COMMIT');
  holder.release();
  expect(await run()).toMatchObject({ batches: 1, left: 0 });
  expect(await readDirty(clinic.db, 'expire-lots', 10)).toEqual([]);
});

it('told to stop, leaves what it was asked for', async () => {
  await clinic.owner.query(`INSERT INTO ops.dirty_work (job, key) VALUES ('expire-lots', 'all')`);
  await handleJob(clinic, expireLotsJob, AbortSignal.abort());
  expect(await readDirty(clinic.db, 'expire-lots', 10)).toMatchObject([{ key: 'all' }]);
});

/** Numbered lots with a batch of one unit each; their last days are the fifteen from `firstDay` days after today on. */
async function makeLots(from: number, to: number, firstDay = 10): Promise<void> {
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       product AS (INSERT INTO catalogue.product (id, name, category, stock_unit) SELECT gen_random_uuid(), 'Many ${randomUUID()}', 'Test', 'vial' FROM said RETURNING id),
       lot AS (
         INSERT INTO inventory.inventory_lot (id, lot_code, product_id, manufacturer_lot_number, expires_on)
         SELECT gen_random_uuid(), 'MANY-' || p.id || i, p.id, 'M' || i, current_date + $4::integer + (i % 15) FROM product p, generate_series($1::integer, $2::integer) i RETURNING *)
       INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, status, on_hand_quantity, cogs_mode, unit_cogs, lot_expires_on)
       SELECT gen_random_uuid(), lot_code, lot_code, product_id, id, $3, 'LIVE', 1, 'FIXED', 1, expires_on FROM lot`,
    [from, to, clinic.locationId, firstDay],
  );
}

it('finds every lot over many pages, at the same statements a page', async () => {
  const { statements: none } = await countStatements(run);
  await makeLots(1, 900);
  const { result: first, statements: fewPages } = await countStatements(run);
  expect(first).toMatchObject({ raised: 900 });
  await makeLots(901, 2_500);
  const { result: second, statements: manyPages } = await countStatements(run);
  expect(second).toMatchObject({ raised: 1_600 });
  expect(await run()).toMatchObject({ raised: 0, risen: 0, resolved: 0 });
  // A page, and a transaction that settles it: begin, turn, figures, current alerts, raise, commit.
  expect(fewPages.length - none.length).toBe(6);
  expect(manyPages.length - none.length).toBe(3 * 6 + 2);
});

it('comes to an end where a thousand lots keep their alert without its cause', async () => {
  await makeLots(1, 1_000, -20);
  expect(await run()).toMatchObject({ batches: 1_000, raised: 1_000 });
  // Read wrongly from their labels, as it turned out; the units stay in quarantine until somebody frees them.
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       lot AS (UPDATE inventory.inventory_lot SET expires_on = '2099-12-31' FROM said WHERE expires_on < current_date RETURNING id)
     UPDATE inventory.stock s SET lot_expires_on = '2099-12-31' FROM lot WHERE s.lot_id = lot.id`,
  );
  expect(await run()).toMatchObject({ raised: 0, resolved: 0 });
});

it('passes over batches that were used up, however many have expired since', async () => {
  await makeLots(1, 2_000, -200);
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     UPDATE inventory.stock SET status = 'CLOSED', on_hand_quantity = 0 FROM said WHERE lot_expires_on < current_date`,
  );
  await clinic.owner.query('ANALYZE inventory.stock');
  const { statements } = await countStatements(run);
  const look = statements.find((text) => text.includes('AS due'));
  const client = await clinic.owner.connect();
  try {
    // Two thousand batches are as quickly read whole.
    await client.query('BEGIN; SET LOCAL enable_seqscan = off');
    const { rows } = await client.query(`EXPLAIN ${look ?? ''}`, [clinic.locationId]);
    expect(JSON.stringify(rows)).toContain('stock_held_expiry');
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
