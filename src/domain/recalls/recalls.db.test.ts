import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { TransferTable } from '../../../test/transfers.ts';
import { VialTable } from '../../../test/vials.ts';
import type { Actor } from '../../actor.ts';
import { changeLotStatus } from '../stock/change-lot-status.ts';
import { intake } from '../stock/intake.ts';
import { reserveStock } from '../stock/reserve-stock.ts';
import { acknowledgeRecall } from './acknowledge-recall.ts';
import { closeRecall, type CloseRecall } from './close-recall.ts';
import { issueRecall, type IssueRecall } from './issue-recall.ts';

let clinic: TestClinic;
let table: VialTable;
let pharmacist: Actor;
let manager: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await VialTable.at(clinic);
  pharmacist = await clinic.actor(['PHARMACIST']);
  manager = await clinic.actor(['MANAGER'], [clinic.locationId, clinic.elsewhereId]);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const order = (more: Partial<IssueRecall>): IssueRecall => ({
  ...{ idempotencyKey: newKey(), reference: 'D-1234-2026', recallClass: 'CLASS_I', reason: 'Lack of sterility' },
  ...more,
});
const issue = async (more: Partial<IssueRecall>, actor = pharmacist) =>
  (await clinic.as(actor, (tx) => issueRecall(tx, order(more))))['recall']?.[0] ?? '';
const close = (recallId: string, more: Partial<CloseRecall> = {}, actor = manager) =>
  clinic.as(actor, (tx) => closeRecall(tx, { idempotencyKey: newKey(), recallId, resolution: 'sent back', ...more }));
const acknowledge = (recallId: string, locationId = clinic.locationId, actor = pharmacist) =>
  clinic.as(actor, (tx) => acknowledgeRecall(tx, { recallId, locationId, note: 'shelf is empty' }));

const batch = (stockId: string) =>
  clinic.one<{ line: string; recalled: boolean }>(
    `SELECT format('%s: %s on hand, %s reserved, %s quarantine, %s hold, %s available', status, trim_scale(on_hand_quantity::numeric), trim_scale(reserved_quantity::numeric),
       trim_scale(quarantine_quantity::numeric), trim_scale(hold_quantity::numeric), trim_scale(available_quantity)) AS line, lot_recalled AS recalled
     FROM inventory.stock WHERE id = $1`,
    [stockId],
  );
const lotsOf = (recallId: string) =>
  clinic.all<{ id: string }>('SELECT lot_id AS id FROM inventory.recall_lot WHERE recall_id = $1 ORDER BY lot_id', [
    recallId,
  ]);
const alertsOf = async (subject: string) => {
  const rows = await clinic.all<{ line: string }>(
    `SELECT o.code || ' ' || a.severity || ' ' || a.status AS line FROM inventory.inventory_alert a JOIN people.location o ON o.id = a.location_id
     WHERE a.subject = $1 ORDER BY 1`,
    [subject],
  );
  return rows.map(({ line }) => line);
};
const takeIn = (productId: string, lotNumber: string, locationId = clinic.locationId) =>
  clinic.as(manager, (tx) =>
    intake(tx, {
      ...{ idempotencyKey: newKey(), locationId, productId, vendorName: 'Vendor', manufacturerLotNumber: lotNumber },
      ...{ quantity: '4', cogsMode: 'FIXED', unitCogs: '5', paymentTerms: 'COD' },
    }),
  );

