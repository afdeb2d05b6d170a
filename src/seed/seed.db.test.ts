import pg from 'pg';
import { verify } from 'argon2';
import { afterEach, describe, expect, test } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { TestClinic } from '../../test/clinic.ts';
import { handleJob } from '../../test/handle-job.ts';
import { verifyBooks } from '../domain/verify-books.ts';
import { rescoreEventsJob } from '../jobs/rescore-events.ts';
import { seedAnalytics } from './analytics.ts';
import { demoState, seedDemo } from './demo.ts';
import { demoPassword } from './demo-people.ts';
import { demoProducts, gtinOf } from './demo-products.ts';
import { readScale, seedScale } from './scale.ts';

let database: TestDatabase | undefined;

afterEach(async () => {
  await database?.drop();
  database = undefined;
});

async function fresh(): Promise<TestDatabase> {
  database = await createTestDatabase();
  return database;
}

async function faults(url: string): Promise<unknown[]> {
  const db = await createDataSource(url).initialize();
  try {
    return [...(await verifyBooks(db))];
  } finally {
    await db.destroy();
  }
}

async function ask<Row extends pg.QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query<Row>(statement)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

/** Scores all anew: what the model says is what the seed has written. */
async function rescored(made: TestDatabase): Promise<unknown> {
  const clinic = await TestClinic.in(made);
  try {
    return await handleJob(clinic, rescoreEventsJob);
  } finally {
    await clinic.db.destroy();
    await clinic.owner.end();
  }
}

const queue = `SELECT count(*) FILTER (WHERE a.reviewed_at IS NULL)::integer AS waiting, count(a.reviewed_at)::integer AS reviewed,
    count(*) FILTER (WHERE a.id IS NULL)::integer AS missing, count(*) FILTER (WHERE a.reviewed_at > now())::integer AS "yetToCome"
  FROM dpap.dispensing_event e LEFT JOIN dpap.high_risk_alert a ON a.event_id = e.id WHERE e.high_risk_flag`;

