import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf, toldOf } from '../../../test/stock-watch.ts';
import type { Actor } from '../../actor.ts';
import { adjustStock, type AdjustStock } from './adjust-stock.ts';
import { changeLotStatus } from './change-lot-status.ts';
import { decreaseStock } from './decrease-stock.ts';
import { increaseStock, type IncreaseStock } from './increase-stock.ts';

let clinic: TestClinic;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const giveBack = (input: Partial<IncreaseStock> & { stockId: string }, actor = manager) =>
  clinic.as(actor, (tx) =>
    increaseStock(tx, {
      idempotencyKey: newKey(),
      quantity: '2',
      referenceType: 'order',
      referenceId: 'O-1',
      ...input,
    }),
  );
const adjust = (input: Partial<AdjustStock> & { stockId: string }, actor = manager) =>
  clinic.as(actor, (tx) =>
    adjustStock(tx, { idempotencyKey: newKey(), newOnHand: '7', reason: 'recounted', ...input }),
  );
const sell = (stockId: string, quantity: string) =>
  clinic.as(manager, (tx) =>
    decreaseStock(tx, { idempotencyKey: newKey(), stockId, quantity, referenceType: 'order', referenceId: 'O-1' }),
  );
const quarantineLot = (lotId: string, quarantined: boolean) =>
  clinic.as(manager, (tx) =>
    changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined, reason: 'cracked vials' }),
  );

async function batch(quantity = '10', more: { deaSchedule?: string; expiresOn?: string } = {}) {
  const { expiresOn = '2099-12-31', ...product } = more;
  return clinic.stock({ productId: await clinic.product(product), quantity, expiresOn });
}

