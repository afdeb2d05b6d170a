import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { readOpeningTable, openingTemplate } from '../../domain/stock/opening-table.ts';
import { verifyBooks } from '../../domain/verify-books.ts';
import { readLegacyOptions } from '../legacy-options.ts';
import { silentProgress } from '../progress.ts';
import { beginRun, findRun } from '../run-record.ts';
import { Target } from '../target.ts';
import { importCsv } from './csv-source.ts';

let clinic: TestClinic;
let target: Target;
beforeAll(async () => {
  clinic = await TestClinic.open();
  target = await Target.open(clinic.database.ownerUrl, { locks: true });
});
afterAll(async () => {
  await target.close();
  await clinic.close();
});
let productId: string;
beforeEach(async () => {
  productId = await clinic.product({ name: `Café ${crypto.randomUUID()}` });
});

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Readable.from([Buffer.from(text, encoding)]);
const bring = (
  text: string,
  { dryRun = false, encoding = 'utf8' }: { readonly dryRun?: boolean; readonly encoding?: BufferEncoding } = {},
) =>
  importCsv({
    ...{ db: clinic.db, session: () => clinic.systemSession(), target, file: bytes(text, encoding) },
    options: readLegacyOptions({ dryRun }, {}),
    ...{ progress: silentProgress, stopping: new AbortController().signal },
  });
const nameOf = async (id: string) =>
  (await clinic.one<{ name: string }>('SELECT name FROM catalogue.product WHERE id = $1', [id])).name;
const counted = async () => {
  const tables = [
    'inventory.stock',
    'inventory.inventory_lot',
    'inventory.inventory_transaction',
    'ops.legacy_row',
    'ops.outbox',
    'ops.idempotency_key',
  ];
  const counts = await Promise.all(
    tables.map((table) => clinic.one<{ count: string }>(`SELECT count(*) FROM ${table}`)),
  );
  return counts.map(({ count }) => Number(count));
};

test('a spreadsheet with loose headers, semicolons and an old encoding opens the books', async () => {
  const name = await nameOf(productId);
  const file = [
    'Opening stock;;;;;;',
    'Item Name;LOT no;Exp. date;QTY;Cost per unit;Site;Position',
    `${name};AB 12;31.03.2099;1.250,5;4,25;here;Room 2/A/3`,
    `${name.toUpperCase()};AB-12;Mar 2099;2;4,25;Elsewhere;`,
  ].join('\r\n');
  const report = await bring(file, { encoding: 'latin1' });
  expect(report).toMatchObject({ read: 2, added: 2, unchanged: 0, refused: [] });
  const batches = await clinic.all(
    `SELECT s.on_hand_quantity AS "onHand", s.unit_cogs AS cost, s.zone, s.rack, s.shelf, s.bin, s.status, l.manufacturer_lot_number AS lot, l.expires_on AS expires,
       t.type, t.performed_by = '00000000-0000-7000-8000-000000000001' AS "bySystem", o.code,
       (SELECT count(*)::integer FROM audit.audit_entry a WHERE a.entity_id = s.id::text AND a.action = 'intake') AS audited
     FROM inventory.stock s JOIN inventory.inventory_lot l ON l.id = s.lot_id JOIN inventory.inventory_transaction t ON t.stock_id = s.id JOIN people.location o ON o.id = s.location_id
     WHERE s.product_id = $1 ORDER BY o.code DESC`,
    [productId],
  );
  const batch = {
    cost: '4.25',
    status: 'LIVE',
    lot: 'AB 12',
    expires: '2099-03-31',
    type: 'IMPORT',
    bySystem: true,
    audited: 1,
  };
  expect(batches).toEqual([
    { ...batch, code: 'HERE', onHand: '1250.5', zone: 'Room 2', rack: 'A', shelf: '3', bin: null },
    { ...batch, code: 'ELSE', onHand: '2', zone: null, rack: null, shelf: null, bin: null },
  ]);
  expect(await verifyBooks(clinic.db)).toEqual([]);
});

