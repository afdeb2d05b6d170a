import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { alertsOf } from '../../../test/alert-watch.ts';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { CountTable } from '../../../test/counts.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf, toldOf } from '../../../test/stock-watch.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { changeStockStatus } from '../stock/change-stock-status.ts';
import { moveBucket } from '../stock/move-bucket.ts';
import { reserveStock } from '../stock/reserve-stock.ts';

let clinic: TestClinic;
let table: CountTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const reserve = async (stockId: string, quantity: string) => {
  const reservedUntil = new Date(Date.now() + 86_400_000);
  const { reservation } = await clinic.as(table.manager, (tx) =>
    reserveStock(tx, { idempotencyKey: newKey(), stockId, quantity, reservedUntil }),
  );
  return reservation?.[0] ?? '';
};
const move = (stockId: string, to: 'HOLD' | 'QUARANTINE', quantity: string) =>
  clinic.as(table.manager, (tx) =>
    moveBucket(tx, { idempotencyKey: newKey(), stockId, from: 'ON_HAND', to, quantity, reason: 'to look at' }),
  );
const refused = (code: string, work: () => Promise<unknown>) => expectRefused(clinic, code, work);
const statusOfReservation = async (id: string) =>
  (await clinic.one<{ status: string }>('SELECT status FROM inventory.stock_reservation WHERE id = $1', [id])).status;

it('posts what was found on top of what has moved since, once, on record, and tells of it', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  await table.sell(stockId, '3');
  const key = { idempotencyKey: newKey() };
  expect(await table.approve(countId, key)).toEqual(await table.approve(countId, key));
  expect(await linesOf(clinic, stockId)).toEqual(['SALE ON_HAND -3', 'COUNT_ADJUSTMENT ON_HAND -3']);
  expect(await lastAudit(clinic, stockId)).toMatchObject({
    ...{ action: 'approveCount', before: { onHand: '7' } },
    after: { onHand: '4', countId, expected: '10', counted: '7' },
  });
  expect(await lastAudit(clinic, countId)).toMatchObject({ after: { status: 'APPROVED', varianceQuantity: '-3' } });
  expect(await toldOf(clinic, stockId)).toBe(2);
  expect(await alertsOf(clinic, stockId)).toEqual(['COUNT_VARIANCE WARNING OPEN']);
  await refused('INVALID_STATUS_TRANSITION', () => table.approve(countId));
  await refused('INVALID_STATUS_TRANSITION', () => table.cancel(countId));
  await table.approve(await table.submitted(stockId, '4'));
  expect(await alertsOf(clinic, stockId)).toEqual(['COUNT_VARIANCE WARNING RESOLVED ended']);
});

it('within tolerance it is posted too, and nobody is told', async () => {
  const { stockId } = await table.batch('500');
  await table.approve(await table.submitted(stockId, '495'));
  expect(await linesOf(clinic, stockId)).toEqual(['COUNT_ADJUSTMENT ON_HAND -5']);
  expect(await alertsOf(clinic, stockId)).toEqual([]);
});

it('refuses whoever has counted any of it, and so does the database', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.start(stockId);
  await table.tell(countId, stockId, '8', table.manager);
  await table.tell(countId, stockId, '10', table.technician);
  await table.submit(countId);
  await refused('SEPARATION_OF_DUTIES', () => table.approve(countId));
  const bypass = `UPDATE inventory.inventory_count SET status = 'APPROVED', approved_at = now(), approved_by = $2 WHERE id = $1`;
  await expect(clinic.owner.query(bypass, [countId, table.manager.id])).rejects.toThrow(
    'inventory_count_approver_counted_nothing',
  );
});

it('a shortage eats free units, then reservations, the newest first, then hold, then quarantine', async () => {
  const { stockId } = await table.batch('20');
  const [older, newer] = [await reserve(stockId, '4'), await reserve(stockId, '3')];
  await move(stockId, 'HOLD', '5');
  await move(stockId, 'QUARANTINE', '6');
  await table.approve(await table.submitted(stockId, '16'));
  expect(await linesOf(clinic, stockId)).toEqual(
    expect.arrayContaining(['RELEASE RESERVED -3', 'COUNT_ADJUSTMENT ON_HAND -4']),
  );
  expect([await statusOfReservation(older), await statusOfReservation(newer)]).toEqual(['ACTIVE', 'RELEASED']);
  expect(await bucketsOf(clinic, stockId)).toMatchObject({
    on_hand: '16',
    reserved: '4',
    hold: '5',
    quarantine: '6',
  });
  expect(await lastAudit(clinic, newer)).toMatchObject({
    before: { status: 'ACTIVE' },
    after: { status: 'RELEASED' },
  });
  const alert = 'SELECT message FROM inventory.inventory_alert WHERE subject = $1';
  expect((await clinic.one<{ message: string }>(alert, [stockId])).message).toContain('A reservation of 3 vials');
  await table.approve(await table.submitted(stockId, '3'));
  expect((await linesOf(clinic, stockId)).slice(-4)).toEqual([
    ...['RELEASE RESERVED -4', 'UNHOLD HOLD -5', 'UNQUARANTINE QUARANTINE -3', 'COUNT_ADJUSTMENT ON_HAND -13'],
  ]);
  expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 3']);
  await table.approve(await table.submitted(stockId, '0'));
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0', quarantine: '0' });
});

