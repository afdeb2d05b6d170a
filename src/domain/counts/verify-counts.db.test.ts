import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { CountTable } from '../../../test/counts.ts';
import { unguarded } from '../../../test/unguarded.ts';
import { runChecks } from '../run-checks.ts';
import { countChecks } from './verify-counts.ts';

let clinic: TestClinic;
let table: CountTable;
/** Past every right: what the guards exist to prevent is done by hand here. */
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
  superuser = await unguarded(clinic, [
    'inventory.inventory_transaction',
    'inventory.inventory_count',
    'inventory.inventory_count_line',
  ]);
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

/** [check, what breaks it, :count and :stock being the rows, which of them is named] */
const breaks = [
  [
    'what a count found is posted once it is approved',
    `DELETE FROM inventory.inventory_transaction WHERE stock_id = :stock AND type = 'COUNT_ADJUSTMENT'`,
    'count',
  ],
  [
    'a count sums up its lines',
    'UPDATE inventory.inventory_count SET variance_quantity = 5 WHERE id = :count',
    'count',
  ],
  [
    'batches are held by open counts only',
    'UPDATE inventory.inventory_count_line SET open = true WHERE count_id = :count',
    'count',
  ],
  [
    'who counted is among the counters',
    `UPDATE inventory.inventory_count SET counter_ids = '{}' WHERE id = :count`,
    'count',
  ],
  [
    'each adjustment by a count is one of its lines',
    `INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
       lot_id, product_id, location_id, performed_by, occurred_at)
     SELECT gen_random_uuid(), id, 99, 'COUNT_ADJUSTMENT', 'ON_HAND', 1, 0, 1, lot_id, product_id, location_id,
       '00000000-0000-7000-8000-000000000001', now() FROM inventory.stock WHERE id = :stock`,
    'stock',
  ],
] as const;

it.each(breaks)('%s: finds %s', async (check, sql, named) => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  await table.approve(countId);
  const ids = { count: countId, stock: stockId };
  const faults = async () =>
    (await runChecks(clinic.db, countChecks)).faults.filter(({ id }) => Object.values(ids).includes(id));
  expect(await faults()).toEqual([]);
  await superuser.query(sql.replaceAll(/:(count|stock)/g, (_, name: keyof typeof ids) => `'${ids[name]}'`));
  expect(await faults()).toMatchObject([{ check, id: ids[named] }]);
});

it('has a case here for each of its checks', () => {
  expect(new Set(breaks.map(([check]) => check))).toEqual(new Set(countChecks.map(({ name }) => name)));
});
