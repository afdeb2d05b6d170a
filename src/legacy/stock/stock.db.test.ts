import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import pg from 'pg';
import { TestClinic } from '../../../test/clinic.ts';
import { verifyBooks } from '../../domain/verify-books.ts';
import { readLegacyOptions, readSourceAddress } from '../legacy-options.ts';
import { rollBack } from '../rollback.ts';
import { findRun } from '../run-record.ts';
import { Target } from '../target.ts';
import { migrateStock } from './migrate-stock.ts';
import { figuresOf, stockLines, type StockFigures, type StockReport } from './stock-report.ts';

const rows = 400;
const hasPsql = spawnSync('psql', ['--version']).status === 0;
const oldName = `old_stock_${String(process.pid)}`;
let clinic: TestClinic;
let old: pg.Client;
let oldUrl: string;
let mapping: string;

/** A tenth of the rows has a copy that disagrees; some are what cannot be ours. */
const schema = `
  CREATE SCHEMA inventory;
  CREATE TABLE inventory.stock (id uuid PRIMARY KEY, product_id uuid, size_id uuid, supplier_id uuid, quantity integer NOT NULL, purchase_price numeric(10,2), gross_purchase_price numeric(10,2),
    vat_amount numeric(10,2), vat_rate numeric(5,2), delivery_date date, shelf_life_days integer, profit_per_shelf_day numeric(10,2), roi_percentage numeric(8,2), listed_stockx boolean, listed_alias boolean,
    listed_local boolean, status varchar(50), detailed_status text, location varchar(50), notes text, external_ids jsonb, created_at timestamptz, updated_at timestamptz);
  CREATE TABLE inventory.stock_financial (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), stock_id uuid REFERENCES inventory.stock, purchase_price numeric(10,2), gross_purchase_price numeric(10,2), vat_amount numeric(10,2), vat_rate numeric(5,2), profit_per_shelf_day numeric(10,2), roi_percentage numeric(8,2));
  CREATE TABLE inventory.stock_lifecycle (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), stock_id uuid REFERENCES inventory.stock, shelf_life_days integer, listed_on_platforms jsonb, status_history jsonb);
  CREATE TABLE inventory.stock_metrics (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), stock_id uuid REFERENCES inventory.stock, available_quantity integer, reserved_quantity integer, total_cost numeric(10,2), expected_profit numeric(10,2), last_calculated_at timestamptz);
  CREATE TABLE inventory.stock_reservation (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), stock_id uuid REFERENCES inventory.stock, quantity integer, reserved_until timestamptz, status varchar(20), reason text, reserved_by text, created_at timestamptz);
  INSERT INTO inventory.stock
  SELECT md5('stock' || n)::uuid, md5('product' || n % 37)::uuid, md5('size' || n % 9)::uuid, CASE WHEN n % 5 > 0 THEN md5('supplier' || n % 7)::uuid END,
    CASE WHEN n % 11 = 0 THEN 0 ELSE n % 4 + 1 END, 100 + n, (100 + n) * 1.19, (100 + n) * 0.19, 19, date '2024-01-01' + n % 300, CASE WHEN n % 3 > 0 THEN 30 + n % 90 END, 1.5, 12.5,
    n % 2 = 0, n % 3 = 0, false, CASE WHEN n % 11 = 0 THEN 'sold' WHEN n % 13 = 0 THEN 'on_hold' WHEN n = 7 THEN 'teleported' ELSE 'in_stock' END, NULL, CASE WHEN n = 8 THEN 'the moon' ELSE 'Shelf A' END,
    'note', '{"sku": "x"}', timestamptz '2024-01-01Z' + n * interval '1 hour', timestamptz '2024-02-01Z' + n * interval '1 hour' FROM generate_series(1, ${String(rows)}) n;
  INSERT INTO inventory.stock_financial (stock_id, purchase_price, gross_purchase_price, vat_amount, vat_rate, profit_per_shelf_day, roi_percentage)
  SELECT id, purchase_price + CASE WHEN notes IS NOT NULL AND extract(hour FROM created_at) = 5 THEN 1 ELSE 0 END, gross_purchase_price, vat_amount, vat_rate, profit_per_shelf_day, roi_percentage FROM inventory.stock;
  INSERT INTO inventory.stock_lifecycle (stock_id, shelf_life_days, listed_on_platforms, status_history)
  SELECT id, coalesce(shelf_life_days, 45), CASE WHEN listed_stockx THEN '[{"platform": "stockx", "listed_at": "2024-01-05T00:00:00Z", "price": "199"}]'::jsonb ELSE '["stockx"]' END,
    '[{"status": "incoming", "at": "2024-01-01T00:00:00Z"}, {"status": "in_stock", "at": "2024-01-03T00:00:00Z"}]' FROM inventory.stock;
  INSERT INTO inventory.stock_reservation (stock_id, quantity, reserved_until, status, reserved_by, created_at)
  SELECT id, 1, now() + interval '3 days', CASE WHEN quantity = 3 THEN 'released' ELSE 'active' END, 'bob', now() - interval '1 day' FROM inventory.stock WHERE quantity > 1 AND status = 'in_stock';
  INSERT INTO inventory.stock_metrics (stock_id, available_quantity, reserved_quantity, total_cost, expected_profit)
  SELECT s.id, s.quantity - coalesce(r.q, 0) - CASE WHEN s.id = md5('stock3')::uuid THEN 1 ELSE 0 END, coalesce(r.q, 0) + CASE WHEN s.id = md5('stock2')::uuid THEN 1 ELSE 0 END,
    gross_purchase_price + CASE WHEN s.id = md5('stock4')::uuid THEN 1 ELSE 0 END, round(gross_purchase_price * roi_percentage / 100, 2) - CASE WHEN s.id = md5('stock5')::uuid THEN 0.01 ELSE 0 END FROM inventory.stock s
  LEFT JOIN (SELECT stock_id, sum(quantity) AS q FROM inventory.stock_reservation WHERE status = 'active' GROUP BY 1) r ON r.stock_id = s.id;`;

