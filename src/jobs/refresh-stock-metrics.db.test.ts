import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { newKey, TestClinic } from '../../test/clinic.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { saveLocation } from '../domain/people/save-location.ts';
import { moveBucket } from '../domain/stock/move-bucket.ts';
import { refreshStockMetrics } from '../domain/stock/refresh-stock-metrics.ts';
import type { Payload } from './job.ts';
import { relayBatch } from './outbox-relay.ts';
import { openQueues, type Queues } from './queues.ts';
import { refreshStockMetricsJob, runStockMetricsRefresh } from './refresh-stock-metrics.ts';
import { systemSession } from './system-session.ts';

let clinic: TestClinic;
let manager: Actor;
let queues: Queues;
let stockId: string;

beforeAll(async () => {
  clinic = await TestClinic.open('Pacific/Auckland');
  manager = await clinic.actor(['MANAGER', 'ADMIN'], [clinic.locationId, clinic.elsewhereId]);
  queues = openQueues({ directUrl: clinic.database.appUrl, redisUrl: null, onError: () => undefined });
});
beforeEach(async () => {
  ({ stockId } = await clinic.stock({ productId: await clinic.product(), quantity: '10' }));
  await forced();
});
afterEach(() =>
  clinic.owner.query('DELETE FROM ops.outbox; DELETE FROM ops.dirty_work; DELETE FROM inventory.stock_reservation'),
);
afterAll(async () => {
  await queues.close();
  await clinic.close();
});

const forced = () => clinic.one<{ outcome: string }>('SELECT inventory.refresh_stock_metrics(true) AS outcome');
const refreshed = (atOnce = true) => inTransaction(systemSession(clinic.db), (tx) => refreshStockMetrics(tx, atOnce));
const holdOne = () =>
  clinic.as(manager, (tx) =>
    moveBucket(tx, { idempotencyKey: newKey(), stockId, from: 'ON_HAND', to: 'HOLD', quantity: '1', reason: 'to see' }),
  );
const relay = () => relayBatch(clinic.db, { queues, jobs: [refreshStockMetricsJob] });
const dirty = async () =>
  (await clinic.all<{ key: string }>('SELECT job, key FROM ops.dirty_work')).map(({ key }) => key);
const available = async () =>
  (
    await clinic.one<{ free: string }>(
      `SELECT available_quantity AS free FROM inventory.stock_metrics_view WHERE stock_id = $1`,
      [stockId],
    )
  ).free;
const freshness = () =>
  clinic.one<{ calculated: Date; refreshed: Date }>(
    'SELECT last_calculated_at AS calculated, refreshed_at AS refreshed FROM inventory.stock_metrics_freshness',
  );

describe('whether there is something to do', () => {
  it('is nothing without a change; the figures are then known to be as of now, and no row is written', async () => {
    const before = await freshness();
    const rows = () => clinic.all('SELECT stock_id, xmin FROM inventory.stock_metrics_view ORDER BY 1');
    const rowsBefore = await rows();
    expect(await refreshed()).toBe('UNCHANGED');
    const after = await freshness();
    expect(after.refreshed).toEqual(before.refreshed);
    expect(after.calculated.getTime()).toBeGreaterThan(before.calculated.getTime());
    expect(await rows()).toEqual(rowsBefore);
  });

  it('is a change from its commit on: as long as nobody has told the job, and when it has become dirty work', async () => {
    await holdOne();
    expect(await refreshed()).toBe('REFRESHED');
    expect(await available()).toBe('9');
    await holdOne();
    expect(await relay()).toBeGreaterThan(0);
    expect(await dirty()).toEqual(['stock']);
    expect(await refreshed()).toBe('REFRESHED');
    expect(await available()).toBe('8');
    expect(await dirty()).toEqual([]);
    expect(await refreshed()).toBe('UNCHANGED');
  });

  it('is a change of one batch: only its row is written', async () => {
    await clinic.stock({ productId: await clinic.product() });
    await forced();
    const rows = await clinic.all('SELECT stock_id, xmin FROM inventory.stock_metrics_view WHERE stock_id <> $1', [
      stockId,
    ]);
    await holdOne();
    expect(await refreshed()).toBe('REFRESHED');
    expect(
      await clinic.all('SELECT stock_id, xmin FROM inventory.stock_metrics_view WHERE stock_id <> $1', [stockId]),
    ).toEqual(rows);
  });

  it('is another day at any of the places', async () => {
    await clinic.owner.query(
      `UPDATE inventory.stock_metrics_freshness SET refreshed_at = (date_trunc('day', now() AT TIME ZONE 'Pacific/Auckland') AT TIME ZONE 'Pacific/Auckland')`,
    );
    expect(await refreshed()).toBe('UNCHANGED');
    await clinic.owner.query(
      `UPDATE inventory.stock_metrics_freshness SET refreshed_at = refreshed_at - interval '1 microsecond'`,
    );
    expect(await refreshed()).toBe('REFRESHED');
    expect(await refreshed()).toBe('UNCHANGED');
  });

  it('is another time zone of a place', async () => {
    const location = {
      id: clinic.elsewhereId,
      code: 'ELSE',
      name: 'Elsewhere',
      kind: 'PHARMACY' as const,
      timeZone: 'Pacific/Honolulu',
    };
    await clinic.as(manager, (tx) => saveLocation(tx, location));
    expect(await refreshed()).toBe('REFRESHED');
  });

  it('is a view that holds nothing, not even no rows', async () => {
    await clinic.owner.query('REFRESH MATERIALIZED VIEW inventory.stock_metrics_view WITH NO DATA');
    expect(await refreshed()).toBe('REFRESHED');
    expect(await available()).toBe('10');
  });
});