test('again it changes nothing; two rows alike are two batches; a row with other figures is refused', async () => {
  const name = await nameOf(productId);
  const head = 'product,lot,expiry,quantity,unit cost,location\n';
  const row = `${name},L1,2099-01-31,5,2,HERE\n`;
  expect(await bring(head + row + row)).toMatchObject({ added: 2, refused: [] });
  const before = await counted();
  expect(await bring(head + row + row)).toMatchObject({ added: 0, unchanged: 2, refused: [] });
  expect(await bring(head + row + row, { dryRun: true })).toMatchObject({ added: 0, unchanged: 2 });
  const other = await bring(`${head}${name},L1,2099-01-31,6,2,HERE\n`);
  expect(other).toMatchObject({
    added: 0,
    refused: [{ row: 2, reason: expect.stringMatching(/other figures/) as string }],
  });
  expect(await counted()).toEqual(before);
});

test('a product that its first row makes is the same one the next time', async () => {
  const row = (lot: string) => `Fresh ${productId},B,C,box,${lot},none,5,2,HERE\n`;
  const head = 'product,brand,category,stock unit,lot,expiry,quantity,unit cost,location\n';
  expect(await bring(head + row('L1') + row('L2'))).toMatchObject({ added: 2, refused: [] });
  const before = await counted();
  expect(await bring(head + row('L1') + row('L2'))).toMatchObject({ added: 0, unchanged: 2, refused: [] });
  expect(await counted()).toEqual(before);
});

test('one that broke off before it could keep what a row became finds it by its key', async () => {
  const name = await nameOf(productId);
  const file = `product,lot,expiry,quantity,unit cost,location\n${name},L1,2099-01-31,5,2,HERE\n`;
  await bring(file);
  const before = await counted();
  await clinic.owner.query(
    `DELETE FROM ops.legacy_row WHERE source = 'csv' AND target_id IN (SELECT id FROM inventory.stock WHERE product_id = $1)`,
    [productId],
  );
  expect(await bring(file)).toMatchObject({ refused: [] });
  expect(await counted()).toEqual(before);
});

test('a dry run tells the same and keeps nothing but its record', async () => {
  const name = await nameOf(productId);
  const file = `product,brand,category,unit,lot,expiry,quantity,unit cost,location\n${name},,,,L1,2099-01-31,5,2,HERE\nNew,B,C,box,L2,none,5,2,HERE\nNew two,,,,L2,,5,2,HERE\n`;
  const before = await counted();
  const dry = await bring(file, { dryRun: true });
  expect(await counted()).toEqual(before);
  const { read, added, unchanged, refused } = dry;
  const figures = { read, added, unchanged, refused };
  expect(await bring(file)).toMatchObject(figures);
  expect(figures).toMatchObject({
    added: 2,
    refused: [{ row: 4, reason: expect.stringMatching(/not known yet/) as string }],
  });
  const run = await clinic.one(
    'SELECT r.source, r.dry_run AS dry, r.status, r.counts FROM ops.migration_run r JOIN legacy.run o ON o.run_id = r.id WHERE o.number = $1',
    [dry.run],
  );
  expect(run).toEqual({
    source: 'csv',
    dry: true,
    status: 'COMPLETED',
    counts: { 'inventory.stock': { read: 3, added: 2, unchanged: 0, refused: 1 } },
  });
});