describe('the demo', () => {
  const now = new Date();
  let first: unknown;
  const print = (url: string) =>
    ask(
      url,
      `SELECT md5(string_agg(s::text, '' ORDER BY s.id)) FROM (SELECT id, sku, on_hand_quantity, received_at FROM inventory.stock WHERE received_at < '${now.toISOString()}') s`,
    );

  test('is whole, and keeps the books', async () => {
    const { ownerUrl, appUrl } = await fresh();
    expect(await demoState(ownerUrl)).toBe('empty');
    const made = await seedDemo(ownerUrl, now);
    expect(made.products).toBeGreaterThanOrEqual(60);
    expect(made.lots).toBeGreaterThanOrEqual(400);
    expect(made.dispenses).toBeGreaterThan(19_000);
    expect(await faults(appUrl)).toEqual([]);
    expect(await demoState(ownerUrl)).toBe('demo');
    await expect(seedDemo(ownerUrl, now)).rejects.toThrow('holds data already');
    const statuses = await ask<{ status: string }>(appUrl, 'SELECT DISTINCT status FROM inventory.stock ORDER BY 1');
    expect(statuses.map(({ status }) => status)).toEqual([
      'AWAITING_INTAKE',
      'LIVE',
      'ON_HOLD',
      'QUARANTINED',
      'SOLD_OUT',
    ]);
    const transfers = await ask<{ status: string; short: boolean }>(
      appUrl,
      'SELECT status, has_discrepancy AS short FROM inventory.inventory_transfer ORDER BY code',
    );
    expect(transfers.map(({ status }) => status)).toEqual([
      ...['RECEIVED', 'IN_TRANSIT', 'APPROVED', 'REQUESTED', 'REJECTED'],
    ]);
    expect(transfers.map(({ short }) => short)).toEqual([true, false, false, false, false]);
    const [old] = await ask<object>(
      appUrl,
      `SELECT (SELECT count(*)::integer FROM workflow.project) AS projects, (SELECT count(*)::integer FROM workflow.project_embedding) AS vectors,
         (SELECT count(*)::integer FROM workflow.workflow_template_task) AS tasks, (SELECT sum(transitions) > 50 FROM workflow.state_analytics) AS moved,
         (SELECT count(*)::integer FROM people.duplicate_candidate WHERE status = 'PENDING') AS pairs`,
    );
    expect(old).toEqual({ projects: 24, vectors: 24, tasks: 12, moved: true, pairs: 2 });
    const [safe] = await ask<object>(
      appUrl,
      `SELECT (SELECT count(a.acknowledged_at) || ' of ' || count(*) FROM inventory.recall_acknowledgement a JOIN inventory.recall r ON r.id = a.recall_id WHERE r.reference = 'D-0405-2026') AS acknowledged,
         (SELECT count(*)::integer FROM inventory.storage_unit u
          WHERE (SELECT count(*) FROM inventory.temperature_reading r WHERE r.storage_unit_id = u.id) = 432) AS measured,
         (SELECT array_agg(DISTINCT u.name || ' ' || l.code) FROM inventory.temperature_reading r JOIN inventory.storage_unit u ON u.id = r.storage_unit_id
          JOIN people.location l ON l.id = u.location_id WHERE r.celsius NOT BETWEEN u.min_celsius AND u.max_celsius) AS out`,
    );
    expect(safe).toEqual({ acknowledged: '2 of 4', measured: 15, out: ['Refrigerator MAINSTREET'] });
    const runs = await ask<object>(
      appUrl,
      'SELECT source, dry_run AS trial, status, counts FROM ops.migration_run ORDER BY started_at',
    );
    const counted = { 'inventory.stock': { read: 7, added: 6, unchanged: 0, refused: 1 } };
    expect(runs).toEqual([
      { source: 'csv', trial: true, status: 'COMPLETED', counts: counted },
      { source: 'csv', trial: false, status: 'COMPLETED', counts: counted },
    ]);
    const counts = await ask<{ status: string }>(appUrl, 'SELECT status FROM inventory.inventory_count ORDER BY code');
    expect(counts.map(({ status }) => status)).toEqual(['APPROVED', 'RECOUNTING', 'IN_PROGRESS']);
    const users = await ask<{ email: string; password_hash: string; places: number }>(
      ownerUrl,
      `SELECT email, password_hash, (SELECT count(*)::integer FROM people.user_location WHERE user_id = u.id) AS places
       FROM people."user" u WHERE password_hash IS NOT NULL ORDER BY email`,
    );
    expect(users.map(({ email, places }) => [email.split('@')[0], places])).toEqual([
      ['admin', 5],
      ['analyst', 5],
      ['auditor', 5],
      ['manager', 5],
      ['pharmacist.harbour', 1],
      ['pharmacist', 5],
      ['provider', 5],
      ['service', 5],
      ['technician', 5],
    ]);
    expect(await verify(users[0]?.password_hash ?? '', demoPassword)).toBe(true);
    const missing = await ask(
      appUrl,
      'SELECT id FROM inventory.stock EXCEPT SELECT stock_id FROM inventory.stock_metrics_view',
    );
    expect(missing).toEqual([]);
    const stray = await ask(
      ownerUrl,
      'SELECT FROM inventory.inventory_transaction_default UNION ALL SELECT FROM dpap.dispensing_event_default',
    );
    expect(stray).toEqual([]);
    const [waiting] = await ask(ownerUrl, queue);
    expect(waiting).toMatchObject({ missing: 0, yetToCome: 0 });
    expect(waiting?.['waiting']).toBeGreaterThan(5);
    expect(waiting?.['reviewed']).toBeGreaterThan(50);
    const [outside] = await ask(
      ownerUrl,
      `SELECT o.code, count(*) > 600 AS some, count(DISTINCT e.local_date)::integer >= 28 AS weeks, count(*) FILTER (WHERE e.high_risk_flag) > 10 AS risky,
         count(*) FILTER (WHERE e.risk_flags @> '[{"rule": "EARLY_REPEAT"}]') > 0 AS repeated
       FROM people.outside_pharmacy o JOIN dpap.dispensing_event e ON e.pharmacy_id = o.id AND e.synced_at IS NOT NULL GROUP BY 1`,
    );
    expect(outside).toEqual({ code: 'RIVERSIDE', some: true, weeks: true, risky: true, repeated: true });
    first = await print(ownerUrl);
  }, 120_000);

  test('is the same twice, and a row of it that is bent by hand is named', async () => {
    const { ownerUrl, appUrl } = await fresh();
    await seedDemo(ownerUrl, now);
    expect(await print(ownerUrl)).toEqual(first);
    const [bent] = await ask<{ id: string }>(
      ownerUrl,
      `UPDATE inventory.stock SET on_hand_quantity = on_hand_quantity + 1 WHERE id = (SELECT id FROM inventory.stock WHERE status = 'LIVE' ORDER BY id LIMIT 1) RETURNING id`,
    );
    expect(await faults(appUrl)).toEqual([
      expect.objectContaining({ check: 'bucket is the sum of its lines', entity: 'stock', id: bent?.id }),
    ]);
  }, 120_000);

  test('its products are each another, and their codes are well formed', () => {
    expect(new Set(demoProducts.map(({ name }) => name)).size).toBe(demoProducts.length);
    // A GTIN as it is printed: 003 and the NDC, with its check digit.
    expect(gtinOf('58160-823-11')).toBe('00358160823114');
    for (const product of demoProducts) {
      expect(product.minCelsius).toBeLessThanOrEqual(product.maxCelsius);
      expect(Number(product.unitPrice)).toBeGreaterThan(Number(product.unitCogs));
      expect(product.atClinics || product.atPharmacy).toBe(true);
    }
  });
});

