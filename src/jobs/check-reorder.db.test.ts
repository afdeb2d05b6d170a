import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alertsOf, feedOf, silence } from '../../test/alert-watch.ts';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { handleJob, markFromOutbox } from '../../test/handle-job.ts';
import type { Actor } from '../actor.ts';
import { updateProduct } from '../domain/catalogue/save-product.ts';
import { dispense } from '../domain/dispensing/dispense.ts';
import { adjustStock } from '../domain/stock/adjust-stock.ts';
import { changeLotStatus } from '../domain/stock/change-lot-status.ts';
import { checkReorderJob } from './check-reorder.ts';
import { readDirty } from './dirty-work.ts';

let clinic: TestClinic;
let manager: Actor;
let pharmacist: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  manager = await clinic.actor(['MANAGER']);
  pharmacist = await clinic.actor(['PHARMACIST']);
});
beforeEach(() => clinic.owner.query('DELETE FROM ops.outbox; DELETE FROM ops.dirty_work; DELETE FROM ops.job_run'));
afterAll(() => clinic.close());

/** As the relay and the queue would: what changed becomes keys, the keys are looked at. */
async function afterChanges(): Promise<void> {
  await markFromOutbox(clinic, checkReorderJob);
  await handleJob(clinic, checkReorderJob);
  expect(await readDirty(clinic.db, 'check-reorder', 10)).toEqual([]);
}

async function product(reorderPoint: string | null = '5'): Promise<string> {
  const productId = await clinic.product();
  await clinic.owner.query('UPDATE catalogue.product SET reorder_point = $2, reorder_quantity = 20 WHERE id = $1', [
    productId,
    reorderPoint,
  ]);
  return productId;
}

const adjust = (stockId: string, newOnHand: string) =>
  clinic.as(manager, (tx) => adjustStock(tx, { idempotencyKey: newKey(), stockId, newOnHand, reason: 'counted' }));

describe('after a change', () => {
  it('LOW_STOCK at the reorder point, OUT_OF_STOCK in its place at 0, and both end', async () => {
    const productId = await product();
    const { stockId } = await clinic.stock({ productId, quantity: '6' });
    const give = (quantity: string) =>
      clinic.as(pharmacist, (tx) =>
        dispense(tx, { idempotencyKey: newKey(), locationId: clinic.locationId, lines: [{ productId, quantity }] }),
      );
    for (const quantity of ['1', '2', '3']) {
      await give(quantity);
      await afterChanges();
      await afterChanges();
    }
    expect(await feedOf(clinic, productId)).toEqual([
      'LOW_STOCK WARNING OPEN 1',
      'LOW_STOCK WARNING RESOLVED 2',
      'OUT_OF_STOCK CRITICAL OPEN 1',
    ]);
    await adjust(stockId, '3');
    await afterChanges();
    await adjust(stockId, '30');
    await afterChanges();
    expect(await alertsOf(clinic, productId)).toEqual([
      'LOW_STOCK WARNING RESOLVED ended',
      'OUT_OF_STOCK CRITICAL RESOLVED ended',
      'LOW_STOCK WARNING RESOLVED ended',
    ]);
  });

  it('says what there is, and what to order', async () => {
    const productId = await product();
    const { lotId } = await clinic.stock({ productId, quantity: '7' });
    const { stockId } = await clinic.stock({ productId, quantity: '9' });
    await clinic.as(pharmacist, (tx) =>
      changeLotStatus(tx, { idempotencyKey: newKey(), lotId, quarantined: true, reason: 'looks odd' }),
    );
    await adjust(stockId, '2');
    await afterChanges();
    const { title, message } = await clinic.one<{ title: string; message: string }>(
      'SELECT title, message FROM inventory.inventory_alert WHERE product_id = $1',
      [productId],
    );
    expect(title).toBe(`Product ${productId} is low at Here`);
    expect(message).toBe(
      `Here has 2 vials of Product ${productId} to use; the reorder point is 5. Besides, 7 vials may not be taken: reserved, on hold, in quarantine or not yet checked in. To order: 20 vials.`,
    );
  });

  it('without a reorder point only OUT_OF_STOCK; resolved by hand, silent until there is some again', async () => {
    const productId = await product(null);
    const { stockId } = await clinic.stock({ productId, quantity: '1' });
    await afterChanges();
    expect(await alertsOf(clinic, productId)).toEqual([]);
    for (const units of ['0', '2', '0']) {
      await adjust(stockId, units);
      await afterChanges();
      await silence(clinic, productId);
      await adjust(stockId, units === '0' ? '0' : '3');
      await afterChanges();
    }
    expect(await feedOf(clinic, productId)).toEqual(['OUT_OF_STOCK CRITICAL OPEN 1', 'OUT_OF_STOCK CRITICAL OPEN 1']);
  });

  it('of the reorder point, everywhere that the product is held', async () => {
    const productId = await product('1');
    await clinic.stock({ productId, quantity: '8' });
    await clinic.stock({ productId, quantity: '8', locationId: clinic.elsewhereId });
    await afterChanges();
    await clinic.as(manager, (tx) =>
      updateProduct(tx, productId, { name: 'Low soon', category: 'Test', stockUnit: 'vial', reorderPoint: '8' }),
    );
    expect(await markFromOutbox(clinic, checkReorderJob)).toEqual([productId]);
    await handleJob(clinic, checkReorderJob);
    for (const place of [clinic.locationId, clinic.elsewhereId]) {
      expect(await alertsOf(clinic, productId, place)).toEqual(['LOW_STOCK WARNING OPEN']);
    }
  });
});