describe('a recall is issued', () => {
  it('by lot numbers in any spelling: everywhere, reservations released, the rest untouched', async () => {
    const productId = await clinic.product();
    const here = await clinic.stock({ productId, lotNumber: 'AB-12 c' });
    const there = await clinic.stock({ productId, lotNumber: 'ab12C', locationId: clinic.elsewhereId, quantity: '3' });
    const other = await clinic.stock({ productId, lotNumber: 'AB-13' });
    await clinic.as(pharmacist, (tx) =>
      reserveStock(tx, {
        ...{ idempotencyKey: newKey(), stockId: here.stockId, quantity: '4' },
        reservedUntil: new Date(Date.now() + 60_000),
      }),
    );
    const recallId = await issue({ productId, lotNumbers: ['ab 12C'] });
    expect(await lotsOf(recallId)).toEqual([{ id: here.lotId }]);
    expect(await batch(here.stockId)).toEqual({
      line: 'LIVE: 10 on hand, 0 reserved, 10 quarantine, 0 hold, 0 available',
      recalled: true,
    });
    expect((await batch(there.stockId)).line).toBe('LIVE: 3 on hand, 0 reserved, 3 quarantine, 0 hold, 0 available');
    expect(await batch(other.stockId)).toMatchObject({ recalled: false });
    expect(await alertsOf(recallId)).toEqual(['ELSE CRITICAL OPEN', 'HERE CRITICAL OPEN']);
  });

  it('of every lot of a product by its NDC, an empty one too, and of what comes in while it is open', async () => {
    const productId = await clinic.product();
    await clinic.owner.query(`UPDATE catalogue.product SET ndc = '00023-1145-01' WHERE id = $1`, [productId]);
    const first = await clinic.stock({ productId });
    const second = await clinic.stock({ productId, expiresOn: '2020-01-31' });
    const recallId = await issue({ ndc: '0023-1145-01' });
    expect((await lotsOf(recallId)).map(({ id }) => id)).toEqual([first.lotId, second.lotId].sort());
    const { stock } = await takeIn(productId, 'LATER', clinic.elsewhereId);
    expect((await batch(stock?.[0] ?? '')).line).toBe(
      'QUARANTINED: 4 on hand, 0 reserved, 4 quarantine, 0 hold, 0 available',
    );
    expect(await lotsOf(recallId)).toHaveLength(3);
    await close(recallId);
    const after = await takeIn(productId, 'MADE ANEW');
    expect(await batch(after['stock']?.[0] ?? '')).toMatchObject({ recalled: false });
  });

  it('of a number that nobody has yet: it is recalled from its first day here on, also when the recall is closed', async () => {
    const productId = await clinic.product();
    const recallId = await issue({ productId, lotNumbers: ['Z-9'] });
    expect(await lotsOf(recallId)).toEqual([]);
    await close(recallId);
    const { stock } = await takeIn(productId, 'z9');
    expect(await batch(stock?.[0] ?? '')).toMatchObject({ recalled: true });
  });

  it('is seen to where a lot of it is on its way to, too', async () => {
    const desk = await TransferTable.at(clinic);
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const transferId = await desk.shipped([{ stockId, quantity: '4' }]);
    const recallId = await issue({ productId });
    expect(await alertsOf(recallId)).toEqual(['ELSE CRITICAL OPEN', 'HERE CRITICAL OPEN']);
    const { message } = await clinic.one<{ message: string }>(
      'SELECT message FROM inventory.inventory_alert WHERE subject = $1 AND location_id = $2',
      [recallId, clinic.elsewhereId],
    );
    expect(message).toContain('has 0 vials of it in quarantine, 4 vials on their way to it: not to be used');
    await desk.receive(transferId);
    await acknowledge(recallId, clinic.elsewhereId, desk.receiver);
    expect(await alertsOf(recallId)).toEqual(['ELSE CRITICAL ACKNOWLEDGED', 'HERE CRITICAL OPEN']);
  });

  it('once for a key, and the same answer again', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    const input = order({ productId });
    const answers = [1, 2].map(() => clinic.as(pharmacist, (tx) => issueRecall(tx, input)));
    const [one, two] = await Promise.all(answers);
    expect(one).toEqual(two);
    expect(await clinic.all('SELECT 1 FROM inventory.recall WHERE product_id = $1', [productId])).toHaveLength(1);
  });

  it('open vials of it are not drawn from any more', async () => {
    const vial = await table.vial();
    const session = await table.open(vial);
    await issue({ productId: vial.productId });
    expect((await refusalOf(table.use(session, '1'))).code).toBe('LOT_RECALLED');
    await table.close(session, { wasteReason: 'RECALLED' });
    expect(await table.state(session)).toMatchObject({ status: 'CLOSED', wasted: '100' });
  });

  it.each([
    ['no product', {}, 'BAD_USER_INPUT'],
    ['an unknown product', { ndc: '99999-9999-99' }, 'NOT_FOUND'],
    ['a number of hyphens', { ndc: '99999-9999-99', lotNumbers: ['--'] }, 'BAD_USER_INPUT'],
    ['no reason', { ndc: '99999-9999-99', reason: ' ' }, 'BAD_USER_INPUT'],
  ])('refuses %s', async (_what, more, code) => {
    expect((await refusalOf(issue(more))).code).toBe(code);
  });

  it('takes ten statements, BEGIN and COMMIT among them, however many batches', async () => {
    const productId = await clinic.product();
    for (let n = 0; n < 5; n += 1) await clinic.stock({ productId });
    const { statements } = await countStatements(() => issue({ productId }));
    expect(statements.length).toBeLessThanOrEqual(10);
  });
});