beforeAll(async () => {
  clinic = await TestClinic.open();
  const { adminUrl } = inject('testServer');
  await onAdmin(`${adminUrl}/postgres`, `CREATE DATABASE ${oldName}`);
  oldUrl = `${adminUrl}/${oldName}`;
  old = new pg.Client({ connectionString: oldUrl });
  await old.connect();
  await old.query(schema);
  mapping = join(tmpdir(), `${oldName}.yaml`);
  await writeFile(mapping, 'codes:\n  location:\n    shelf a: HERE\n');
});
afterAll(async () => {
  await old.end();
  await clinic.close();
  await onAdmin(`${inject('testServer').adminUrl}/postgres`, `DROP DATABASE ${oldName} WITH (FORCE)`);
  await rm(mapping, { force: true });
});

async function onAdmin(url: string, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(statement);
  await admin.end();
}

const migrate = (flags: { dryRun?: boolean } = {}, archive: string | null = null): Promise<StockReport> =>
  migrateStock({
    address: readSourceAddress({ LEGACY_DATABASE_URL: oldUrl }),
    options: readLegacyOptions({ ...flags, mapping }, {}),
    targetUrl: clinic.database.ownerUrl,
    ...{ tell: () => undefined, stopping: new AbortController().signal },
    archive,
  });
const counted = async () => {
  const tables = [
    'inventory.stock',
    'inventory.inventory_lot',
    'inventory.inventory_transaction',
    'inventory.stock_reservation',
    'catalogue.product',
    'ops.legacy_row',
    'ops.outbox',
    'inventory.sequence',
  ];
  return Promise.all(
    tables.map((table) => clinic.one(`SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${table} t`)),
  );
};
/** All but when, which run, and how fast. */
const comparable = (report: StockReport) => ({ ...report, run: 0, dryRun: false, speed: report.speed.rows });