describe('data for measuring', () => {
  test('keeps the books too', async () => {
    const { ownerUrl, appUrl } = await fresh();
    await seedScale(ownerUrl, 2_500, () => undefined);
    expect(
      await ask(
        appUrl,
        'SELECT count(*)::integer AS rows, count(DISTINCT location_id)::integer AS places FROM inventory.stock',
      ),
    ).toEqual([{ rows: 2_500, places: 5 }]);
    expect(await faults(appUrl)).toEqual([]);
  });

  test('a year of events: about as many as asked for, in their months, scored as the model does, marked to be counted', async () => {
    const { ownerUrl, appUrl } = await fresh();
    const made = await seedAnalytics(ownerUrl, 10_000, () => undefined);
    expect(made).toMatchObject({ pharmacies: 2, days: 365 });
    expect(Math.abs(made.events - 10_000)).toBeLessThan(500);
    const [figures] = await ask(
      ownerUrl,
      `SELECT (SELECT count(*) FROM dpap.dispensing_event_default)::integer AS homeless, count(DISTINCT (pharmacy_id, local_date))::integer AS days,
         (SELECT count(*) FROM dpap.dirty_day)::integer AS marks, count(*) FILTER (WHERE high_risk_flag)::integer AS "highRisk",
         count(*) FILTER (WHERE extract(dow FROM local_date) = 0) * 2 < count(*) FILTER (WHERE extract(dow FROM local_date) = 1) AS "restsOnSundays"
       FROM dpap.dispensing_event`,
    );
    expect(figures).toMatchObject({ homeless: 0, restsOnSundays: true });
    expect(figures?.['marks']).toBe(figures?.['days']);
    expect(figures?.['highRisk']).toBeGreaterThan(0);
    expect(await faults(appUrl)).toEqual([]);
    expect((await ask(ownerUrl, queue))[0]).toMatchObject({ missing: 0, yetToCome: 0 });
    if (database !== undefined) expect(await rescored(database)).toMatchObject({ changed: 0, whole: true });
  });

  test.each([
    ['10k', 10_000],
    ['1M', 1_000_000],
    ['2500', 2_500],
    ['0', null],
    ['1g', null],
    ['-5', null],
    ['21m', null],
    ['', null],
  ])('%j is %s rows', (text, rows) => {
    expect(readScale(text)).toBe(rows);
  });
});
