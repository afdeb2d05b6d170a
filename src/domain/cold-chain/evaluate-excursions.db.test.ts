import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import { ColdRoom, every } from '../../../test/cold-room.ts';
import { countStatements } from '../../../test/count-statements.ts';
import { expectSoundLedger } from '../../../test/ledger-invariants.ts';
import { refusalOf } from '../../../test/refusal-of.ts';
import { causesOf } from '../../../test/stock-watch.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import type { StockBucket } from '../../schema/enums.ts';
import { importCatalogue } from '../catalogue/import-catalogue.ts';
import { updateProduct } from '../catalogue/save-product.ts';
import { dispense } from '../dispensing/dispense.ts';
import { reverseDispense } from '../dispensing/reverse-dispense.ts';
import { changeStockStatus } from '../stock/change-stock-status.ts';
import { moveBucket } from '../stock/move-bucket.ts';
import { openVial } from '../vials/open-vial.ts';
import { useVial } from '../vials/use-vial.ts';
import { acknowledgeExcursion } from './acknowledge-excursion.ts';
import { evaluateExcursions } from './evaluate-excursions.ts';

let clinic: TestClinic;
let room: ColdRoom;

beforeAll(async () => {
  clinic = await TestClinic.open();
  room = await ColdRoom.at(clinic);
});
afterEach(() => expectSoundLedger(clinic));
afterAll(() => clinic.close());

const bucketsOf = (stockId: string) =>
  clinic.one(
    `SELECT trim_scale(quarantine_quantity::numeric)::text AS quarantine, trim_scale(available_quantity::numeric)::text AS available,
       excursion_id IS NOT NULL AS held FROM inventory.stock WHERE id = $1`,
    [stockId],
  );

describe('an excursion of a unit', () => {
  it('is out of limits without a break for longer than the grace; at the limit is inside', async () => {
    const fridge = await room.fridge();
    await room.told(fridge, every(5, '5', '8', '8.01', '8.4', '8', '5', '1.9', '2', '5'));
    expect(await room.excursions(fridge)).toEqual(['CONSECUTIVE 10..20 10 min 8.01..8.4']);
  });

  it('lasts until a reading is inside, and goes on with its identity and its limits', async () => {
    const fridge = await room.fridge();
    await room.told(fridge, every(5, '5', '9', '9.5'));
    expect(await room.excursions(fridge)).toEqual([]);
    await room.told(fridge, [{ at: 15, celsius: '9' }]);
    expect(await room.excursions(fridge)).toEqual(['CONSECUTIVE 5.. 10 min 9..9.5']);
    await clinic.owner.query('UPDATE inventory.storage_unit SET max_celsius = 10, grace_minutes = 60 WHERE id = $1', [
      fridge,
    ]);
    await room.told(fridge, [{ at: 20, celsius: '5' }]);
    expect(await room.excursions(fridge)).toEqual(['CONSECUTIVE 5..20 15 min 9..9.5']);
    const kept = await clinic.one(
      `SELECT count(*)::integer AS rows, max(limit_max_celsius) AS max, max(grace_minutes) AS grace FROM inventory.temperature_excursion WHERE storage_unit_id = $1`,
      [fridge],
    );
    expect(kept).toEqual({ rows: 1, max: '8.00', grace: 5 });
  });

  it('is alerted of until a person has acknowledged it, once', async () => {
    const fridge = await room.fridge();
    await room.told(fridge, every(10, '5', '9', '9', '5'));
    expect(await room.alerts()).toContain(`CRITICAL OPEN ${fridge}`);
    const { id } = await clinic.one<{ id: string }>(
      'SELECT id FROM inventory.temperature_excursion WHERE storage_unit_id = $1',
      [fridge],
    );
    const acknowledge = (comment: string) =>
      clinic.as(room.pharmacist, (tx) => acknowledgeExcursion(tx, { excursionId: id, comment }));
    await acknowledge('door was open');
    expect(await room.alerts()).toContain(`CRITICAL RESOLVED ${fridge}`);
    expect(await refusalOf(acknowledge('again'))).toMatchObject({ code: 'ALREADY_REVIEWED' });
  });
});

