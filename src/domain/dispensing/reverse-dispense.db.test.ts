import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf } from '../../../test/stock-watch.ts';
import type { Actor } from '../../actor.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { changeStockStatus } from '../stock/change-stock-status.ts';
import { dispense } from './dispense.ts';
import { reverseDispense, type ReverseDispense } from './reverse-dispense.ts';

let clinic: TestClinic;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

async function give(productId: string, quantity: string): Promise<string> {
  const { record } = await clinic.as(pharmacist, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId: clinic.locationId, lines: [{ productId, quantity }] }),
  );
  return record?.[0] ?? '';
}
async function takeBack(dispenseRecordId: string, more: Partial<ReverseDispense> = {}, actor = pharmacist) {
  const { record } = await clinic.as(actor, (tx) =>
    reverseDispense(tx, {
      ...{ idempotencyKey: newKey(), dispenseRecordId, returnToStock: true, reason: 'wrong patient' },
      ...more,
    }),
  );
  return record?.[0] ?? '';
}

describe('reverseDispense', () => {
  it('returns every unit to the row it came from, once, and marks the event', async () => {
    const productId = await clinic.product();
    const early = await clinic.stock({ productId, quantity: '2', expiresOn: '2098-01-01' });
    const late = await clinic.stock({ productId, quantity: '5' });
    const given = await give(productId, '3');
    const idempotencyKey = newKey();
    const reversal = await takeBack(given, { idempotencyKey });
    expect(await takeBack(given, { idempotencyKey })).toBe(reversal);
    expect(await bucketsOf(clinic, early.stockId)).toMatchObject({ status: 'LIVE', on_hand: '2' });
    expect(await bucketsOf(clinic, late.stockId)).toMatchObject({ on_hand: '5' });
    expect(await linesOf(clinic, early.stockId)).toEqual(['DISPENSE ON_HAND -2', 'RETURN ON_HAND +2']);
    const record = await clinic.one(
      `SELECT v.reverses, v.quantity, v.event_id = r.event_id AS same_event, e.reason,
         (SELECT count(*)::int FROM inventory.dispense_allocation WHERE dispense_record_id = v.id) AS allocations,
         (SELECT count(*)::int FROM dpap.dispensing_event WHERE dispense_record_id = v.id::text) AS events
       FROM inventory.dispense_record v JOIN inventory.dispense_record r ON r.id = v.reverses JOIN dpap.event_reversal e ON e.event_id = r.event_id
       WHERE v.id = $1`,
      [reversal],
    );
    expect(record).toEqual({
      ...{ reverses: given, quantity: '3', same_event: true, reason: 'wrong patient', allocations: 2, events: 0 },
    });
    expect(await lastAudit(clinic, reversal)).toMatchObject({
      action: 'reverseDispense',
      before: { onHand: { [early.stockId]: '0', [late.stockId]: '4' } },
      after: { reverses: given, onHand: { [early.stockId]: '2', [late.stockId]: '5' } },
    });
    const context = await expectRefused(clinic, 'ALREADY_REVERSED', () => takeBack(given));
    expect(context).toMatchObject({ reversedBy: reversal });
    await expectRefused(clinic, 'ALREADY_REVERSED', () => takeBack(reversal));
  });

  it('returns controlled drugs and units of a blocked lot into quarantine', async () => {
    const productId = await clinic.product({ deaSchedule: 'CII' });
    const controlled = await clinic.stock({ productId });
    await takeBack(await give(productId, '1'));
    expect(await bucketsOf(clinic, controlled.stockId)).toMatchObject({ on_hand: '10', quarantine: '1' });
    expect(await causesOf(clinic, controlled.stockId)).toEqual(['RETURN 1']);

    const other = await clinic.product();
    const { stockId, lotId } = await clinic.stock({ productId: other });
    const given = await give(other, '4');
    await clinic.as(pharmacist, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: true, reason: 'cracked' }),
    );
    await takeBack(given);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', quarantine: '10' });
    expect(await causesOf(clinic, stockId)).toEqual(['RETURN 4', 'MANUAL 10']);
    await clinic.as(pharmacist, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: false, reason: 'were fine' }),
    );
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', quarantine: '4' });
  });

  it('wastes at once what does not go back, before a witness where it is controlled', async () => {
    const productId = await clinic.product({ deaSchedule: 'CIV' });
    const { stockId } = await clinic.stock({ productId, quantity: '3' });
    const given = await give(productId, '3');
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => takeBack(given, { returnToStock: false }));
    const witness = { id: (await clinic.actor(['PROVIDER'])).id };
    const reversal = await takeBack(given, { returnToStock: false, wasteReason: 'CONTAMINATED', witness });
    expect(await linesOf(clinic, stockId)).toEqual(['DISPENSE ON_HAND -3', 'RETURN ON_HAND +3', 'WASTE ON_HAND -3']);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
    expect(await lastAudit(clinic, reversal)).toMatchObject({
      after: { wasteReason: 'CONTAMINATED', witnessedBy: witness.id },
    });
  });

  it('gives a closed batch a sibling of the same lot, with its share of the money', async () => {
    const productId = await clinic.product({ name: 'Closing Time' });
    const { stockId, lotId } = await clinic.stock({ productId, quantity: '3', unitCogs: '5' });
    const given = await give(productId, '3');
    await clinic.as(pharmacist, (tx) =>
      changeStockStatus(tx, { idempotencyKey: newKey(), stockId, status: 'CLOSED', reason: 'empty' }),
    );
    await takeBack(given);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'CLOSED', on_hand: '0' });
    const sibling = await clinic.one(
      `SELECT status, trim_scale(on_hand_quantity::numeric) AS on_hand, trim_scale(purchase_price::numeric) AS price, batch_code, sku,
         (SELECT count(*)::int FROM inventory.stock_position p WHERE p.stock_id = s.id) AS positions
       FROM inventory.stock s WHERE lot_id = $1 AND id <> $2`,
      [lotId, stockId],
    );
    expect(sibling).toMatchObject({ status: 'LIVE', on_hand: '3', price: '15', positions: 1 });
    expect(sibling['batch_code']).toMatch(/^BCH-LOT-.*-\d{6}$/);
    expect(sibling['sku']).toMatch(/^SKU-X-CLOSINGTIME-\d{8}-\d{6}$/);
  });

  it('is made once by many at the same time', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const given = await give(productId, '4');
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => takeBack(given)));
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    expect(refused).toHaveLength(7);
    for (const reason of refused) expect((await refusalOf(Promise.reject(reason))).code).toBe('ALREADY_REVERSED');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10' });
  });

  it('refuses what is unknown, elsewhere or malformed', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const given = await give(productId, '1');
    const stranger = await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]);
    await expectRefused(clinic, 'NOT_FOUND', () => takeBack(newKey()));
    await expectRefused(clinic, 'NOT_FOUND', () => takeBack(given, {}, stranger));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => takeBack('R-1'));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => takeBack(given, { reason: ' ' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => takeBack(given, { wasteReason: 'SPILLED' }));
  });
});
