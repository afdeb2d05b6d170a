import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { runChecks } from '../run-checks.ts';
import { coldChainChecks } from './verify-cold-chain.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterAll(() => clinic.close());

/** The names of the checks that do not hold of the batch. */
async function brokenFor(stockId: string): Promise<string[]> {
  const { faults } = await runChecks(clinic.db, coldChainChecks);
  return faults.filter(({ id }) => id === stockId).map(({ check }) => check);
}

async function held(): Promise<string> {
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, 20);
  await room.told(fridge, every(10, '12', '12', '12', '12', '5'));
  return stockId;
}

it.each([
  ['none, as it is', 'SELECT $1::uuid', []],
  [
    'a last position that is elsewhere',
    `UPDATE inventory.stock_position SET zone = 'Z' WHERE stock_id = $1`,
    ['a batch stands where its last position says'],
  ],
  [
    'a gap',
    `INSERT INTO inventory.stock_position (id, stock_id, since, until) SELECT gen_random_uuid(), $1::uuid, '2020-01-01', '2020-01-02'`,
    ['each position begins where the one before ended'],
  ],
  [
    'held for nothing',
    'UPDATE inventory.stock SET excursion_id = NULL WHERE id = $1',
    ['a batch that is held for an excursion is in quarantine for it'],
  ],
])('finds %s', async (_, harm, expected) => {
  const stockId = await held();
  await clinic.owner.query(harm, [stockId]);
  expect(await brokenFor(stockId)).toEqual(expected);
});

it('finds one held for what was released', async () => {
  const stockId = await held();
  await clinic.owner.query(
    `UPDATE inventory.temperature_excursion SET acknowledged_by = $2, acknowledged_at = now(), comment = 'x', released_at = now() WHERE stock_id = $1`,
    [stockId, room.pharmacist.id],
  );
  expect(await brokenFor(stockId)).toEqual(['a batch that is held for an excursion is in quarantine for it']);
});

it('the application writes no position by itself, and takes back no reading, report or limit', async () => {
  const fridge = await room.fridge();
  await room.measure(fridge, every(1, '5'));
  const refused = [
    `INSERT INTO inventory.stock_position (id, stock_id) SELECT '${newKey()}', id FROM inventory.stock LIMIT 1`,
    'UPDATE inventory.stock_position SET until = now()',
    'DELETE FROM inventory.temperature_reading',
    'UPDATE inventory.temperature_reading SET celsius = 5',
    'UPDATE inventory.storage_unit_limits SET grace_minutes = 0',
    `INSERT INTO inventory.storage_unit_limits SELECT storage_unit_id, now(), 0, 0, 0 FROM inventory.storage_unit_limits LIMIT 1`,
    'UPDATE inventory.logger_report SET alarms = alarms',
    'DELETE FROM inventory.temperature_excursion',
  ];
  for (const statement of refused) await expect(clinic.db.query(statement)).rejects.toThrow(/permission denied/);
  for (const table of ['temperature_reading', 'storage_unit_limits', 'logger_report']) {
    await expect(clinic.owner.query(`TRUNCATE inventory.${table}`)).rejects.toThrow(/append-only/);
  }
});