describe('a recall is acknowledged', () => {
  it('at each location once; the first word stands, and the alert is seen', async () => {
    const productId = await clinic.product();
    await clinic.stock({ productId });
    await clinic.stock({ productId, locationId: clinic.elsewhereId });
    const recallId = await issue({ productId });
    await acknowledge(recallId);
    await acknowledge(recallId, clinic.locationId, manager);
    const rows = await clinic.all<Record<string, unknown>>(
      `SELECT o.code, a.acknowledged_by AS by FROM inventory.recall_acknowledgement a JOIN people.location o ON o.id = a.location_id
       WHERE recall_id = $1 ORDER BY o.code`,
      [recallId],
    );
    expect(rows).toEqual([
      { code: 'ELSE', by: null },
      { code: 'HERE', by: pharmacist.id },
    ]);
    expect(await alertsOf(recallId)).toEqual(['ELSE CRITICAL OPEN', 'HERE CRITICAL ACKNOWLEDGED']);
    expect((await refusalOf(acknowledge(recallId, clinic.elsewhereId))).code).toBe('NOT_FOUND');
    await close(recallId);
    expect((await refusalOf(acknowledge(recallId, clinic.elsewhereId, manager))).code).toBe(
      'INVALID_STATUS_TRANSITION',
    );
  });
});

describe('a recall is closed', () => {
  it('with release: free is what no other cause holds', async () => {
    const productId = await clinic.product();
    const plain = await clinic.stock({ productId });
    const doubted = await clinic.stock({ productId });
    const looked = { idempotencyKey: newKey(), lotId: doubted.lotId, quarantined: true, reason: 'a look at it' };
    await clinic.as(pharmacist, (tx) => changeLotStatus(tx, looked));
    const recallId = await issue({ productId });
    await close(recallId, { releaseLots: true });
    expect(await batch(plain.stockId)).toEqual({
      line: 'LIVE: 10 on hand, 0 reserved, 0 quarantine, 0 hold, 10 available',
      recalled: false,
    });
    expect((await batch(doubted.stockId)).line).toBe(
      'LIVE: 10 on hand, 0 reserved, 10 quarantine, 0 hold, 0 available',
    );
    expect(await alertsOf(recallId)).toEqual(['HERE CRITICAL RESOLVED']);
  });

  it('with release: not what another recall still names', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    const [first, second] = [await issue({ productId }), await issue({ productId })];
    await close(first, { releaseLots: true });
    expect(await batch(stockId)).toMatchObject({ recalled: true });
    await close(second, { releaseLots: true });
    expect(await batch(stockId)).toMatchObject({ recalled: false });
  });

  it('without release its lots stay blocked', async () => {
    const productId = await clinic.product();
    const { stockId } = await clinic.stock({ productId });
    await close(await issue({ productId }));
    expect((await batch(stockId)).line).toBe('LIVE: 10 on hand, 0 reserved, 10 quarantine, 0 hold, 0 available');
  });

  it('once, and by a manager of every location', async () => {
    const productId = await clinic.product();
    const recallId = await issue({ productId });
    const local = await clinic.actor(['MANAGER']);
    expect((await refusalOf(close(recallId, {}, local))).code).toBe('FORBIDDEN');
    await close(recallId);
    expect((await refusalOf(close(recallId))).code).toBe('INVALID_STATUS_TRANSITION');
  });
});
