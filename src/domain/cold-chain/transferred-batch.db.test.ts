import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { unguarded } from '../../../test/unguarded.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { acknowledgeExcursion } from './acknowledge-excursion.ts';

let clinic: TestClinic;
let room: ColdRoom;
let transfers: TransferTable;
/** Puts the times of ended transfers into the past. */
let timeless: pg.Client;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
  transfers = await TransferTable.at(clinic);
  timeless = await unguarded(clinic, ['inventory.inventory_transfer']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(async () => {
  await timeless.end();
  await clinic.close();
});

/** Sent an hour after the start, there half an hour later; answers the batch at the other place. */
async function sent(stockId: string, to: string): Promise<string> {
  const transferId = await transfers.shipped([{ stockId, quantity: '4' }]);
  await transfers.receive(transferId);
  await timeless.query('UPDATE inventory.inventory_transfer SET shipped_at = $2, received_at = $3 WHERE id = $1', [
    transferId,
    room.at(60),
    room.at(90),
  ]);
  const home = await transfers.homeOf(transferId);
  await room.stand(home, to, room.at(90));
  return home;
}

const held = async (stockId: string) =>
  (
    await clinic.one<{ held: boolean }>('SELECT excursion_id IS NOT NULL AS held FROM inventory.stock WHERE id = $1', [
      stockId,
    ])
  ).held;

it('minutes out of range go along with a transfer, and only those until it was sent', async () => {
  const here = await room.fridge();
  const there = await room.fridge({}, clinic.elsewhereId);
  const { stockId } = await room.batch(here, 50);
  const home = await sent(stockId, there);
  const farTechnician = await clinic.actor(['TECHNICIAN'], [clinic.elsewhereId]);
  // 30 minutes before it was sent, and 30 after, which are none of its own.
  await room.told(here, [
    { at: 30, celsius: '12' },
    { at: 90, celsius: '5' },
  ]);
  expect(await held(stockId)).toBe(true);
  expect(await held(home)).toBe(false);
  const warm = every(10, '12', '12', '12', '5').map(({ at, celsius }) => ({ at: at + 100, celsius }));
  await room.measure(there, warm, farTechnician);
  await room.evaluate();
  expect(await held(home)).toBe(true);
  expect(await room.excursions(there)).toContain('CUMULATIVE 30..130 60 min 12..12');
});

it('late readings of the source reach what has left it', async () => {
  const here = await room.fridge();
  const there = await room.fridge({}, clinic.elsewhereId);
  const { stockId } = await room.batch(here, 20);
  const home = await sent(stockId, there);
  await room.told(here, every(10, '12', '12', '12', '5'));
  expect([await held(stockId), await held(home)]).toEqual([true, true]);
});

it('what was told of the source while it was on its way holds it as soon as it is received', async () => {
  const here = await room.fridge();
  const { stockId } = await room.batch(here, 20);
  const transferId = await transfers.shipped([{ stockId, quantity: '4' }]);
  await room.told(here, every(10, '5', '12', '12', '12', '5'));
  await transfers.receive(transferId);
  await room.evaluate();
  expect([await held(stockId), await held(await transfers.homeOf(transferId))]).toEqual([true, true]);
});

it('what a person has released before it left is not held again for the same minutes', async () => {
  const here = await room.fridge();
  const { stockId } = await room.batch(here, 20);
  await room.told(here, every(10, '5', '12', '12', '12', '5'));
  const decision = { excursionId: await room.excursionOf(stockId), comment: 'the maker agrees', release: true };
  await clinic.as(room.pharmacist, (tx) => acknowledgeExcursion(tx, decision));
  const transferId = await transfers.shipped([{ stockId, quantity: '4' }]);
  await transfers.receive(transferId);
  await room.told(here, [{ at: 50, celsius: '5' }]);
  const home = await transfers.homeOf(transferId);
  expect(await held(home)).toBe(false);
  const there = await room.fridge({}, clinic.elsewhereId);
  await room.stand(home, there, room.at(60));
  const farTechnician = await clinic.actor(['TECHNICIAN'], [clinic.elsewhereId]);
  const warm = every(10, '12', '12', '5').map(({ at, celsius }) => ({ at: at + 100, celsius }));
  await room.measure(there, warm, farTechnician);
  await room.evaluate();
  expect(await held(home)).toBe(true);
});