let dry: StockReport;
let full: StockReport;

test('a dry run tells everything and keeps nothing', async () => {
  const before = await counted();
  dry = await migrate({ dryRun: true });
  expect(await counted()).toEqual(before);
  expect(dry.added).toBe(rows - 2);
  const run = await clinic.one<{ status: string }>(
    `SELECT status, counts FROM ops.migration_run WHERE source = 'stock'`,
  );
  expect(run).toEqual({
    status: 'COMPLETED',
    counts: {
      'inventory.stock': { read: rows, added: rows - 2, unchanged: 0, changedThere: 0, refused: 2 },
      'inventory.stock_reservation': { added: dry.reservations },
    },
  });
});

test('the run brings in one row each, with the figures of the dry one; the books agree', async () => {
  const file = join(tmpdir(), `${oldName}.sql`);
  full = await migrate({}, file);
  expect(comparable(full)).toEqual(comparable(dry));
  expect(await verifyBooks(clinic.db)).toEqual([]);
  const dumped = await readFile(file, 'utf8');
  await rm(file);
  expect(dumped.match(/^[0-9a-f-]{36}\t/gm)?.length).toBeGreaterThan(rows * 4);
  expect(dumped).toContain('CREATE TABLE inventory.stock_lifecycle');
});

test.skipIf(!hasPsql)('the archive is restored into an empty database by psql, each table the same', async () => {
  const { adminUrl } = inject('testServer');
  const file = join(tmpdir(), `${oldName}.sql.gz`);
  const name = `${oldName}_restored`;
  await migrate({ dryRun: true }, file);
  await onAdmin(`${adminUrl}/postgres`, `CREATE DATABASE ${name}`);
  const restored = new pg.Client({ connectionString: `${adminUrl}/${name}` });
  try {
    execFileSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', `${adminUrl}/${name}`], {
      input: gunzipSync(await readFile(file)),
    });
    await restored.connect();
    for (const table of ['stock', 'stock_financial', 'stock_lifecycle', 'stock_metrics', 'stock_reservation']) {
      const content = `SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) AS content FROM inventory.${table} t`;
      expect((await restored.query(content)).rows).toEqual((await old.query(content)).rows);
    }
  } finally {
    await restored.end();
    await onAdmin(`${adminUrl}/postgres`, `DROP DATABASE ${name} WITH (FORCE)`);
    await rm(file, { force: true });
  }
});

test('the run cannot be taken back, and says why; a dry one has nothing to take back', async () => {
  const target = await Target.open(clinic.database.ownerUrl, { locks: true });
  try {
    const [made, tried] = [await findRun(target, String(full.run)), await findRun(target, String(dry.run))];
    if (made === null || tried === null) throw new Error('There is no such run');
    await expect(rollBack(target, made, null, 'key')).rejects.toThrow('lines of the ledger are never deleted');
    expect(await rollBack(target, tried, null, 'key')).toEqual({ tables: [] });
    expect(stockLines(made.report as StockFigures)).toEqual(stockLines(figuresOf(full)));
  } finally {
    await target.close();
  }
});

test('words that nobody knows are refused by name, and the rest comes in', () => {
  expect(full.refused.map(({ reason }) => reason).sort()).toEqual([
    'the location "the moon" is unknown: say in the mapping file which of ours it is',
    'the status "teleported" is unknown: say in the mapping file what it is',
  ]);
});

