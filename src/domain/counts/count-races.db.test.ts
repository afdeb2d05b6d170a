import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { CountTable } from '../../../test/counts.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { rewritten } from '../../../test/rewritten.ts';
import { bucketsOf } from '../../../test/stock-watch.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { dispense } from '../dispensing/dispense.ts';
import { adjustStock } from '../stock/adjust-stock.ts';
import { verifyBooks } from '../verify-books.ts';
import { approveCount } from './approve-count.ts';
import { cancelCount } from './cancel-count.ts';
import { recordCount } from './record-count.ts';
import { startCount } from './start-count.ts';

let clinic: TestClinic;
let table: CountTable;

beforeAll(async () => {
  clinic = await TestClinic.open();
  table = await CountTable.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const approving = (countId: string) => (tx: Tx) => approveCount(tx, { idempotencyKey: newKey(), countId });

async function dispensing(at: TestClinic, stockId: string, quantity: string) {
  const { product_id: productId } = await at.one('SELECT product_id FROM inventory.stock WHERE id = $1', [stockId]);
  return (tx: Tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId: at.locationId,
      lines: [{ productId: String(productId), quantity }],
    });
}

describe('a count of 7 where 10 were expected is approved while units are dispensed', () => {
  async function race(at: TestClinic, by: CountTable, quantity: string) {
    const { stockId } = await by.batch('10');
    const countId = await by.submitted(stockId, '7');
    const outcomes = await oneThenTheOther(
      at,
      { as: by.pharmacist, work: await dispensing(at, stockId, quantity) },
      { as: by.manager, work: approving(countId) },
    );
    return { outcomes, stockId };
  }

  it('what was found is posted on top of what has left', async () => {
    const { outcomes, stockId } = await race(clinic, table, '2');
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '5' });
  });

  it('what has left cannot be missing too', async () => {
    const { outcomes, stockId } = await race(clinic, table, '8');
    expect(outcomes[1]).toMatchObject({ reason: { code: 'RECOUNT_REQUIRED' } });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '2' });
  });

  it('without the lock of the batches the books would be wrong', async () => {
    const apart = await TestClinic.open();
    try {
      const by = await CountTable.at(apart);
      await rewritten(
        'SELECT * FROM inventory.stock WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE',
        'SELECT * FROM inventory.stock WHERE id = ANY($1::uuid[]) ORDER BY id',
        () => race(apart, by, '2'),
      );
      expect((await verifyBooks(apart.db)).map(({ check }) => check)).toContain(
        'each line begins where the one before ended',
      );
    } finally {
      await apart.close();
    }
  });

  it('the dispense that comes second finds what is left', async () => {
    const { stockId } = await table.batch('10');
    const countId = await table.submitted(stockId, '7');
    const [approved, dispensed] = await oneThenTheOther(
      clinic,
      { as: table.manager, work: approving(countId) },
      { as: table.pharmacist, work: await dispensing(clinic, stockId, '8') },
    );
    expect(approved.status).toBe('fulfilled');
    expect(dispensed).toMatchObject({ reason: { code: 'INSUFFICIENT_INVENTORY', context: { available: '7' } } });
  });

  it('in a crowd of dispenses every unit is accounted for', async () => {
    const { stockId } = await table.batch('30');
    const countId = await table.submitted(stockId, '27');
    const works = await Promise.all(Array.from({ length: 12 }, () => dispensing(clinic, stockId, '1')));
    await Promise.all([
      ...works.map((work) => clinic.as(table.pharmacist, work)),
      clinic.as(table.manager, approving(countId)),
    ]);
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '15' });
  });
});

describe('a count that is approved twice at once', () => {
  async function race() {
    const { stockId } = await table.batch('10');
    const work = approving(await table.submitted(stockId, '7'));
    const outcomes = await oneThenTheOther(clinic, { as: table.manager, work }, { as: table.manager, work });
    return { outcomes, stockId };
  }

  it('is posted once', async () => {
    const { outcomes, stockId } = await race();
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INVALID_STATUS_TRANSITION', context: { from: 'APPROVED' } } });
    expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '7' });
  });

  it('without the lock of the count the second would judge one that is over', async () => {
    const { outcomes } = await rewritten(
      'c.location_id = ANY($10::uuid[])) FOR UPDATE',
      'c.location_id = ANY($10::uuid[]))',
      race,
    );
    expect(outcomes[1]).toMatchObject({ reason: { code: 'RECOUNT_REQUIRED' } });
  });
});

