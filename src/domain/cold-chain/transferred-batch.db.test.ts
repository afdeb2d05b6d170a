import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { TransferTable } from '../../../test/transfers.ts';

let clinic: TestClinic;
let room: ColdRoom;
let transfers: TransferTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
  transfers = await TransferTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

/** Sent an hour after the start, there half an hour later; answers the batch at the other place. */
async function sent(stockId: string, to: string): Promise<string> {
  const transferId = await transfers.shipped([{ stockId, quantity: '4' }]);
  await transfers.receive(transferId);
  await clinic.owner.query('UPDATE inventory.inventory_transfer SET shipped_at = $2, received_at = $3 WHERE id = $1', [
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
