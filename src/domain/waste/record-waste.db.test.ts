import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf } from '../../../test/stock-watch.ts';
import type { Actor } from '../../actor.ts';
import { dispense } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { moveBucket } from '../stock/move-bucket.ts';
import { recordWaste, type RecordWaste } from './record-waste.ts';

let clinic: TestClinic;
let technician: Actor;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  technician = await clinic.actor(['TECHNICIAN', 'PHARMACIST']);
  manager = await clinic.actor(['MANAGER']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const batch = async (product: Parameters<TestClinic['product']>[0] = {}) =>
  clinic.stock({ productId: await clinic.product(product), quantity: '10', unitCogs: '3.3333' });
const waste = (stockId: string, more: Partial<RecordWaste> = {}) =>
  clinic.as(technician, (tx) =>
    recordWaste(tx, { idempotencyKey: newKey(), stockId, quantity: '2', reason: 'DAMAGED', ...more }),
  );
const move = (stockId: string, to: 'QUARANTINE' | 'HOLD' | 'DEFECTIVE' | 'SAMPLE') =>
  clinic.as(manager, (tx) =>
    moveBucket(tx, { idempotencyKey: newKey(), stockId, from: 'ON_HAND', to, quantity: '3', reason: 'to look at' }),
  );
const recordsOf = (stockId: string) =>
  clinic.all(
    `SELECT trim_scale(quantity::numeric)::text AS quantity, unit, reason, note, cost, witness_id AS witness FROM inventory.waste_record
     WHERE stock_id = $1 ORDER BY recorded_at`,
    [stockId],
  );

describe('recordWaste', () => {
  it('takes free units off the shelf with reason and cost, and the same key takes them once', async () => {
    const { stockId } = await batch();
    const input = { idempotencyKey: newKey() };
    const done = await waste(stockId, input);
    expect(await waste(stockId, input)).toEqual(done);
    expect(await linesOf(clinic, stockId)).toEqual(['WASTE ON_HAND -2']);
    expect(await recordsOf(stockId)).toEqual([
      { quantity: '2', unit: 'vial', reason: 'DAMAGED', note: null, cost: '6.6666', witness: null },
    ]);
    expect(await lastAudit(clinic, stockId)).toMatchObject({
      ...{ action: 'recordWaste', before: { onHand: '10' }, after: { onHand: '8', wasteReason: 'DAMAGED' } },
    });
  });

  it.each([
    ['QUARANTINE', ['UNQUARANTINE QUARANTINE -2', 'WASTE ON_HAND -2'], { on_hand: '8', quarantine: '1' }],
    ['HOLD', ['UNHOLD HOLD -2', 'WASTE ON_HAND -2'], { on_hand: '8', hold: '1' }],
    ['DEFECTIVE', ['WASTE DEFECTIVE -2'], { on_hand: '7', defective: '1' }],
    ['SAMPLE', ['WASTE SAMPLE -2'], { on_hand: '7', sample: '1' }],
  ] as const)('takes units out of %s', async (bucket, lines, left) => {
    const { stockId } = await batch();
    await move(stockId, bucket);
    await waste(stockId, { bucket });
    expect((await linesOf(clinic, stockId)).slice(-lines.length)).toEqual(lines);
    expect(await bucketsOf(clinic, stockId)).toMatchObject(left);
    expect(await causesOf(clinic, stockId)).toEqual(bucket === 'QUARANTINE' ? ['MANUAL 1'] : []);
  });

  it('refuses more than there is in the bucket, what is reserved, a missing note, both or neither source', async () => {
    const { stockId } = await batch();
    await move(stockId, 'HOLD');
    const refused = (code: string, more: Partial<RecordWaste>) =>
      expectRefused(clinic, code, () => waste(stockId, more));
    expect(await refused('INSUFFICIENT_INVENTORY', { quantity: '7.0001' })).toMatchObject({ available: '7' });
    expect(await refused('INSUFFICIENT_INVENTORY', { bucket: 'HOLD', quantity: '4' })).toMatchObject({
      available: '3',
    });
    await refused('BAD_USER_INPUT', { bucket: 'RESERVED' });
    await refused('BAD_USER_INPUT', { reason: 'LOST_OR_STOLEN' });
    await refused('INVALID_QUANTITY', { quantity: '0' });
    await refused('BAD_USER_INPUT', { sessionId: newKey() });
    await refused('BAD_USER_INPUT', { stockId: null });
    await refused('NOT_FOUND', { stockId: newKey() });
  });

  it('of a controlled drug needs a witness, who is kept', async () => {
    const { stockId } = await batch({ deaSchedule: 'CII' });
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => waste(stockId));
    await waste(stockId, { witness: manager });
    expect(await recordsOf(stockId)).toMatchObject([{ witness: manager.id }]);
  });
});

it('a dispense that is taken back and not returned to the shelf leaves a record of its waste', async () => {
  const productId = await clinic.product();
  const { stockId } = await clinic.stock({ productId, quantity: '5', unitCogs: '4' });
  const { record } = await clinic.as(technician, (tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId: clinic.locationId,
      lines: [{ productId, quantity: '3' }],
    }),
  );
  await clinic.as(manager, (tx) =>
    reverseDispense(tx, {
      ...{ idempotencyKey: newKey(), dispenseRecordId: record?.[0] ?? '', returnToStock: false },
      ...{ reason: 'came back open', wasteReason: 'CONTAMINATED' },
    }),
  );
  expect(await recordsOf(stockId)).toEqual([
    { quantity: '3', unit: 'vial', reason: 'CONTAMINATED', note: 'came back open', cost: '12', witness: null },
  ]);
});
