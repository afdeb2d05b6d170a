import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { handleJob } from '../../test/handle-job.ts';
import { reserveStock } from '../domain/stock/reserve-stock.ts';
import { verifyLedger } from '../domain/stock/verify-ledger.ts';
import { expireReservationsJob } from './expire-reservations.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

test('what is due is given back, what is not stays', async () => {
  const actor = await clinic.actor(['PHARMACIST']);
  const { stockId } = await clinic.stock({ productId: await clinic.product(), quantity: '10' });
  for (const [key, quantity] of [
    ['due', '3'],
    ['later', '2'],
  ] as const) {
    await clinic.as(actor, (tx) =>
      reserveStock(tx, {
        idempotencyKey: `a reservation ${key}`,
        stockId,
        quantity,
        reservedUntil: new Date(Date.now() + 3_600_000),
      }),
    );
  }
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     UPDATE inventory.stock_reservation SET reserved_until = now() - interval '1 second' FROM said WHERE quantity = 3`,
  );
  // Told to stop, it leaves them to others.
  expect(await handleJob(clinic, expireReservationsJob, AbortSignal.abort())).toEqual({ expired: 0 });
  expect(await handleJob(clinic, expireReservationsJob)).toEqual({ expired: 1 });
  expect(await handleJob(clinic, expireReservationsJob)).toEqual({ expired: 0 });
  const { rows } = await clinic.owner.query('SELECT reserved_quantity AS reserved FROM inventory.stock WHERE id = $1', [
    stockId,
  ]);
  expect(rows).toEqual([{ reserved: '2' }]);
  expect(await verifyLedger(clinic.db)).toEqual([]);
});
