import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { CountTable } from '../../../test/counts.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { bucketsOf, expectRefused, lastAudit, linesOf } from '../../../test/stock-watch.ts';
import { adjustStock } from '../stock/adjust-stock.ts';
import { recordWaste } from '../waste/record-waste.ts';
import { recordCount } from './record-count.ts';
import { submitCount } from './submit-count.ts';

let clinic: TestClinic;
let table: CountTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const adjust = (stockId: string, newOnHand: string) =>
  clinic.as(table.manager, (tx) =>
    adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand, reason: 'found behind the shelf' }),
  );
const refused = (code: string, work: () => Promise<unknown>) => expectRefused(clinic, code, work);

describe('startCount', () => {
  it('lists the batches with units of a zone or a category, along the shelves, under a code of the year', async () => {
    const [one, two] = [await table.batch('5'), await table.batch('6')];
    const sold = await table.batch('1');
    await table.sell(sold.stockId, '1');
    await table.into('Walk', [one.stockId, two.stockId, sold.stockId]);
    await clinic.owner.query(
      `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
       UPDATE inventory.stock SET shelf = CASE id WHEN $1 THEN 'B' ELSE 'A' END FROM said WHERE zone = 'Walk'`,
      [one.stockId],
    );
    const countId = await table.start('Walk');
    const lines = await clinic.all(
      'SELECT stock_id FROM inventory.inventory_count_line WHERE count_id = $1 ORDER BY position',
      [countId],
    );
    expect(lines).toEqual([{ stock_id: two.stockId }, { stock_id: one.stockId }]);
    const count = await clinic.one('SELECT code, status, blind, zone FROM inventory.inventory_count WHERE id = $1', [
      countId,
    ]);
    expect(count).toMatchObject({ status: 'IN_PROGRESS', blind: true, zone: 'Walk' });
    expect(count['code']).toMatch(/^CNT-\d{4}-\d{6}$/);
    expect(await lastAudit(clinic, countId)).toMatchObject({ action: 'startCount', after: { lines: 2 } });
  });

  it('refuses a part with nothing on hand, another place, and a batch that is on an open count', async () => {
    const { stockId } = await table.batch('5');
    const countId = await table.start(stockId);
    expect(await refused('DUPLICATE', () => table.start(stockId))).toMatchObject({
      counts: [{ id: countId, batches: 1 }],
    });
    await refused('BAD_USER_INPUT', () => table.start('no such zone'));
    await refused('NOT_FOUND', () => table.start(stockId, { locationId: clinic.elsewhereId }));
    await refused('NOT_FOUND', () => table.start(stockId, { locationId: newKey() }));
    await table.cancel(countId);
    expect(await table.statusOf(countId)).toBe('CANCELLED');
    await table.start(stockId);
  });
});

describe('recordCount', () => {
  it('remembers what the system held at that moment, by whoever counts, and once', async () => {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    await table.tell(countId, stockId, '10');
    await table.sell(stockId, '4');
    await table.tell(countId, stockId, '10');
    const line = () => clinic.one('SELECT * FROM inventory.inventory_count_line WHERE count_id = $1', [countId]);
    expect(await line()).toMatchObject({ expected_quantity: '10', counted_by: table.technician.id });
    await table.tell(countId, stockId, '5', table.pharmacist);
    expect(await line()).toMatchObject({ expected_quantity: '6', counted_quantity: '5' });
    const { counter_ids: counters } = await clinic.one(
      'SELECT counter_ids::text[] FROM inventory.inventory_count WHERE id = $1',
      [countId],
    );
    expect(counters).toEqual([table.technician.id, table.pharmacist.id]);
    expect(JSON.stringify(await lastAudit(clinic, countId))).not.toContain('expected');
  });

  it.each([
    ['was corrected', (stockId: string) => adjust(stockId, '9')],
    ['has less than can be missing', (stockId: string) => table.sell(stockId, '4')],
  ])('a second figure of a batch that %s since is told anew, be it the same', async (_, touch) => {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    await table.tell(countId, stockId, '0');
    await table.submit(countId);
    await table.tell(countId, stockId, '0', table.pharmacist);
    await touch(stockId);
    await refused('RECOUNT_REQUIRED', () => table.submit(countId));
    await table.tell(countId, stockId, '0', table.pharmacist);
    await table.submit(countId);
    await table.approve(countId);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '0' });
  });

  it('refuses what is no line of it, told twice, below 0, or told too late', async () => {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    const lineId = await table.lineOf(countId, stockId);
    const tell = (lines: { lineId: string; counted: string }[]) => () =>
      clinic.as(table.technician, (tx) => recordCount(tx, { countId, lines }));
    await refused('NOT_FOUND', tell([{ lineId: newKey(), counted: '1' }]));
    await refused('BAD_USER_INPUT', tell([]));
    await refused(
      'BAD_USER_INPUT',
      tell([
        { lineId, counted: '1' },
        { lineId, counted: '2' },
      ]),
    );
    await refused('BAD_USER_INPUT', tell([{ lineId: 'B-17', counted: '1' }]));
    await refused('NEGATIVE_QUANTITY', tell([{ lineId, counted: '-1' }]));
    await table.tell(countId, stockId, '10');
    await table.submit(countId);
    expect(await refused('INVALID_STATUS_TRANSITION', tell([{ lineId, counted: '1' }]))).toMatchObject({
      from: 'SUBMITTED',
    });
  });
});