async function scrap(stockId: string) {
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     UPDATE inventory.stock SET status = 'CLOSED' FROM said WHERE id = $1`,
    [stockId],
  );
}

describe('increaseStock', () => {
  it('returns units to the shelf, once per key, on record', async () => {
    const { stockId } = await batch();
    const idempotencyKey = newKey();
    const first = await giveBack({ stockId, idempotencyKey, quantity: '2.5', reason: 'unopened' });
    expect(await giveBack({ stockId, idempotencyKey, quantity: '2.5', reason: 'unopened' })).toEqual(first);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', on_hand: '12.5' });
    expect(await linesOf(clinic, stockId)).toEqual(['RETURN ON_HAND +2.5']);
    expect(first['transaction']).toHaveLength(1);
    expect(await lastAudit(clinic, stockId)).toEqual({
      action: 'increaseStock',
      actor_id: manager.id,
      before: { onHand: '10' },
      after: { onHand: '12.5' },
      reason: 'unopened',
    });
    expect(await toldOf(clinic, stockId)).toBe(1);
    await expectRefused(clinic, 'IDEMPOTENCY_CONFLICT', () => giveBack({ stockId, idempotencyKey, quantity: '3' }));
  });

  it('refuses what the sum could not keep, and a return that refers to nothing', async () => {
    const { stockId } = await batch();
    await expectRefused(clinic, 'BAD_USER_INPUT', () => giveBack({ stockId, quantity: '99999999999990' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => giveBack({ stockId, referenceType: ' ' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => giveBack({ stockId, referenceId: '' }));
  });

  it('brings a batch that was sold out back to life', async () => {
    const { stockId } = await batch('4');
    await sell(stockId, '4');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
    await giveBack({ stockId });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', on_hand: '2' });
  });

  it('puts what comes back to a lot that may not be used into quarantine, for each reason', async () => {
    const { stockId, lotId } = await batch('4');
    await quarantineLot(lotId, true);
    await clinic.owner.query(`UPDATE inventory.inventory_lot SET expires_on = '2020-01-01' WHERE id = $1`, [lotId]);
    await clinic.owner.query(`UPDATE inventory.stock SET lot_expires_on = '2020-01-01' WHERE lot_id = $1`, [lotId]);
    await giveBack({ stockId });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '6', quarantine: '6' });
    expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 2', 'MANUAL 6']);
    await quarantineLot(lotId, false);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '6', quarantine: '6' });
    expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 6']);
  });

  it('refuses what is closed, elsewhere, unknown, malformed or nothing', async () => {
    const { stockId } = await batch('4');
    const elsewhere = await clinic.stock({ productId: await clinic.product(), locationId: clinic.elsewhereId });
    await sell(stockId, '4');
    await scrap(stockId);
    const context = await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => giveBack({ stockId }));
    expect(context).toMatchObject({ from: 'CLOSED', allowed: [] });
    await expectRefused(clinic, 'NOT_FOUND', () => giveBack({ stockId: elsewhere.stockId }));
    await expectRefused(clinic, 'NOT_FOUND', () => giveBack({ stockId: newKey() }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => giveBack({ stockId: 'B-17' }));
    await expectRefused(clinic, 'INVALID_QUANTITY', () => giveBack({ stockId, quantity: '0' }));
    await expectRefused(clinic, 'INVALID_QUANTITY', () => giveBack({ stockId, quantity: '-1' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => giveBack({ stockId, idempotencyKey: 'short' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () =>
      giveBack({ stockId, occurredAt: new Date(Date.now() + 3_600_000) }),
    );
  });
});

describe('adjustStock', () => {
  it('sets what was found, down and up, and leaves the costs', async () => {
    const { stockId } = await batch('10');
    await adjust({ stockId, newOnHand: '7' });
    const { version } = await clinic.one<{ version: number }>('SELECT version FROM inventory.stock WHERE id = $1', [
      stockId,
    ]);
    await adjust({ stockId, newOnHand: '8.25', expectedVersion: version });
    expect(await linesOf(clinic, stockId)).toEqual(['ADJUSTMENT ON_HAND -3', 'ADJUSTMENT ON_HAND +1.25']);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '8.25' });
    expect(await lastAudit(clinic, stockId)).toMatchObject({ before: { onHand: '7' }, after: { onHand: '8.25' } });
    await adjust({ stockId, newOnHand: '0' });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', on_hand: '0' });
  });

  it('answers an unchanged count with no line, on record', async () => {
    const { stockId } = await batch('10');
    expect(await adjust({ stockId, newOnHand: '10' })).toEqual({ stock: [stockId], transaction: [] });
    expect(await linesOf(clinic, stockId)).toEqual([]);
    expect(await lastAudit(clinic, stockId)).toMatchObject({ action: 'adjustStock', reason: 'recounted' });
    expect(await toldOf(clinic, stockId)).toBe(0);
  });

  it('puts a surplus of an unusable lot into quarantine and never goes below what is held', async () => {
    const { stockId } = await batch('10', { expiresOn: '2020-01-01' });
    await adjust({ stockId, newOnHand: '12' });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '12', quarantine: '2' });
    expect(await causesOf(clinic, stockId)).toEqual(['EXPIRY 2']);
    const context = await expectRefused(clinic, 'BELOW_RESERVED', () => adjust({ stockId, newOnHand: '1' }));
    expect(context).toMatchObject({ reserved: '0', quarantine: '2', hold: '0', requested: '1' });
  });

  it('needs a witness to lower a controlled drug, none to raise it', async () => {
    const { stockId } = await batch('10', { deaSchedule: 'CII' });
    await adjust({ stockId, newOnHand: '11' });
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => adjust({ stockId, newOnHand: '10' }));
    const witness = { id: (await clinic.actor(['PROVIDER'])).id };
    await adjust({ stockId, newOnHand: '10', witness });
    expect(await lastAudit(clinic, stockId)).toMatchObject({ after: { onHand: '10', witnessedBy: witness.id } });
  });

  it('refuses in the order of precedence', async () => {
    const { stockId } = await batch('10', { deaSchedule: 'CII' });
    await expectRefused(clinic, 'NEGATIVE_QUANTITY', () => adjust({ stockId: newKey(), newOnHand: '-1' }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => adjust({ stockId, newOnHand: '-1', reason: '  ' }));
    const context = await expectRefused(clinic, 'VERSION_CONFLICT', () => adjust({ stockId, expectedVersion: 7 }));
    expect(context).toMatchObject({ expected: 7, actual: 1 });
  });
});

describe('decreaseStock', () => {
  it('takes units of one batch as a sale, once per key, and nothing that is not free, usable and unscheduled', async () => {
    const { stockId, lotId } = await batch();
    const take = (more: Partial<Parameters<typeof decreaseStock>[1]> = {}) =>
      clinic.as(manager, (tx) =>
        decreaseStock(tx, {
          ...{ idempotencyKey: newKey(), stockId, quantity: '4', referenceType: 'order', referenceId: 'O-2' },
          ...more,
        }),
      );
    const idempotencyKey = newKey();
    const first = await take({ idempotencyKey });
    await take({ quantity: '6' });
    expect(await take({ idempotencyKey })).toEqual(first);
    expect(await linesOf(clinic, stockId)).toEqual(['SALE ON_HAND -4', 'SALE ON_HAND -6']);
    await expectRefused(clinic, 'INSUFFICIENT_INVENTORY', () => take());
    await quarantineLot(lotId, true);
    await expectRefused(clinic, 'LOT_QUARANTINED', () => take());
    const scheduled = await batch('10', { deaSchedule: 'CII' });
    const longAgo = new Date('2020-01-01T00:00:00Z');
    await expectRefused(clinic, 'FORBIDDEN', () => take({ stockId: scheduled.stockId, occurredAt: longAgo }));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => take({ occurredAt: longAgo }));
  });
});