describe('the budget of a batch', () => {
  const tooWarm = every(10, '5', '12', '12', '12', '5');

  it('spent, its units are quarantined for it and its open vials stop', async () => {
    const fridge = await room.fridge();
    const spent = await room.batch(fridge, 20);
    const bears = await room.batch(fridge, 30);
    const provider = await clinic.actor(['PROVIDER']);
    const opened = await clinic.as(provider, (tx) =>
      openVial(tx, { idempotencyKey: newKey(), stockId: spent.stockId }),
    );
    const sessionId = opened['session']?.[0] ?? '';
    expect(await room.told(fridge, tooWarm)).toEqual({ found: 2, superseded: 0, held: 1 });
    expect(await room.excursions(fridge)).toEqual([
      'CONSECUTIVE 10..40 30 min 12..12',
      'CUMULATIVE 10..40 30 min 12..12',
    ]);
    expect(await bucketsOf(spent.stockId)).toEqual({ quarantine: '9', available: '0', held: true });
    expect(await bucketsOf(bears.stockId)).toEqual({ quarantine: '0', available: '10', held: false });
    const patientId = await clinic.patient();
    const draw = clinic.as(provider, (tx) =>
      useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, doses: '1' }),
    );
    expect(await refusalOf(draw)).toMatchObject({ code: 'LOT_QUARANTINED' });
    expect(await room.alerts()).toContain(`CRITICAL OPEN ${spent.stockId}`);
  });

  it('spent, its samples do not come back to the shelf either', async () => {
    const fridge = await room.fridge();
    const { stockId } = await room.batch(fridge, 20);
    const move = (from: StockBucket, to: StockBucket) =>
      clinic.as(room.pharmacist, (tx) =>
        moveBucket(tx, { idempotencyKey: newKey(), stockId, from, to, quantity: '2', reason: 'sorted' }),
      );
    await move('ON_HAND', 'SAMPLE');
    await room.told(fridge, tooWarm);
    expect(await refusalOf(move('SAMPLE', 'ON_HAND'))).toMatchObject({ code: 'LOT_QUARANTINED' });
    expect(await refusalOf(move('SAMPLE', 'HOLD'))).toMatchObject({ code: 'LOT_QUARANTINED' });
    await move('SAMPLE', 'QUARANTINE');
    expect(await bucketsOf(stockId)).toEqual({ quarantine: '10', available: '0', held: true });
    expect(await causesOf(clinic, stockId)).toEqual(['EXCURSION 10', 'MANUAL 2']);
  });

  it('spent after the batch was used up and closed: what comes back of it is held for its return', async () => {
    const fridge = await room.fridge();
    const { stockId, productId } = await room.batch(fridge, 20);
    const given = await clinic.as(room.pharmacist, (tx) =>
      dispense(tx, {
        ...{ idempotencyKey: newKey(), locationId: clinic.locationId },
        lines: [{ productId, stockId, quantity: '10' }],
      }),
    );
    await room.told(fridge, tooWarm);
    await clinic.as(room.pharmacist, (tx) =>
      changeStockStatus(tx, { idempotencyKey: newKey(), stockId, status: 'CLOSED', reason: 'used up' }),
    );
    await clinic.as(room.pharmacist, (tx) =>
      reverseDispense(tx, {
        ...{ idempotencyKey: newKey(), dispenseRecordId: given['record']?.[0] ?? '' },
        ...{ returnToStock: true, reason: 'not given' },
      }),
    );
    const sibling = await clinic.one<{ id: string }>(
      'SELECT id FROM inventory.stock WHERE product_id = $1 AND id <> $2',
      [productId, stockId],
    );
    expect(await bucketsOf(sibling.id)).toEqual({ quarantine: '10', available: '0', held: false });
    expect(await causesOf(clinic, sibling.id)).toEqual(['RETURN 10']);
  });

  it('sums up periods within 7 days, wherever the batch stood; a person releases it, more minutes hold it again', async () => {
    const [one, other] = [await room.fridge(), await room.fridge()];
    const { stockId } = await room.batch(one, 50);
    await room.told(one, every(10, '5', '12', '12', '12', '5'));
    expect(await bucketsOf(stockId)).toMatchObject({ held: false });
    await room.move(stockId, other, room.at(60));
    await room.told(other, every(10, '12', '12', '12', '12', '12', '12', '12', '12', '12', '12', '5'));
    expect(await room.excursions(other)).toEqual([
      'CONSECUTIVE 0..100 100 min 12..12',
      'CUMULATIVE 10..100 70 min 12..12',
    ]);
    const excursionId = await room.excursionOf(stockId);
    await clinic.as(room.pharmacist, (tx) =>
      acknowledgeExcursion(tx, { excursionId, comment: 'the maker says it may be used', release: true }),
    );
    expect(await bucketsOf(stockId)).toEqual({ quarantine: '0', available: '10', held: false });
    await room.told(other, [{ at: 105, celsius: '5' }]);
    expect(await bucketsOf(stockId)).toMatchObject({ held: false });
    await room.told(
      other,
      every(10, '9', '9', '5').map(({ at, celsius }) => ({ at: at + 120, celsius })),
    );
    expect(await bucketsOf(stockId)).toEqual({ quarantine: '10', available: '0', held: true });
  });
});