describe('submitCount', () => {
  it('refuses a count with open lines, hands in one within tolerance, once per key', async () => {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    expect(await refused('COUNT_INCOMPLETE', () => table.submit(countId))).toMatchObject({ missing: 1 });
    await table.tell(countId, stockId, '9');
    const input = { idempotencyKey: newKey(), countId };
    const submit = () => clinic.as(table.technician, (tx) => submitCount(tx, input));
    expect(await submit()).toEqual(await submit());
    const sums =
      'SELECT status, trim_scale(variance_quantity) AS units, trim_scale(variance_value) AS value FROM inventory.inventory_count WHERE id = $1';
    expect(await clinic.one(sums, [countId])).toEqual({ status: 'SUBMITTED', units: '-1', value: '-5' });
    await refused('INVALID_STATUS_TRANSITION', () => table.submit(countId));
  });

  it('out of tolerance it asks for a second count by another person, which is the one that holds', async () => {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    await table.tell(countId, stockId, '7');
    await table.submit(countId);
    expect(await table.statusOf(countId)).toBe('RECOUNTING');
    await refused('RECOUNT_REQUIRED', () => table.submit(countId));
    await refused('RECOUNT_REQUIRED', () => table.tell(countId, stockId, '8'));
    await table.sell(stockId, '2');
    await table.tell(countId, stockId, '6', table.pharmacist);
    await table.submit(countId);
    await table.approve(countId);
    expect(await linesOf(clinic, stockId)).toEqual(['SALE ON_HAND -2', 'COUNT_ADJUSTMENT ON_HAND -2']);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '6' });
  });

  it('of a controlled drug not one unit may differ', async () => {
    const { stockId } = await table.batch('1000', { deaSchedule: 'CIV' });
    const countId = await table.start(stockId);
    await table.tell(countId, stockId, '999');
    await table.submit(countId);
    expect(await table.statusOf(countId)).toBe('RECOUNTING');
  });

  it.each([
    ['an adjustment', (stockId: string) => adjust(stockId, '9')],
    [
      'a loss that was written off',
      (stockId: string) =>
        clinic.as(table.pharmacist, (tx) =>
          recordWaste(tx, { idempotencyKey: newKey(), stockId, quantity: '1', reason: 'LOST_OR_STOLEN', note: 'gone' }),
        ),
    ],
    [
      'what had left before and was told later',
      (stockId: string) => table.sell(stockId, '1', new Date(Date.now() - 3_600_000)),
    ],
  ])('%s since makes it out of date: submitted again, it asks for a second count', async (_, touch) => {
    const { stockId } = await table.batch('10');
    const countId = await table.submitted(stockId, '9');
    expect(await table.statusOf(countId)).toBe('SUBMITTED');
    await touch(stockId);
    await refused('RECOUNT_REQUIRED', () => table.approve(countId));
    await table.submit(countId);
    expect(await table.statusOf(countId)).toBe('RECOUNTING');
    await table.tell(countId, stockId, '9', table.pharmacist);
    await table.submit(countId);
    await table.approve(countId);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '9' });
  });
});

it('a count of another location is not there', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.start(stockId);
  const stranger = await clinic.actor(['MANAGER'], [clinic.elsewhereId]);
  await refused('NOT_FOUND', () => table.submit(countId, stranger));
  await refused('NOT_FOUND', () => table.approve(countId, {}, stranger));
  await refused('NOT_FOUND', () => table.cancel(countId, stranger));
});