it('units that are kept for a transfer are released as others are, and its shipping fails', async () => {
  const transfers = await TransferTable.at(clinic);
  const { stockId } = await table.batch('10');
  const transferId = await transfers.request([{ stockId, quantity: '6' }]);
  await transfers.approve(transferId);
  await table.approve(await table.submitted(stockId, '3'));
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '3', reserved: '0' });
  await refused('RESERVATION_NOT_ACTIVE', () => transfers.ship(transferId));
});

it('what a transfer brings meanwhile, and what it lost on its way, is no correction', async () => {
  const [transfers, there] = [await TransferTable.at(clinic), await CountTable.at(clinic, clinic.elsewhereId)];
  const { stockId } = await table.batch('10');
  const first = await transfers.shipped([{ stockId, quantity: '4' }]);
  await transfers.receive(first);
  const second = await transfers.shipped([{ stockId, quantity: '4' }]);
  const home = await transfers.homeOf(first);
  await table.into(home, [home]);
  const countId = await there.submitted(home, '3');
  await transfers.receive(second, [{ received: '3', lost: '1', note: 'not in the box' }]);
  await there.approve(countId);
  expect(await bucketsOf(clinic, home)).toMatchObject({ on_hand: '6' });
});

it('what a released reservation had beyond the shortage is held where the batch is held', async () => {
  const { stockId } = await table.batch('10');
  await reserve(stockId, '6');
  await clinic.as(table.manager, (tx) =>
    changeStockStatus(tx, { idempotencyKey: newKey(), stockId, status: 'ON_HOLD', reason: 'a look at it' }),
  );
  await table.approve(await table.submitted(stockId, '8'));
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '8', reserved: '0', hold: '8' });
});

it('more than expected settles on the shelf, and of an unusable lot in quarantine', async () => {
  const good = await table.batch('10');
  await table.approve(await table.submitted(good.stockId, '12'));
  expect(await bucketsOf(clinic, good.stockId)).toMatchObject({ on_hand: '12', quarantine: '0' });
  const bad = await table.batch('10');
  const block = { idempotencyKey: newKey(), lotId: bad.lotId, quarantined: true, reason: 'cracked' };
  await clinic.as(table.manager, (tx) => changeLotStatus(tx, block));
  await table.approve(await table.submitted(bad.stockId, '12'));
  expect(await bucketsOf(clinic, bad.stockId)).toMatchObject({ on_hand: '12', quarantine: '12' });
  expect(await causesOf(clinic, bad.stockId)).toEqual(['MANUAL 12']);
});

it('less of a controlled drug needs a witness, who is kept; more of it needs none', async () => {
  const { stockId } = await table.batch('10', { deaSchedule: 'CII' });
  const countId = await table.submitted(stockId, '9');
  await refused('WITNESS_REQUIRED', () => table.approve(countId));
  await table.approve(countId, { witness: table.pharmacist });
  const kept = await clinic.one('SELECT witness_id FROM inventory.inventory_count WHERE id = $1', [countId]);
  expect(kept).toEqual({ witness_id: table.pharmacist.id });
  await table.approve(await table.submitted(stockId, '10'));
});

it('refuses to take what has left since: it must be counted again', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  await table.sell(stockId, '8');
  await refused('RECOUNT_REQUIRED', () => table.approve(countId));
});

it('what has ended stays as it is', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '10');
  await table.approve(countId);
  for (const change of [
    `UPDATE inventory.inventory_count SET zone = 'x' WHERE id = $1`,
    'UPDATE inventory.inventory_count_line SET counted_quantity = 3 WHERE count_id = $1',
    'DELETE FROM inventory.inventory_count_line WHERE count_id = $1',
  ]) {
    await expect(clinic.owner.query(change, [countId])).rejects.toThrow('append-only');
  }
});
