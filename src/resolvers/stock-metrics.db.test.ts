import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { answer, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { large } from '../../test/large.ts';
import type { Actor } from '../actor.ts';

let clinic: TestClinic;
let here: Actor;
let everywhere: Actor;
let productIds: string[];
beforeAll(async () => {
  clinic = await TestClinic.open();
  here = await clinic.actor(['TECHNICIAN']);
  everywhere = await clinic.actor(['AUDITOR'], [clinic.locationId, clinic.elsewhereId]);
  productIds = [await clinic.product(), await clinic.product()];
  for (let i = 0; i < 55; i += 1) await put(clinic, productIds, i, String(1 + (i % 5)));
  await refresh();
});
afterAll(() => clinic.close());

const put = (own: TestClinic, products: readonly string[], i: number, quantity: string) =>
  own.stock({
    productId: products[i % 2] ?? '',
    quantity,
    locationId: i % 3 === 0 ? own.elsewhereId : own.locationId,
  });
const refresh = (own = clinic) => own.owner.query('SELECT inventory.refresh_stock_metrics(true)');

const page = `query ($filter: StockFilter, $first: Int, $after: String) {
  page: stockMetrics(filter: $filter, first: $first, after: $after) { nodes { stockId } pageInfo { hasNextPage endCursor } } }`;
const idsOf = async (actor: Actor, filter: object = {}, first = 50) =>
  (await walk<{ stockId: string }>(clinic, actor, page, first, { filter })).map(({ stockId }) => stockId);
const idsWhere = async (condition: string) =>
  (
    await clinic.all<{ id: string }>(
      `SELECT id FROM inventory.stock WHERE ${condition} ORDER BY created_at DESC, id DESC`,
    )
  ).map(({ id }) => id);

describe('stockMetrics', () => {
  it.each([1, 7, 54, 55, 200])('tells each batch once, newest first, %i a page', async (first) => {
    expect(await idsOf(everywhere, {}, first)).toEqual(await idsWhere('true'));
  });

  it('shows only the batches of the caller, also where another place is asked for', async () => {
    expect(await idsOf(here)).toEqual(await idsWhere(`location_id = '${clinic.locationId}'`));
    expect(await idsOf(here, { locationId: clinic.elsewhereId })).toEqual([]);
    expect(await idsOf(everywhere, { locationId: clinic.elsewhereId })).toHaveLength(19);
  });

  it('filters as lists of stock do', async () => {
    expect(await idsOf(everywhere, { productId: productIds[0] })).toEqual(
      await idsWhere(`product_id = '${productIds[0] ?? ''}'`),
    );
    expect(await idsOf(everywhere, { status: ['CLOSED'] })).toEqual([]);
    expect(await idsOf(everywhere, { availableOnly: true, search: 'no such' })).toEqual([]);
  });

  it('takes one statement a page; with it, a page of stock takes one more', async () => {
    const alone = await countStatements(() => answer(clinic, everywhere, page, { first: 50 }));
    expect(alone.statements).toHaveLength(1);
    const stocks = '{ stocks(first: 50) { nodes { id metrics { totalQuantity lastCalculatedAt } } } }';
    const withStock = await countStatements(() => answer(clinic, everywhere, stocks));
    expect(withStock.statements).toHaveLength(2);
  });
});

test('a batch has no metrics until they are calculated; then exact ones, and how fresh they are', async () => {
  const own = await TestClinic.open('UTC');
  try {
    const manager = await own.actor(['MANAGER']);
    const { stockId } = await own.stock({ productId: await own.product(), quantity: '12.5' });
    const source = `query ($id: ID!) { stock(id: $id) { metrics { stockId totalQuantity availableQuantity reservedQuantity totalCost
      expectedProfit daysOnShelf daysToExpiry profitPerShelfDay lastCalculatedAt } } stockMetrics { nodes { stockId } } }`;
    const ask = () =>
      answer<{ stock: { metrics: { lastCalculatedAt: string } } }>(own, manager, source, { id: stockId });
    expect(await ask()).toEqual({ stock: { metrics: null }, stockMetrics: { nodes: [] } });
    await own.owner.query(
      `UPDATE inventory.stock SET gross_purchase_price = 10.5, roi_percentage = 33.3333, reserved_quantity = 0.5, delivered_on = current_date - 7,
         lot_expires_on = NULL`,
    );
    await refresh(own);
    const { stock } = await ask();
    const { lastCalculatedAt, ...figures } = stock.metrics;
    expect(figures).toEqual({
      stockId,
      totalQuantity: '12.5',
      availableQuantity: '12',
      reservedQuantity: '0.5',
      totalCost: '10.5',
      expectedProfit: '3.5',
      daysOnShelf: 7,
      daysToExpiry: null,
      profitPerShelfDay: '0.5',
    });
    await own.owner.query('SELECT inventory.refresh_stock_metrics()');
    const later = (await ask()).stock.metrics.lastCalculatedAt;
    expect(new Date(later).getTime()).toBeGreaterThan(new Date(lastCalculatedAt).getTime());
  } finally {
    await own.close();
  }
});

describe('AVAILABLE_DESC of a large inventory', () => {
  const source = `query ($filter: StockFilter, $first: Int, $after: String) {
    page: stocks(orderBy: AVAILABLE_DESC, filter: $filter, first: $first, after: $after) { nodes { id available } pageInfo { hasNextPage endCursor } } }`;
  let own: TestClinic;
  let both: Actor;
  let local: Actor;
  let stockIds: string[];
  let products: string[];
  beforeAll(async () => {
    own = await TestClinic.open();
    both = await own.actor(['AUDITOR'], [own.locationId, own.elsewhereId]);
    local = await own.actor(['AUDITOR']);
    products = [await own.product(), await own.product()];
    stockIds = [];
    for (let i = 0; i < 12; i += 1) stockIds.push((await put(own, products, i, String(100 - i))).stockId);
    await refresh(own);
    await large(own);
  });
  afterAll(() => own.close());

  const listed = async (actor: Actor, filter: object = {}, first = 5) =>
    (await walk<{ id: string }>(own, actor, source, first, { filter })).map(({ id }) => id);

  it('is in the order of the last calculation, of the quantities of now', async () => {
    expect(await listed(both)).toEqual(stockIds);
    await own.owner.query('UPDATE inventory.stock SET on_hand_quantity = 1000 WHERE id = $1', [stockIds[11]]);
    expect(await listed(both)).toEqual(stockIds);
    const last = (await walk<{ available: string }>(own, both, source, 50)).at(-1);
    expect(last?.available).toBe('1000');
    await refresh(own);
    expect(await listed(both)).toEqual([stockIds[11], ...stockIds.slice(0, 11)]);
  });

  it('shows only the batches of the caller', async () => {
    expect(new Set(await listed(local))).toEqual(new Set(stockIds.filter((_id, i) => i % 3 !== 0)));
    expect(await listed(local, { locationId: own.elsewhereId })).toEqual([]);
  });

  it('has a batch that has just come with the next refresh, and at once where its product is asked for', async () => {
    const { stockId } = await put(own, products, 1, '5000');
    expect(await listed(both)).not.toContain(stockId);
    expect((await listed(both, { productId: products[1] }))[0]).toBe(stockId);
    await refresh(own);
    expect((await listed(both))[0]).toBe(stockId);
  });
});