describe('the figures', () => {
  const figuresOf = (id: string) =>
    clinic.one(
      `SELECT total_quantity, available_quantity, reserved_quantity, total_cost, expected_profit, profit_per_shelf_day, days_on_shelf, days_to_expiry
       FROM inventory.stock_metrics_view WHERE stock_id = $1`,
      [id],
    );
  const set = async (id: string, assignments: string) => {
    await clinic.owner.query(`UPDATE inventory.stock SET ${assignments} WHERE id = $1`, [id]);
    await forced();
  };
  const there = `(now() AT TIME ZONE 'Pacific/Auckland')::date`;
  const midnight = `${there}::timestamp AT TIME ZONE 'Pacific/Auckland'`;

  // Worked out by hand: 1234567.8901 × 12.3457 % = 152416.0480080757, a third of it 50805.3493360252.
  test('are exact', async () => {
    await set(
      stockId,
      `on_hand_quantity = 99999999999999.9999, reserved_quantity = 0.0001, hold_quantity = 2, gross_purchase_price = 1234567.8901,
       roi_percentage = 12.3457, delivered_on = ${there} - 3, lot_expires_on = ${there} + 40`,
    );
    expect(await figuresOf(stockId)).toEqual({
      total_quantity: '99999999999999.9999',
      available_quantity: '99999999999997.9998',
      reserved_quantity: '0.0001',
      total_cost: '1234567.8901',
      expected_profit: '152416.0480',
      profit_per_shelf_day: '50805.3493',
      days_on_shelf: 3,
      days_to_expiry: 40,
    });
  });

  test('round once, at the end, half away from zero', async () => {
    await set(stockId, `gross_purchase_price = 10.5, roi_percentage = 33.3333, delivered_on = ${there} - 7`);
    expect(await figuresOf(stockId)).toMatchObject({ expected_profit: '3.5000', profit_per_shelf_day: '0.5000' });
    // Half of 0.00006 is 0.00003; half of the rounded 0.0001 would be 0.0001 again.
    await set(stockId, `gross_purchase_price = 0.0006, roi_percentage = 10, delivered_on = ${there} - 2`);
    expect(await figuresOf(stockId)).toMatchObject({ expected_profit: '0.0001', profit_per_shelf_day: '0.0000' });
    await set(stockId, `gross_purchase_price = 100.0001, roi_percentage = -2.5, delivered_on = ${there} - 2`);
    expect(await figuresOf(stockId)).toMatchObject({ expected_profit: '-2.5000', profit_per_shelf_day: '-1.2500' });
  });

  test('have no profit without ROI, no cost without a price, no days to expiry without a last day', async () => {
    await set(stockId, `gross_purchase_price = 10.5, lot_expires_on = NULL`);
    const nothing = { expected_profit: null, profit_per_shelf_day: null, days_to_expiry: null };
    expect(await figuresOf(stockId)).toMatchObject({ ...nothing, total_cost: '10.5' });
    await set(stockId, `gross_purchase_price = NULL, roi_percentage = 10`);
    expect(await figuresOf(stockId)).toMatchObject({ ...nothing, total_cost: null });
  });

  test.each([
    ['its last day is today', `lot_expires_on = ${there}`, { days_to_expiry: 0 }],
    ['its last day was yesterday', `lot_expires_on = ${there} - 1`, { days_to_expiry: -1 }],
    ['received as the day there began', `received_at = ${midnight}`, { days_on_shelf: 0 }],
    ['received just before that', `received_at = ${midnight} - interval '1 microsecond'`, { days_on_shelf: 1 }],
    [
      'delivered before it was received',
      `received_at = ${midnight}, delivered_on = ${there} - 5`,
      { days_on_shelf: 5 },
    ],
    ['to be delivered tomorrow', `delivered_on = ${there} + 1`, { days_on_shelf: 0 }],
  ])('count days by the place: %s', async (_what, assignments, figures) => {
    await set(stockId, assignments);
    expect(await figuresOf(stockId)).toMatchObject(figures);
  });

  test("a profit on the first day is a day's", async () => {
    await set(stockId, `gross_purchase_price = 100, roi_percentage = 7, delivered_on = ${there}`);
    expect(await figuresOf(stockId)).toMatchObject({ days_on_shelf: 0, profit_per_shelf_day: '7.0000' });
  });
});

