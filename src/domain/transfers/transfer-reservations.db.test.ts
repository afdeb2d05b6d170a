import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, expectRefused } from '../../../test/stock-watch.ts';
import { TransferTable } from '../../../test/transfers.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { dispense } from '../dispensing/dispense.ts';
import { expireReservations } from '../stock/expire-reservations.ts';
import { fulfilReservation } from '../stock/fulfil-reservation.ts';
import { releaseReservation } from '../stock/release-reservation.ts';
import { openVial } from '../vials/open-vial.ts';

let clinic: TestClinic;
let table: TransferTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await TransferTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

async function approved() {
  const productId = await clinic.product({ dosesPerStockUnit: '10' });
  await clinic.owner.query('UPDATE catalogue.product SET label_stability_hours = 24 WHERE id = $1', [productId]);
  const { stockId } = await clinic.stock({ productId, quantity: '10' });
  const transferId = await table.request([{ stockId, quantity: '4' }]);
  await table.approve(transferId);
  const { id: reservationId } = await clinic.one<{ id: string }>(
    'SELECT id FROM inventory.stock_reservation WHERE transfer_id = $1',
    [transferId],
  );
  return { productId, stockId, transferId, reservationId };
}
type Approved = Awaited<ReturnType<typeof approved>>;

describe('units that are kept for a transfer', () => {
  const key = () => ({ idempotencyKey: newKey() });
  const others: readonly (readonly [string, (tx: Tx, of: Approved) => Promise<unknown>])[] = [
    ['released', (tx, { reservationId }) => releaseReservation(tx, { ...key(), reservationId })],
    ['fulfilled', (tx, { reservationId }) => fulfilReservation(tx, { ...key(), reservationId })],
    [
      'dispensed',
      (tx, { productId, reservationId }) =>
        dispense(tx, {
          ...{ ...key(), locationId: clinic.locationId, lines: [{ productId, quantity: '1', reservationId }] },
        }),
    ],
    ['opened', (tx, { reservationId }) => openVial(tx, { ...key(), reservationId })],
  ];

  it.each(others)('are not %s by anybody else', async (_, verb) => {
    const of = await approved();
    const provider = await clinic.actor(['PROVIDER', 'PHARMACIST']);
    const context = await expectRefused(clinic, 'FORBIDDEN', () => clinic.as(provider, (tx) => verb(tx, of)));
    expect(context).toEqual({ reservationId: of.reservationId, transferId: of.transferId });
    await table.ship(of.transferId);
  });

  it('are not given back by the job, whatever the clock says', async () => {
    const { transferId, reservationId, stockId } = await approved();
    await clinic.owner.query(`UPDATE inventory.stock_reservation SET reserved_until = '2020-01-31' WHERE id = $1`, [
      reservationId,
    ]);
    expect(await inTransaction(clinic.systemSession(), (tx) => expireReservations(tx))).toBe(0);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '4' });
    await table.ship(transferId);
    const reservation = 'SELECT status FROM inventory.stock_reservation WHERE id = $1';
    expect(await clinic.one(reservation, [reservationId])).toEqual({ status: 'FULFILLED' });
  });
});