test('what cannot be read, or not in one way only, is refused by row with its reason; the rest comes in', async () => {
  const name = await nameOf(productId);
  const rows: [string, RegExp | null][] = [
    [`${name},L1,03/04/2099,5,2,HERE`, /two days/],
    [`${name},L1,2099-02-30,5,2,HERE`, /no day/],
    [`${name},L1,2099-01-31,"1,250",2,HERE`, /two numbers/],
    [`${name},L1,2099-01-31,five,2,HERE`, /not a number/],
    [`${name},L1,2099-01-31,0,2,HERE`, /quantity/],
    [`${name},,2099-01-31,5,2,HERE`, /lot is missing/],
    [`,L1,2099-01-31,5,2,HERE`, /product is missing/],
    [`${name},L1,2099-01-31,5,,HERE`, /unit cost is missing/],
    [`${name},L1,2099-01-31,5,2,Nowhere`, /no location with the code or name "Nowhere"/],
    [`${name},L1,2099-01-31,5,2,HERE,more`, /more cells/],
    [`${name},L1,2099-01-31,5,2,HERE`, null],
    [`${name},L1,2098-01-31,5,2,ELSE`, /another expiry/],
  ];
  const report = await bring(
    ['product,lot,expiry,quantity,unit cost,location', ...rows.map(([row]) => row)].join('\n'),
  );
  const wrong = rows.flatMap(([, reason], index) =>
    reason === null ? [] : [{ row: index + 2, reason: expect.stringMatching(reason) as string }],
  );
  expect(report).toMatchObject({ read: rows.length, added: 1, refused: wrong });
});

test('what is refused is told under the names of the file itself', async () => {
  const name = await nameOf(productId);
  const report = await bring(
    [
      'Item Name,LOT no,Exp. date,On hand,Cost per unit,Site',
      `${name},,2099-02-30,five,"1,250",HERE`,
      `${name},L1,2099-01-31,5,2,Nowhere`,
      `${name},L1,2099-01-31,0,2,HERE`,
    ].join('\n'),
  );
  expect(report.refused.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      /^expiry \(column "Exp\. date"\): .+; lot \(column "LOT no"\) is missing; quantity \(column "On hand"\): "five" .+; unit cost \(column "Cost per unit"\): "1,250" may be/,
    ),
    'There is no location with the code or name "Nowhere". (column "Site")',
    expect.stringMatching(/\(column "On hand"\)$/),
  ]);
});

test('a file without the columns it must have is refused, and the run says so', async () => {
  await expect(bring('product,lot\nA,B\n')).rejects.toThrow(/no header row with the columns/);
  const run = await clinic.one('SELECT status, error FROM ops.migration_run ORDER BY started_at DESC LIMIT 1');
  expect(run).toMatchObject({ status: 'FAILED', error: expect.stringMatching(/header row/) as string });
});

test('the template can be read', async () => {
  const rows = [];
  for await (const row of readOpeningTable(bytes(openingTemplate))) rows.push(row);
  expect(rows).toMatchObject([
    { row: 2, stock: { lotNumber: 'AB1234', position: ['Room 2', 'Cabinet A', '3', null] } },
  ]);
});

test('stopped between two rows it says so, and what was brought in is not doubled', async () => {
  const name = await nameOf(productId);
  const file = `product,lot,expiry,quantity,unit cost,location\n${name},S1,2099-01-31,5,2,HERE\n${name},S2,2099-01-31,5,2,HERE\n`;
  const stopping = new AbortController();
  const stopped = importCsv({
    ...{ db: clinic.db, session: () => clinic.systemSession(), target, file: bytes(file) },
    options: readLegacyOptions({}, {}),
    progress: {
      ...silentProgress,
      advance: () => {
        stopping.abort();
      },
    },
    stopping: stopping.signal,
  });
  await expect(stopped).rejects.toThrow(/was stopped after 1 rows\. Start it again: none is doubled\./);
  expect(await bring(file)).toMatchObject({ read: 2, added: 1, unchanged: 1 });
});

test('a run whose process was lost is told of as broken off by the next one', async () => {
  const lost = await beginRun(target, 'csv', readLegacyOptions({}, {}), { tables: {}, codes: {} });
  await bring('product,lot,expiry,quantity,unit cost,location\n');
  const found = await findRun(target, lost.id);
  expect(found?.status).toBe('FAILED');
  expect(found?.error).toContain('broke off');
  const last = await clinic.one<{ report: unknown }>('SELECT report FROM legacy.run ORDER BY number DESC LIMIT 1');
  expect(last.report).toMatchObject({ read: 0, refused: 0 });
});