describe('at the same time', () => {
  let held: pg.PoolClient;
  let definition: string;
  beforeEach(async () => {
    held = await clinic.owner.connect();
    ({ definition } = await clinic.one<{ definition: string }>(
      `SELECT pg_get_functiondef('inventory.refresh_stock_metrics'::regproc) AS definition`,
    ));
  });
  afterEach(async () => {
    await held.query('ROLLBACK');
    held.release();
    await clinic.owner.query(definition);
  });

  /** The function with one protection taken away. */
  const mutate = async (...changes: readonly (readonly [from: string, to: string])[]) => {
    for (const [from] of changes) expect(definition).toContain(from);
    await clinic.owner.query(changes.reduce((text, [from, to]) => text.replaceAll(from, to), definition));
  };
  /** A refresh that has done its work and has not committed. */
  const holdRefresh = async () => {
    await held.query('BEGIN');
    await held.query('SELECT inventory.refresh_stock_metrics(true)');
  };
  const somebodyWaits = () =>
    vi.waitFor(async () => {
      const waiting =
        'SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())';
      expect(await clinic.all(waiting)).toHaveLength(1);
    });
  const read = () => clinic.db.query('SELECT count(*) FROM inventory.stock_metrics_view');
  const waitedInVain = /lock timeout/;

  test('two workers: one refreshes, the other finds it busy; none of them fails', async () => {
    await holdRefresh();
    expect(await refreshed()).toBe('BUSY');
    await held.query('COMMIT');
    expect(await refreshed()).toBe('UNCHANGED');
  });

  test('two workers that take no turns wait for each other until one gives up', async () => {
    await mutate(['pg_try_advisory_xact_lock(7106008)', 'true'], [`'5s'`, `'100ms'`]);
    await holdRefresh();
    await holdOne();
    await expect(refreshed()).rejects.toThrow(waitedInVain);
  });

  test('readers go on while a refresh is held', async () => {
    await holdRefresh();
    expect(await read()).toHaveLength(1);
    expect(await refreshed()).toBe('BUSY');
  });

  test('readers would wait for a refresh that is not concurrent', async () => {
    await mutate(['REFRESH MATERIALIZED VIEW CONCURRENTLY', 'REFRESH MATERIALIZED VIEW']);
    await holdRefresh();
    await expect(read()).rejects.toThrow(waitedInVain);
  });

  /** The refresh has read what is dirty, and waits for the view; meanwhile another change becomes dirty work. */
  const changedMeanwhile = async () => {
    await holdOne();
    await relay();
    await held.query('BEGIN');
    await held.query('ANALYZE inventory.stock_metrics_view');
    const refreshing = refreshed();
    await somebodyWaits();
    await holdOne();
    await relay();
    await held.query('COMMIT');
    expect(await refreshing).toBe('REFRESHED');
  };

  test('a change that comes during a refresh is left for the next one', async () => {
    await changedMeanwhile();
    expect(await dirty()).toEqual(['stock']);
    expect(await refreshed()).toBe('REFRESHED');
    expect(await dirty()).toEqual([]);
  });

  test('without its version it would be forgotten', async () => {
    await mutate(['AND version = version_read', '']);
    await changedMeanwhile();
    expect(await dirty()).toEqual([]);
  });
});

describe('the job', () => {
  const run = (input: Payload = {}) => runStockMetricsRefresh({ db: clinic.db, input });

  it('rests nine times as long as the last refresh took, unless somebody asks for it', async () => {
    await holdOne();
    await clinic.owner.query(`UPDATE inventory.stock_metrics_freshness SET took = '1 hour'`);
    expect(await run()).toEqual({ outcome: 'RESTING' });
    expect(await run({ atOnce: true })).toEqual({ outcome: 'REFRESHED' });
    await holdOne();
    await clinic.owner.query(
      `UPDATE inventory.stock_metrics_freshness SET took = '1 second', refreshed_at = now() - interval '9 seconds'`,
    );
    expect(await run()).toEqual({ outcome: 'REFRESHED' });
  });

  it('may take longer than other statements may', async () => {
    await holdOne();
    await clinic.owner.query(
      `CREATE OR REPLACE FUNCTION inventory.refresh_stock_metrics(force boolean DEFAULT false) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('statement_timeout') $$`,
    );
    expect(await run({ atOnce: true })).toEqual({ outcome: '15min' });
  });
});

test('the application may refresh the view by the function alone', async () => {
  await expect(clinic.db.query('REFRESH MATERIALIZED VIEW inventory.stock_metrics_view')).rejects.toThrow(
    /must be owner|permission denied/,
  );
  await expect(clinic.db.query('UPDATE inventory.stock_metrics_freshness SET took = took')).rejects.toThrow(
    /must be owner|permission denied/,
  );
});