it('what was released is held again where late readings tell more of the time before, and decided once more', async () => {
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, 20);
  const release = async () => {
    const held = 'SELECT excursion_id AS id FROM inventory.stock WHERE id = $1';
    const { id } = await clinic.one<{ id: string }>(held, [stockId]);
    const decision = { excursionId: id, comment: 'it bears that', release: true };
    await clinic.as(room.pharmacist, (tx) => acknowledgeExcursion(tx, decision));
  };
  await room.told(fridge, every(10, '5', '12', '12', '12', '5'));
  await release();
  await room.told(fridge, [{ at: 15, celsius: '11' }]);
  expect(await bucketsOf(stockId)).toMatchObject({ held: false });
  await room.told(fridge, [
    { at: -60, celsius: '12' },
    { at: -20, celsius: '5' },
  ]);
  expect(await bucketsOf(stockId)).toEqual({ quarantine: '10', available: '0', held: true });
  expect(await room.excursions(fridge)).toContain('CUMULATIVE -60..40 70 min 11..12');
  await release();
  await room.told(fridge, [{ at: 50, celsius: '5' }]);
  expect(await bucketsOf(stockId)).toEqual({ quarantine: '0', available: '10', held: false });
});

it('what was released is no word on minutes of long before it that only late readings tell of', async () => {
  const fridge = await room.fridge();
  const { stockId } = await room.batch(fridge, 20);
  const tenDays = 10 * 24 * 60;
  await room.told(fridge, every(10, '5', '12', '12', '12', '5'));
  const release = async () => {
    const { id } = await clinic.one<{ id: string }>('SELECT excursion_id AS id FROM inventory.stock WHERE id = $1', [
      stockId,
    ]);
    const decision = { excursionId: id, comment: 'it bears that', release: true };
    await clinic.as(room.pharmacist, (tx) => acknowledgeExcursion(tx, decision));
  };
  await release();
  await room.told(
    fridge,
    every(10, '5', '12', '12', '12', '12', '5').map(({ at, celsius }) => ({ at: at - tenDays, celsius })),
  );
  expect(await bucketsOf(stockId)).toEqual({ quarantine: '10', available: '0', held: true });
  expect(await room.excursions(fridge)).toContain(`CUMULATIVE ${10 - tenDays}..${50 - tenDays} 40 min 12..12`);
  await release();
  await room.told(fridge, [{ at: 60 - tenDays, celsius: '5' }]);
  expect(await bucketsOf(stockId)).toEqual({ quarantine: '0', available: '10', held: false });
});

