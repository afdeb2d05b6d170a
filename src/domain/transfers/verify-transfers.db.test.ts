import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { settleLedgerAlerts } from '../alerts/ledger-alerts.ts';
import { runChecks } from '../run-checks.ts';
import { transferChecks } from './verify-transfers.ts';

let clinic: TestClinic;
let table: TransferTable;
/** Past every right: what the guards exist to prevent is done by hand here. */
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
  superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await superuser.connect();
  await superuser.query(
    `DO $$ DECLARE part regclass; BEGIN
       FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'inventory.inventory_transaction'::regclass
         UNION VALUES ('inventory.inventory_transaction'::regclass), ('inventory.inventory_transfer'), ('inventory.inventory_transfer_line') LOOP
         EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', part);
       END LOOP; END $$;
     ALTER TABLE inventory.inventory_transfer_line DROP CONSTRAINT inventory_transfer_line_balances`,
  );
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

/** [check, what breaks it, :transfer, :stock and :home being the rows, which of them is named] */
const breaks = [
  [
    'what was shipped is received, damaged, lost or in transit',
    'UPDATE inventory.inventory_transfer_line SET received_quantity = received_quantity - 1 WHERE transfer_id = :transfer',
    'transfer',
  ],
  [
    'what a transfer moved is in the ledger of both ends',
    `DELETE FROM inventory.inventory_transaction WHERE stock_id = :home AND type = 'TRANSFER_IN'`,
    'transfer',
  ],
  [
    'what a transfer moved is in the ledger of both ends',
    `DELETE FROM inventory.inventory_transaction WHERE stock_id = :stock AND type = 'TRANSFER_OUT'`,
    'transfer',
  ],
  [
    'a transfer is received into the same lot, at its destination',
    `UPDATE inventory.stock SET location_id = (SELECT from_location_id FROM inventory.inventory_transfer WHERE id = :transfer),
       batch_code = batch_code || '-2', sku = sku || '-2' WHERE id = :home`,
    'transfer',
  ],
  [
    'only an approved transfer holds units',
    `UPDATE inventory.stock_reservation SET status = 'ACTIVE', closed_at = NULL WHERE transfer_id = :transfer`,
    'transfer',
  ],
  [
    'a transfer knows whether it arrived as it was shipped',
    'UPDATE inventory.inventory_transfer SET has_discrepancy = false WHERE id = :transfer',
    'transfer',
  ],
  [
    'each movement between locations is of a transfer',
    `INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
       lot_id, product_id, location_id, performed_by, occurred_at)
     SELECT gen_random_uuid(), id, 99, 'TRANSFER_OUT', 'ON_HAND', -1, 1, 0, lot_id, product_id, location_id,
       '00000000-0000-7000-8000-000000000001', now() FROM inventory.stock WHERE id = :stock`,
    'stock',
  ],
] as const;

it.each(breaks)('%s: finds %s', async (check, sql, named) => {
  const { stockId } = await clinic.stock({ productId: await clinic.product(), quantity: '10' });
  const transferId = await table.shipped([{ stockId, quantity: '4' }]);
  await table.receive(transferId, [{ received: '3', damaged: '1' }]);
  const ids = { transfer: transferId, stock: stockId, home: await table.homeOf(transferId) };
  const faults = async () =>
    (await runChecks(clinic.db, transferChecks)).faults.filter(({ id }) => Object.values(ids).includes(id));
  expect(await faults()).toEqual([]);
  await superuser.query(sql.replaceAll(/:(transfer|stock|home)/g, (_, name: keyof typeof ids) => `'${ids[name]}'`));
  expect(await faults()).toMatchObject([{ check, id: ids[named] }]);
});

it('has a case here for each of its checks', () => {
  expect(new Set(breaks.map(([check]) => check))).toEqual(new Set(transferChecks.map(({ name }) => name)));
});

it('a transfer at fault is told at its source', async () => {
  const { stockId } = await clinic.stock({ productId: await clinic.product() });
  const id = await table.shipped([{ stockId, quantity: '1' }]);
  const fault = { check: 'a check', entity: 'inventory_transfer', id, message: 'it is wrong' } as const;
  const trail = { faults: [], faultCount: 0 };
  await inTransaction(clinic.systemSession(), (tx) => settleLedgerAlerts(tx, { faults: [fault], whole: false }, trail));
  const alert = 'SELECT location_id AS place, title FROM inventory.inventory_alert WHERE subject = $1';
  const { place, title } = await clinic.one<{ place: string; title: string }>(alert, [id]);
  expect(place).toBe(clinic.locationId);
  expect(title).toMatch(/^The books of transfer TRF-\d{4}-\d{6} do not add up$/);
});