test('where copies disagree the main table wins, and each difference is told by row and column', async () => {
  const { rows: wanted } = await old.query<{ row: string; column: string }>(
    `SELECT s.id::text AS row, 'purchase_price' AS column FROM inventory.stock s JOIN inventory.stock_financial f ON f.stock_id = s.id WHERE f.purchase_price <> s.purchase_price
     UNION ALL SELECT id::text, 'shelf_life_days' FROM inventory.stock WHERE shelf_life_days IS NULL
     UNION ALL SELECT md5(name)::uuid::text, metric FROM (VALUES ('stock2', 'reserved_quantity'), ('stock3', 'available_quantity'), ('stock4', 'total_cost'),
       ('stock5', 'expected_profit')) v(name, metric) ORDER BY 1, 2`,
  );
  const told = full.differences.map(({ row, column }) => ({ row, column }));
  expect(told.sort((a, b) => (a.row + a.column < b.row + b.column ? -1 : 1))).toEqual(wanted);
  const { rows: prices } = await old.query<{ id: string; price: string }>(
    'SELECT id, purchase_price::text AS price FROM inventory.stock',
  );
  const ours = await clinic.all<{ id: string; price: string; days: number }>(
    `SELECT l.legacy_id AS id, s.purchase_price::text AS price, s.shelf_life_days AS days FROM inventory.stock s JOIN ops.legacy_row l ON l.target_id = s.id`,
  );
  const known = new Map(prices.map(({ id, price }) => [id, Number(price)]));
  for (const { id, price, days } of ours) {
    expect(Number(price)).toBe(known.get(id));
    expect(days).not.toBeNull();
  }
});

test('lots, listings, reservations and buckets are as the old rows had them', async () => {
  const batch = (n: number) =>
    clinic.one(
      `SELECT s.status, s.on_hand_quantity AS "onHand", s.reserved_quantity AS reserved, s.hold_quantity AS hold, s.vat_rate AS vat, s.unit_cogs AS cost, lot.manufacturer_lot_number AS lot, lot.expires_on AS expires,
         v.name AS vendor, (SELECT array_agg(x->>'platform' ORDER BY x->>'platform') FROM jsonb_array_elements(s.listed_on_platforms) x) AS listed,
         s.external_ids ? 'sizeId' AS sized, (SELECT array_agg(DISTINCT type) FROM inventory.inventory_transaction WHERE stock_id = s.id) AS types
       FROM inventory.stock s JOIN inventory.inventory_lot lot ON lot.id = s.lot_id LEFT JOIN catalogue.vendor v ON v.id = s.vendor_id JOIN ops.legacy_row l ON l.target_id = s.id
       WHERE l.legacy_id = md5('stock' || $1)::uuid::text`,
      [n],
    );
  const idOf = async (word: string) =>
    (await clinic.one<{ id: string }>(`SELECT md5($1)::uuid::text AS id`, [word])).id;
  expect(await batch(6)).toMatchObject({
    ...{
      status: 'LIVE',
      onHand: '3',
      reserved: '0',
      hold: '0',
      vat: '0.190000',
      lot: `LEGACY-${await idOf('stock6')}`,
      expires: null,
    },
    ...{ vendor: `Supplier ${await idOf('supplier6')}`, listed: ['alias', 'stockx'], sized: true, types: '{IMPORT}' },
  });
  expect(await batch(13)).toMatchObject({ status: 'ON_HOLD', onHand: '2', hold: '2', listed: null });
  expect(await batch(11)).toMatchObject({ status: 'SOLD_OUT', onHand: '0', types: null });
  expect(await batch(1)).toMatchObject({ reserved: '1', onHand: '2' });
});

test('both queries answer the same, and both times are told', () => {
  expect(full.speed.rows).toBe(rows - 2);
  expect(full.speed.fourTablesMs).toBeGreaterThan(0);
  expect(full.speed.oneTableMs).toBeGreaterThan(0);
  expect(full.proof.rows).toBe(rows - 2);
  expect(Object.keys(full.proof.checksums)).toContain('available_quantity');
});

test('again nothing changes; what has changed there is told and left', async () => {
  const before = await counted();
  expect(await migrate()).toMatchObject({ added: 0, unchanged: rows - 2, changedThere: 0, reservations: 0 });
  await old.query(`UPDATE inventory.stock SET quantity = quantity + 1 WHERE id = md5('stock6')::uuid`);
  expect(await migrate()).toMatchObject({ added: 0, unchanged: rows - 3, changedThere: 1 });
  expect(await counted()).toEqual(before);
});