describe('a product that bears less than was thought', () => {
  const warmHour = every(10, '5', '12', '12', '12', '12', '12', '12', '12', '5');

  it('has its batches held by what was measured already, without a further reading', async () => {
    const [fridge, other] = [await room.fridge(), await room.fridge()];
    const manager = await clinic.actor(['MANAGER']);
    const { stockId, productId } = await room.batch(fridge, 120);
    const { stockId: cold } = await room.batch(other, 120, { productId });
    await room.told(fridge, warmHour);
    expect(await bucketsOf(stockId)).toMatchObject({ held: false });
    const product = { name: `Bears less ${productId}`, category: 'Test', stockUnit: 'vial', dosesPerStockUnit: '10' };
    await clinic.as(manager, (tx) => updateProduct(tx, productId, { ...product, excursionBudgetMinutes: 60 }));
    await room.evaluate();
    expect(await bucketsOf(stockId)).toEqual({ quarantine: '10', available: '0', held: true });
    expect(await bucketsOf(cold)).toMatchObject({ held: false });
    await clinic.as(manager, (tx) => updateProduct(tx, productId, { ...product, name: `Told anew ${productId}` }));
    expect(await room.mark()).toEqual([]);
  });

  it('so, too, where a file of products says it', async () => {
    const fridge = await room.fridge();
    const { stockId, productId } = await room.batch(fridge, null);
    await room.told(fridge, warmHour);
    await clinic.owner.query(`UPDATE catalogue.product SET ndc = '00023-9999-01' WHERE id = $1`, [productId]);
    const product = { name: `Product ${productId}`, category: 'Test', stockUnit: 'vial', ndc: '00023-9999-01' };
    async function* file() {
      yield Promise.resolve({ row: 2, product: { ...product, excursionBudgetMinutes: 60 } });
    }
    expect(await importCatalogue(clinic.systemSession(), file())).toMatchObject({ updated: 1 });
    await room.evaluate();
    expect(await bucketsOf(stockId)).toMatchObject({ held: true });
  });
});

it('a unit that cannot be judged keeps no other waiting, and is tried again', async () => {
  const [broken, fridge] = [await room.fridge(), await room.fridge()];
  const { stockId } = await room.batch(fridge, 20);
  const marked = `INSERT INTO ops.dirty_work (job, key, since) VALUES ('evaluate-temperatures', $1, now() - interval '1 hour')`;
  await clinic.owner.query(marked, [`${broken} never never`]);
  await room.measure(fridge, every(10, '5', '12', '12', '12', '5'));
  await expect(room.evaluate()).rejects.toThrow();
  expect(await bucketsOf(stockId)).toMatchObject({ held: true });
  const { left } = await clinic.one<{ left: number }>(
    `WITH gone AS (DELETE FROM ops.dirty_work WHERE job = 'evaluate-temperatures' RETURNING 1) SELECT count(*)::integer AS left FROM gone`,
  );
  expect(left).toBe(1);
});

it('takes the same few statements for one batch and reading as for many', async () => {
  const statementsFor = async (batches: number, readings: number) => {
    const fridge = await room.fridge();
    for (let made = 0; made < batches; made += 1) await room.batch(fridge, 5);
    await room.measure(fridge, [
      ...Array.from({ length: readings }, (_, index) => ({ at: index, celsius: '12' })),
      { at: readings, celsius: '5' },
    ]);
    const range = { from: room.start.getTime(), to: room.at(readings).getTime() };
    const { statements } = await countStatements(() =>
      inTransaction(clinic.systemSession(), (tx) => evaluateExcursions(tx, fridge, range)),
    );
    return statements.length;
  };
  const few = await statementsFor(1, 10);
  expect(await statementsFor(5, 500)).toBe(few);
  expect(few).toBeLessThanOrEqual(16);
});
