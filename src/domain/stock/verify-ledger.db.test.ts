import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import type { Actor } from '../../actor.ts';
import { dispense } from '../dispensing/dispense.ts';
import { runChecks } from '../run-checks.ts';
import { moveBucket } from './move-bucket.ts';
import { reserveStock } from './reserve-stock.ts';
import { ledgerChecks, verifyLedger } from './verify-ledger.ts';

let clinic: TestClinic;
let pharmacist: Actor;
/** Past every right: what the guards exist to prevent is done by hand here. */
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
  superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

/** Lines: 1 INTAKE, 2 RESERVE, 3 QUARANTINE, 4 DISPENSE. */
async function busyBatch(): Promise<string> {
  const productId = await clinic.product();
  const { stockId } = await clinic.stock({ productId, quantity: '10' });
  await clinic.as(pharmacist, (tx) =>
    reserveStock(tx, {
      ...{ idempotencyKey: newKey(), stockId, quantity: '2', reservedUntil: new Date(Date.now() + 86_400_000) },
    }),
  );
  await clinic.as(pharmacist, (tx) =>
    moveBucket(tx, {
      ...{ idempotencyKey: newKey(), stockId, from: 'ON_HAND', to: 'QUARANTINE', quantity: '3', reason: 'dropped' },
    }),
  );
  await clinic.as(pharmacist, (tx) =>
    dispense(tx, {
      ...{ idempotencyKey: newKey(), locationId: clinic.locationId, lines: [{ productId, quantity: '1' }] },
    }),
  );
  return stockId;
}

const ledger = 'inventory.inventory_transaction';
const unguarded = (sql: string) => `DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = '${ledger}'::regclass UNION SELECT '${ledger}'::regclass LOOP
      EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', part);
    END LOOP; END $$; ${sql}`;
const without = (constraint: string, sql: string, table = 'inventory.stock') =>
  `ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${constraint}; ${sql}`;

/** [check, what breaks it, :id being the row] */
const breaks: readonly (readonly [string, string])[] = [
  [
    'bucket is the sum of its lines',
    `UPDATE inventory.stock SET on_hand_quantity = on_hand_quantity + 1 WHERE id = :id`,
  ],
  ['bucket is the sum of its lines', `UPDATE inventory.stock SET sample_quantity = 1 WHERE id = :id`],
  ['lines are numbered without a gap', `UPDATE inventory.stock SET ledger_seq = ledger_seq + 1 WHERE id = :id`],
  [
    'lines are numbered without a gap',
    unguarded(`UPDATE ${ledger} SET ledger_seq = 7 WHERE stock_id = :id AND ledger_seq = 4`),
  ],
  ['lines are numbered without a gap', unguarded(`DELETE FROM ${ledger} WHERE stock_id = :id AND ledger_seq = 3`)],
  [
    'each line begins where the one before ended',
    unguarded(`UPDATE ${ledger} SET quantity_before = quantity_before + 1, quantity_after = quantity_after + 1
      WHERE stock_id = :id AND ledger_seq = 4`),
  ],
  [
    'each line adds up',
    unguarded(
      without(
        'ledger_line_adds_up',
        `UPDATE ${ledger} SET quantity_after = quantity_after + 1 WHERE stock_id = :id AND ledger_seq = 4`,
        ledger,
      ),
    ),
  ],
  [
    'lines name the lot, product and place of their row',
    unguarded(`UPDATE ${ledger} SET location_id = gen_random_uuid() WHERE stock_id = :id AND ledger_seq = 2`),
  ],
  [
    'no bucket is below 0 and they fit on hand',
    without('stock_buckets_fit', `UPDATE inventory.stock SET hold_quantity = 100 WHERE id = :id`),
  ],
  [
    'status and buckets agree',
    without('stock_closed_is_empty', `UPDATE inventory.stock SET status = 'CLOSED' WHERE id = :id`),
  ],
  [
    'reserved is the sum of active reservations',
    `UPDATE inventory.stock_reservation SET quantity = quantity + 1 WHERE stock_id = :id`,
  ],
  [
    'reserved is the sum of active reservations',
    `UPDATE inventory.stock_reservation SET status = 'RELEASED', closed_at = now() WHERE stock_id = :id`,
  ],
  ['quarantine is covered by its causes', `DELETE FROM inventory.stock_quarantine WHERE stock_id = :id`],
  [
    'quarantine is covered by its causes',
    `UPDATE inventory.stock_quarantine SET quantity = quantity + 1 WHERE stock_id = :id`,
  ],
  [
    'the row knows its lot',
    `UPDATE inventory.inventory_lot SET recalled = true WHERE id = (SELECT lot_id FROM inventory.stock WHERE id = :id)`,
  ],
];

const checksAt = async (id: string) => (await verifyLedger(clinic.db)).filter((fault) => fault.id === id);

it.each(breaks)('%s: finds %s', async (check, sql) => {
  const stockId = await busyBatch();
  expect(await checksAt(stockId)).toEqual([]);
  await superuser.query(sql.replaceAll(':id', `'${stockId}'`));
  const faults = await checksAt(stockId);
  expect(faults.map((fault) => fault.check)).toContain(check);
  expect(faults.every(({ entity, message }) => entity === 'stock' && message !== '')).toBe(true);
});

it('names the dispense record whose units did not leave as told', async () => {
  const stockId = await busyBatch();
  const { id } = await clinic.one<{ id: string }>(
    'SELECT dispense_record_id AS id FROM inventory.dispense_allocation WHERE stock_id = $1',
    [stockId],
  );
  expect(await checksAt(id)).toEqual([]);
  await superuser.query(`ALTER TABLE inventory.dispense_allocation DISABLE TRIGGER ALL`);
  await superuser.query(
    `UPDATE inventory.dispense_allocation SET quantity = quantity + 1 WHERE dispense_record_id = '${id}'`,
  );
  expect(await checksAt(id)).toMatchObject([
    { check: 'what was dispensed left the ledger', entity: 'dispense_record' },
  ]);
});

it('has a case here for each of its checks', () => {
  const tried = new Set([...breaks.map(([check]) => check), 'what was dispensed left the ledger']);
  expect([...tried].sort()).toEqual(ledgerChecks.map(({ name }) => name).sort());
});

it('finds the same, whatever the stretch', async () => {
  const all = await runChecks(clinic.db, ledgerChecks);
  expect(all.faults.length).toBeGreaterThan(10);
  for (const atOnce of [1, 3, 7]) expect(await runChecks(clinic.db, ledgerChecks, { atOnce })).toEqual(all);
  expect(await runChecks(clinic.db, ledgerChecks, { stopping: AbortSignal.abort() })).toEqual({
    faults: [],
    whole: false,
  });
});
