import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { CountTable } from '../../../test/counts.ts';
import { dispense } from '../dispensing/dispense.ts';
import { targetsOfAlerts, type Targeted } from './alert-targets.ts';

let clinic: TestClinic;
let table: CountTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
});
afterAll(() => clinic.close());

const mismatch = (subject: string): Targeted => ({ type: 'LEDGER_MISMATCH', subject, message: '' });

it('leads from a difference to the count that found it, not to another of the same batch', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  await table.approve(countId);
  const alert = await clinic.one<Targeted>(
    'SELECT type, subject, message FROM inventory.inventory_alert WHERE subject = $1',
    [stockId],
  );
  await table.approve(await table.submitted(stockId, '7'));
  expect(await targetsOfAlerts(clinic.db, [alert])).toEqual([{ kind: 'COUNT', id: countId }]);
});

it('leads from books that do not add up to the count, to a batch of the dispense, or nowhere', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '10');
  const productId = await clinic.product();
  const dispensed = await clinic.stock({ productId, quantity: '5' });
  const { locationId } = clinic;
  await clinic.as(await clinic.actor(['PHARMACIST']), (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId, lines: [{ productId, quantity: '3' }] }),
  );
  const { id } = await clinic.one<{ id: string }>('SELECT id FROM inventory.dispense_record WHERE product_id = $1', [
    productId,
  ]);
  const alerts = [
    ...[mismatch(countId), mismatch(id), mismatch(stockId), mismatch(randomUUID()), mismatch('audit')],
    { type: 'EXPIRED', subject: countId, message: '' } as const,
  ];
  expect(await targetsOfAlerts(clinic.db, alerts)).toEqual([
    ...[
      { kind: 'COUNT', id: countId },
      { kind: 'STOCK', id: dispensed.stockId },
    ],
    ...[null, null, null, null],
  ]);
});
