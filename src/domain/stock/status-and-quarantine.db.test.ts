import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, causesOf, expectRefused, lastAudit, linesOf, toldOf } from '../../../test/stock-watch.ts';
import { systemUserId, type Actor } from '../../actor.ts';
import type { QuarantineCause, StockBucket, StockStatus } from '../../schema/enums.ts';
import { changeLotStatus } from './change-lot-status.ts';
import { changeStockStatus, type ChangeStockStatus } from './change-stock-status.ts';
import { claimOnly } from '../claim.ts';
import { lockStock } from './lock-stock.ts';
import { moveBucket, type MoveBucket } from './move-bucket.ts';
import { endQuarantine, quarantineUnits } from './quarantine.ts';

let clinic: TestClinic;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacist = await clinic.actor(['PHARMACIST']);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const move = (stockId: string, from: StockBucket, to: StockBucket, quantity: string, more: Partial<MoveBucket> = {}) =>
  clinic.as(pharmacist, (tx) =>
    moveBucket(tx, { idempotencyKey: newKey(), stockId, from, to, quantity, reason: 'sorted', ...more }),
  );
const bring = (stockId: string, status: StockStatus, more: Partial<ChangeStockStatus> = {}) =>
  clinic.as(pharmacist, (tx) =>
    changeStockStatus(tx, { idempotencyKey: newKey(), stockId, status, reason: 'decided', ...more }),
  );
const quarantineLot = (lotId: string, quarantined: boolean, idempotencyKey = newKey()) =>
  clinic.as(pharmacist, (tx) => changeLotStatus(tx, { idempotencyKey, lotId, quarantined, reason: 'cracked vials' }));

/** As a job does that finds or ends a cause. */
async function because(change: 'begins' | 'ends', cause: QuarantineCause, reference: string, stockIds: string[]) {
  await clinic.as({ id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true }, async (tx) => {
    await claimOnly(tx, { mutation: 'test', key: null, input: {} });
    const stocks = await lockStock(tx, stockIds);
    const rest = { reason: 'found', audit: [] };
    await (change === 'begins' ? quarantineUnits : endQuarantine)(tx, stocks, { cause, reference }, rest);
  });
}

async function batch(quantity = '10', more: { deaSchedule?: string; expiresOn?: string } = {}) {
  const { expiresOn = '2099-12-31', ...product } = more;
  return clinic.stock({ productId: await clinic.product(product), quantity, expiresOn });
}