it('a correction of a batch that comes first makes the approval ask for another count', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  const adjusting = (tx: Tx) => adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand: '9', reason: 'found' });
  const [, approved] = await oneThenTheOther(
    clinic,
    { as: table.manager, work: adjusting },
    { as: table.manager, work: approving(countId) },
  );
  expect(approved).toMatchObject({ reason: { code: 'RECOUNT_REQUIRED' } });
});

it('a count that is approved while it is cancelled is one of both', async () => {
  const { stockId } = await table.batch('10');
  const countId = await table.submitted(stockId, '7');
  const [cancelled, approved] = await oneThenTheOther(
    clinic,
    { as: table.pharmacist, work: (tx) => cancelCount(tx, { idempotencyKey: newKey(), countId }) },
    { as: table.manager, work: approving(countId) },
  );
  expect(cancelled.status).toBe('fulfilled');
  expect(approved).toMatchObject({ reason: { code: 'INVALID_STATUS_TRANSITION', context: { from: 'CANCELLED' } } });
  expect(await bucketsOf(clinic, stockId)).toMatchObject({ on_hand: '10' });
});

describe('a figure that is told while a dispense is under way', () => {
  async function expected() {
    const { stockId } = await table.batch('10');
    const countId = await table.start(stockId);
    const lines = [{ lineId: await table.lineOf(countId, stockId), counted: '8' }];
    await oneThenTheOther(
      clinic,
      { as: table.pharmacist, work: await dispensing(clinic, stockId, '2') },
      { as: table.technician, work: (tx) => recordCount(tx, { countId, lines }) },
    );
    const line = 'SELECT expected_quantity FROM inventory.inventory_count_line WHERE count_id = $1';
    return (await clinic.one<{ expected_quantity: string }>(line, [countId])).expected_quantity;
  }

  it('remembers what the system holds after it', async () => {
    expect(await expected()).toBe('8');
  });

  it('without the shared lock it would remember what is no more', async () => {
    expect(await rewritten('ORDER BY s.id FOR SHARE', 'ORDER BY s.id', expected)).toBe('10');
  });
});

it('two begin the same count at once: one has it', async () => {
  const { stockId } = await table.batch('10');
  const work = (tx: Tx) => startCount(tx, { locationId: clinic.locationId, zone: stockId });
  const outcomes = await oneThenTheOther(clinic, { as: table.manager, work }, { as: table.pharmacist, work });
  expect(outcomes[0].status).toBe('fulfilled');
  expect(outcomes[1]).toMatchObject({ reason: { code: 'DUPLICATE' } });
});

it('two count parts of it at once: both figures are kept, both are its counters', async () => {
  const [one, two] = [await table.batch('10'), await table.batch('20')];
  await table.into('Parts', [one.stockId, two.stockId]);
  const countId = await table.start('Parts');
  await Promise.all([table.tell(countId, one.stockId, '10'), table.tell(countId, two.stockId, '20', table.pharmacist)]);
  await table.submit(countId);
  const counters = 'SELECT cardinality(counter_ids) AS n FROM inventory.inventory_count WHERE id = $1';
  expect(await clinic.one(counters, [countId])).toEqual({ n: 2 });
});

it('takes as many statements for many batches as for one, BEGIN and COMMIT among them', async () => {
  const batches = await Promise.all(Array.from({ length: 12 }, () => table.batch('10')));
  const zone = 'Budget';
  await table.into(
    zone,
    batches.map(({ stockId }) => stockId),
  );
  const started = await countStatements(() => table.start(zone));
  const countId = started.result;
  const { rows } = await clinic.owner.query<{ id: string }>(
    'SELECT id FROM inventory.inventory_count_line WHERE count_id = $1',
    [countId],
  );
  const lines = rows.map(({ id }) => ({ lineId: id, counted: '7' }));
  const told = (by = table.technician) =>
    countStatements(() => clinic.as(by, (tx) => recordCount(tx, { countId, lines })));
  const counted = await told();
  const asked = await countStatements(() => table.submit(countId));
  await told(table.pharmacist);
  const handedIn = await countStatements(() => table.submit(countId));
  const approved = await countStatements(() => table.approve(countId));
  const numbers = [started, counted, asked, handedIn, approved].map(({ statements }) => statements.length);
  expect(numbers).toEqual([6, 6, 5, 5, 10]);
});
