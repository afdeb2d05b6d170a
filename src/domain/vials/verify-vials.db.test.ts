import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { VialTable } from '../../../test/vials.ts';
import { unguarded } from '../../../test/unguarded.ts';
import { runChecks } from '../run-checks.ts';
import { recordWaste } from '../waste/record-waste.ts';
import { vialChecks } from './verify-vials.ts';

let clinic: TestClinic;
let table: VialTable;
/** Past every right: what the guards exist to prevent is done by hand here. */
let superuser: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
  superuser = await unguarded(clinic, [
    'inventory.inventory_transaction',
    'dpap.dispensing_event',
    'inventory.waste_record',
    'inventory.vial_usage_record',
  ]);
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

/** [check, what breaks it, :session and :stock being the rows, which of them is named] */
const breaks = [
  [
    'doses of a vial are those of its records',
    'UPDATE inventory.vial_usage_record SET doses = doses + 1 WHERE session_id = :session',
    'session',
  ],
  [
    'doses of a vial are those of its records',
    'UPDATE inventory.waste_record SET quantity = quantity + 1 WHERE session_id = :session',
    'session',
  ],
  [
    'an opened vial left the ledger',
    `UPDATE inventory.inventory_transaction SET reference_id = NULL WHERE stock_id = :stock AND type = 'VIAL_OPENED'`,
    'session',
  ],
  ['each use of a vial has its event', 'DELETE FROM dpap.dispensing_event', 'session'],
  [
    'what was wasted of a batch left the ledger',
    'DELETE FROM inventory.waste_record WHERE stock_id = :stock AND session_id IS NULL',
    'stock',
  ],
] as const;

it.each(breaks)('%s: finds %s', async (check, sql, named) => {
  const vial = await table.vial();
  const session = await table.open(vial);
  await table.use(session, '10');
  await table.takeBack(await table.use(session, '5'));
  await table.spill(session, '2');
  await clinic.as(table.provider, (tx) =>
    recordWaste(tx, { idempotencyKey: newKey(), stockId: vial.stockId, quantity: '1', reason: 'DAMAGED' }),
  );
  const ids = { session, stock: vial.stockId };
  const faults = async () =>
    (await runChecks(clinic.db, vialChecks)).faults.filter(({ id }) => Object.values(ids).includes(id));
  expect(await faults()).toEqual([]);
  await superuser.query(sql.replaceAll(/:(session|stock)/g, (_, name: keyof typeof ids) => `'${ids[name]}'`));
  expect(await faults()).toMatchObject([{ check, id: ids[named] }]);
});

it('has a case here for each of its checks', () => {
  expect(new Set(breaks.map(([check]) => check))).toEqual(new Set(vialChecks.map(({ name }) => name)));
});