async function reserve(stockId: string, quantity: string): Promise<string> {
  const id = newKey();
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
     s AS (UPDATE inventory.stock SET reserved_quantity = reserved_quantity + $2, ledger_seq = ledger_seq + 1 FROM said WHERE id = $1 RETURNING *),
     r AS (INSERT INTO inventory.stock_reservation (id, stock_id, quantity, reserved_until, reserved_by) SELECT $3, id, $2, now() + interval '1 day', $4 FROM s)
     INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
       lot_id, product_id, location_id, performed_by, occurred_at)
     SELECT $5, id, ledger_seq, 'RESERVE', 'RESERVED', $2, reserved_quantity - $2, reserved_quantity, lot_id, product_id, location_id, $4, now() FROM s`,
    [stockId, quantity, id, systemUserId, newKey()],
  );
  return id;
}

describe('moveBucket', () => {
  it('moves units between the shelf, hold, quarantine, defects and samples, once per key', async () => {
    const { stockId } = await batch();
    const idempotencyKey = newKey();
    const first = await move(stockId, 'ON_HAND', 'HOLD', '4', { idempotencyKey });
    expect(await move(stockId, 'ON_HAND', 'HOLD', '4', { idempotencyKey })).toEqual(first);
    await move(stockId, 'HOLD', 'QUARANTINE', '3');
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 3']);
    await move(stockId, 'ON_HAND', 'QUARANTINE', '2');
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 5']);
    await move(stockId, 'QUARANTINE', 'DEFECTIVE', '4');
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 1']);
    await move(stockId, 'DEFECTIVE', 'SAMPLE', '1.5');
    await move(stockId, 'QUARANTINE', 'ON_HAND', '1');
    expect(await causesOf(clinic, stockId)).toEqual([]);
    expect(await bucketsOf(clinic, stockId)).toEqual({
      ...{ status: 'LIVE', on_hand: '6', reserved: '0', quarantine: '0', hold: '1', defective: '2.5', sample: '1.5' },
    });
    expect(await lastAudit(clinic, stockId)).toMatchObject({
      action: 'moveBucket',
      before: { quarantine: '1' },
      after: { quarantine: '0' },
      reason: 'sorted',
    });
    expect(await toldOf(clinic, stockId)).toBe(6);
  });

  it('sells out when the last unit becomes a sample, and comes to life when it comes back', async () => {
    const { stockId } = await batch('2');
    await move(stockId, 'ON_HAND', 'SAMPLE', '2');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'SOLD_OUT', sample: '2' });
    await move(stockId, 'SAMPLE', 'ON_HAND', '2');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', on_hand: '2' });
  });

  it('frees nothing of a lot that may not be used there', async () => {
    const { stockId } = await batch('10', { expiresOn: '2020-01-01' });
    await move(stockId, 'ON_HAND', 'HOLD', '4');
    await expectRefused(clinic, 'LOT_EXPIRED', () => move(stockId, 'HOLD', 'ON_HAND', '1'));
    await move(stockId, 'HOLD', 'QUARANTINE', '2');
    await expectRefused(clinic, 'LOT_EXPIRED', () => move(stockId, 'QUARANTINE', 'HOLD', '1'));
    await move(stockId, 'QUARANTINE', 'DEFECTIVE', '2');
  });

  it('puts units of an unusable lot back into quarantine for each reason, not only because a person says so', async () => {
    const { stockId, lotId } = await batch();
    await move(stockId, 'ON_HAND', 'SAMPLE', '3');
    await quarantineLot(lotId, true);
    await move(stockId, 'SAMPLE', 'QUARANTINE', '3');
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 3', 'MANUAL 10']);
    await quarantineLot(lotId, false);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', quarantine: '3' });
  });

  it('needs a witness where a controlled drug leaves on hand, defects or samples', async () => {
    const { stockId } = await batch('10', { deaSchedule: 'CIII' });
    await move(stockId, 'ON_HAND', 'HOLD', '4');
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => move(stockId, 'HOLD', 'DEFECTIVE', '1'));
    const witness = { id: (await clinic.actor(['PROVIDER'])).id };
    await move(stockId, 'HOLD', 'DEFECTIVE', '1', { witness });
    await expectRefused(clinic, 'WITNESS_REQUIRED', () => move(stockId, 'DEFECTIVE', 'ON_HAND', '1'));
  });

  it('refuses moves that do not exist, that the status forbids, and of more than is there', async () => {
    const { stockId } = await batch();
    await expectRefused(clinic, 'BAD_USER_INPUT', () => move(stockId, 'ON_HAND', 'RESERVED', '1'));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => move(stockId, 'HOLD', 'HOLD', '1'));
    await expectRefused(clinic, 'INVALID_QUANTITY', () => move(stockId, 'ON_HAND', 'HOLD', '0'));
    const context = await expectRefused(clinic, 'INSUFFICIENT_INVENTORY', () => move(stockId, 'HOLD', 'SAMPLE', '1'));
    expect(context).toMatchObject({ available: '0', requested: '1', bucket: 'HOLD' });
    await bring(stockId, 'ON_HOLD');
    await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => move(stockId, 'HOLD', 'ON_HAND', '1'));
  });
});

describe('changeStockStatus', () => {
  it('holds the free units, and gives them back', async () => {
    const { stockId } = await batch();
    await reserve(stockId, '3');
    await bring(stockId, 'ON_HOLD', { detailedStatus: 'waiting for papers' });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'ON_HOLD', reserved: '3', hold: '7' });
    const idempotencyKey = newKey();
    const first = await bring(stockId, 'LIVE', { idempotencyKey });
    expect(await bring(stockId, 'LIVE', { idempotencyKey })).toEqual(first);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', reserved: '3', hold: '0' });
    const { history, detailed } = await clinic.one<{ history: unknown; detailed: null }>(
      'SELECT status_history AS history, detailed_status AS detailed FROM inventory.stock WHERE id = $1',
      [stockId],
    );
    expect(history).toMatchObject([
      { from: 'LIVE', to: 'ON_HOLD', by: pharmacist.id, reason: 'decided' },
      { from: 'ON_HOLD', to: 'LIVE', by: pharmacist.id },
    ]);
    expect(detailed).toBeNull();
  });

  it('quarantines everything, releases what was reserved, and comes back to life or to hold', async () => {
    const { stockId } = await batch();
    const reservation = await reserve(stockId, '3');
    await move(stockId, 'ON_HAND', 'HOLD', '2');
    await bring(stockId, 'QUARANTINED');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ reserved: '0', quarantine: '10', hold: '0' });
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 10']);
    expect(await clinic.one('SELECT status FROM inventory.stock_reservation WHERE id = $1', [reservation])).toEqual({
      status: 'RELEASED',
    });
    await bring(stockId, 'ON_HOLD');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'ON_HOLD', quarantine: '0', hold: '10' });
    await bring(stockId, 'QUARANTINED');
    await bring(stockId, 'LIVE');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', quarantine: '0', hold: '0' });
    expect((await linesOf(clinic, stockId)).slice(2, 5)).toEqual([
      'RELEASE RESERVED -3',
      'UNHOLD HOLD -2',
      'QUARANTINE QUARANTINE +10',
    ]);
  });

  it('keeps in quarantine what another cause holds', async () => {
    const { stockId } = await batch();
    await bring(stockId, 'QUARANTINED');
    await because('begins', 'RETURN', newKey(), [stockId]);
    await bring(stockId, 'LIVE');
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', quarantine: '10' });
    expect(await causesOf(clinic, stockId)).toEqual(['RETURN 10']);
  });

  it('brings nothing of an unusable lot back, but may hold it', async () => {
    const { stockId } = await batch('10', { expiresOn: '2020-01-01' });
    await bring(stockId, 'ON_HOLD');
    await expectRefused(clinic, 'LOT_EXPIRED', () => bring(stockId, 'LIVE'));
    await bring(stockId, 'QUARANTINED');
    await expectRefused(clinic, 'LOT_EXPIRED', () => bring(stockId, 'ON_HOLD'));
  });

  it('closes only what is empty, and ends there', async () => {
    const { stockId } = await batch('2');
    const context = await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => bring(stockId, 'CLOSED'));
    expect(context).toMatchObject({ from: 'LIVE', to: 'CLOSED', onHand: '2' });
    await move(stockId, 'ON_HAND', 'SAMPLE', '2');
    await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => bring(stockId, 'CLOSED'));
    await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => bring(stockId, 'LIVE'));
    const other = await batch('2');
    await move(other.stockId, 'ON_HAND', 'QUARANTINE', '2');
    await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => bring(other.stockId, 'SOLD_OUT'));
  });

  it('tells that somebody was faster, after telling that it is not possible at all', async () => {
    const { stockId } = await batch();
    await expectRefused(clinic, 'VERSION_CONFLICT', () => bring(stockId, 'ON_HOLD', { expectedVersion: 9 }));
    await expectRefused(clinic, 'INVALID_STATUS_TRANSITION', () => bring(stockId, 'LIVE', { expectedVersion: 9 }));
  });
});

describe('causes of quarantine', () => {
  it('are a union: a further cause is no further quantity, and the end of one frees what no other holds', async () => {
    const { stockId } = await batch();
    const [first, second] = [newKey(), newKey()];
    await move(stockId, 'ON_HAND', 'QUARANTINE', '4');
    await because('begins', 'RETURN', first, [stockId]);
    await because('begins', 'RETURN', second, [stockId]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10', quarantine: '10' });
    expect(await causesOf(clinic, stockId)).toEqual(['RETURN 10', 'RETURN 10', 'MANUAL 4']);
    await because('ends', 'RETURN', first, [stockId]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '10' });
    await because('ends', 'RETURN', second, [stockId]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '4' });
    await because('ends', 'RETURN', second, [stockId]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '4' });
    expect(await causesOf(clinic, stockId)).toEqual(['MANUAL 4']);
  });

  it('hold no more than what is left when units leave', async () => {
    const { stockId } = await batch();
    await because('begins', 'RETURN', newKey(), [stockId]);
    await because('begins', 'RECALL', newKey(), [stockId]);
    await move(stockId, 'QUARANTINE', 'DEFECTIVE', '7');
    expect(await causesOf(clinic, stockId)).toEqual(['RECALL 3', 'RETURN 3']);
    await move(stockId, 'QUARANTINE', 'ON_HAND', '3');
    expect(await causesOf(clinic, stockId)).toEqual([]);
  });

  it('keep a batch whole that was quarantined by hand, whatever else ends', async () => {
    const { stockId } = await batch();
    const excursion = newKey();
    await because('begins', 'RETURN', excursion, [stockId]);
    await bring(stockId, 'QUARANTINED');
    await because('ends', 'RETURN', excursion, [stockId]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'QUARANTINED', quarantine: '10' });
  });

  it('take many batches in one go, and give held ones back to hold', async () => {
    const batches = await Promise.all([batch('3'), batch('4'), batch('5')]);
    const ids = batches.map(({ stockId }) => stockId);
    const [, held = '', empty = ''] = ids;
    await bring(held, 'ON_HOLD');
    await move(empty, 'ON_HAND', 'SAMPLE', '5');
    const reference = newKey();
    await because('begins', 'RETURN', reference, ids);
    expect((await Promise.all(ids.map((id) => bucketsOf(clinic, id)))).map(({ quarantine }) => quarantine)).toEqual([
      '3',
      '4',
      '0',
    ]);
    expect(await bucketsOf(clinic, held)).toMatchObject({ status: 'ON_HOLD', hold: '0' });
    await because('ends', 'RETURN', reference, ids);
    expect(await bucketsOf(clinic, held)).toMatchObject({ status: 'ON_HOLD', quarantine: '0', hold: '4' });
    expect(await bucketsOf(clinic, ids[0] ?? '')).toMatchObject({ status: 'LIVE', quarantine: '0' });
  });
});

describe('changeLotStatus', () => {
  it('stops the lot at every location, also where the actor does not work, and lets it go again', async () => {
    const productId = await clinic.product();
    const here = await clinic.stock({ productId, lotNumber: 'L-1' });
    const there = await clinic.stock({ productId, lotNumber: 'L-1', locationId: clinic.elsewhereId });
    const { lotId } = here;
    const idempotencyKey = newKey();
    const first = await quarantineLot(lotId, true, idempotencyKey);
    expect(await quarantineLot(lotId, true, idempotencyKey)).toEqual(first);
    for (const { stockId } of [here, there]) {
      expect(await bucketsOf(clinic, stockId)).toMatchObject({ status: 'LIVE', quarantine: '10' });
      expect(await toldOf(clinic, stockId)).toBe(1);
    }
    await expectRefused(clinic, 'LOT_QUARANTINED', () => move(here.stockId, 'QUARANTINE', 'ON_HAND', '1'));
    expect(await lastAudit(clinic, lotId)).toMatchObject({
      before: { quarantined: false },
      after: { quarantined: true },
    });
    await quarantineLot(lotId, false);
    for (const { stockId } of [here, there]) {
      expect(await bucketsOf(clinic, stockId)).toMatchObject({ quarantine: '0' });
      expect(await causesOf(clinic, stockId)).toEqual([]);
    }
  });

  it('refuses what it does not know', async () => {
    await expectRefused(clinic, 'NOT_FOUND', () => quarantineLot(newKey(), true));
    await expectRefused(clinic, 'BAD_USER_INPUT', () => quarantineLot('LOT-1', true));
  });
});