describe('each hour', () => {
  it('everything is looked at, whatever was lost on the way; in between only what has changed', async () => {
    const [one, other] = [await product(), await product()];
    await clinic.stock({ productId: one, quantity: '5' });
    expect(await handleJob(clinic, checkReorderJob)).toMatchObject({ whole: true });
    expect(await alertsOf(clinic, one)).toEqual(['LOW_STOCK WARNING OPEN']);
    await clinic.stock({ productId: other, quantity: '5' });
    expect(await handleJob(clinic, checkReorderJob)).toEqual({ raised: 0, risen: 0, resolved: 0, whole: false });
    await clinic.owner.query(`UPDATE ops.job_run SET requested_at = now() - interval '1 hour'`);
    expect(await handleJob(clinic, checkReorderJob)).toMatchObject({ raised: 1, whole: true });
    expect(await alertsOf(clinic, other)).toEqual(['LOW_STOCK WARNING OPEN']);
  });

  it('what was never held somewhere is not missed there', async () => {
    const productId = await product();
    await handleJob(clinic, checkReorderJob);
    expect(await alertsOf(clinic, productId)).toEqual([]);
  });

  it('goes over many pages, at the same statements a page', async () => {
    await handleJob(clinic, checkReorderJob);
    const { statements: between } = await countStatements(() => handleJob(clinic, checkReorderJob));
    await clinic.owner.query(
      `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       product AS (
         INSERT INTO catalogue.product (id, name, category, stock_unit)
         SELECT gen_random_uuid(), 'Many ' || i, 'Test', 'vial' FROM said, generate_series(1, 2400) i RETURNING *),
       lot AS (
         INSERT INTO inventory.inventory_lot (id, lot_code, product_id, manufacturer_lot_number)
         SELECT gen_random_uuid(), 'LOT-' || id, id, 'M1' FROM product RETURNING *)
       INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, status, cogs_mode, unit_cogs)
       SELECT gen_random_uuid(), lot_code, lot_code, product_id, id, $1, 'SOLD_OUT', 'FIXED', 1 FROM lot`,
      [clinic.locationId],
    );
    await clinic.owner.query('DELETE FROM ops.job_run');
    const { result, statements } = await countStatements(() => handleJob(clinic, checkReorderJob));
    expect(result).toMatchObject({ raised: 2_400, whole: true });
    // Three pages, each with a transaction that settles it: begin, turn, figures, current alerts, raise, commit.
    expect(statements.length - between.length).toBe(3 * (1 + 6));
  });
});
