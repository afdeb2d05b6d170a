import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { answer, ask, walk, type PageOf } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';

let clinic: TestClinic;
let here: Actor;
let everywhere: Actor;
let productIds: string[];
let brandedId: string;

/** Many ties and nulls: 3 days and none, 3 instants a microsecond apart, 4 profits and none. */
beforeAll(async () => {
  clinic = await TestClinic.open();
  here = await clinic.actor(['MANAGER']);
  everywhere = await clinic.actor(['TECHNICIAN'], [clinic.locationId, clinic.elsewhereId]);
  productIds = await Promise.all(['Saline', 'Botox 100 % "A_B"'].map((name) => clinic.product({ name })));
  brandedId = await clinic.product({ name: 'Filler' });
  const brand = uuid();
  await clinic.owner.query(`INSERT INTO catalogue.brand (id, name) VALUES ($1, 'Juvéderm')`, [brand]);
  await clinic.owner.query('UPDATE catalogue.product SET brand_id = $1 WHERE id = $2', [brand, brandedId]);
  const days = ['2099-01-01', '2099-01-02', '2099-01-03', null];
  for (let i = 0; i < 46; i += 1) {
    await clinic.stock({
      productId: productIds[i % 2] ?? '',
      locationId: i % 3 === 0 ? clinic.elsewhereId : clinic.locationId,
      expiresOn: days[i % 4] ?? null,
      quantity: String(1 + (i % 5)),
      lotNumber: `AB-${i} x`,
    });
  }
  await clinic.owner.query(
    `UPDATE inventory.stock s SET received_at = t.at, created_at = t.at,
       profit_per_shelf_day = CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN -0.5 ELSE n % 5 END
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n,
       timestamptz '2026-01-01 00:00:00.000001+00' + make_interval(secs => (row_number() OVER (ORDER BY id) % 3) * 0.000001) AS at
       FROM inventory.stock) t WHERE t.id = s.id`,
  );
});
afterAll(() => clinic.close());

const page = `query ($filter: StockFilter, $orderBy: StockOrder, $first: Int, $after: String) {
  page: stocks(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;

const ids = (nodes: readonly { readonly id: string }[]) => nodes.map(({ id }) => id);

async function idsBy(orderBy: string, locationIds: readonly string[]): Promise<string[]> {
  return ids(
    await clinic.all<{ id: string }>(
      `SELECT id FROM inventory.stock WHERE location_id = ANY($1::uuid[]) ORDER BY ${orderBy}`,
      [locationIds],
    ),
  );
}

describe('paging', () => {
  it.each([
    ['EXPIRY_ASC', 'lot_expires_on ASC NULLS LAST, received_at, id'],
    ['CREATED_DESC', 'created_at DESC, id DESC'],
    ['AVAILABLE_DESC', 'available_quantity DESC, id DESC'],
    ['PROFIT_PER_SHELF_DAY_DESC', 'profit_per_shelf_day DESC NULLS LAST, id DESC'],
  ])('%s tells each batch of both places once, in order, at every page size', async (orderBy, sql) => {
    const wanted = await idsBy(sql, everywhere.locationIds);
    expect(wanted).toHaveLength(46);
    for (const first of [1, 7, 45, 46, 200]) {
      const walked = await walk<{ id: string }>(clinic, everywhere, page, first, { orderBy });
      expect(ids(walked), `${first} a page`).toEqual(wanted);
    }
  });

  it('shows only the batches of the caller, also where another place is asked for', async () => {
    const wanted = await idsBy('lot_expires_on ASC NULLS LAST, received_at, id', [clinic.locationId]);
    expect(ids(await walk<{ id: string }>(clinic, here, page, 10))).toEqual(wanted);
    const elsewhere = { filter: { locationId: clinic.elsewhereId } };
    expect(await walk(clinic, here, page, 10, elsewhere)).toEqual([]);
    expect(await walk(clinic, everywhere, page, 10, elsewhere)).toHaveLength(16);
  });

  it('goes on where a row that was seen has gone', async () => {
    const source = `query ($first: Int, $after: String) { page: stocks(orderBy: CREATED_DESC, first: $first, after: $after) {
      nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
    const { page: first } = await answer<{ page: PageOf<{ id: string }> }>(clinic, here, source, { first: 5 });
    expect(first.edges?.map(({ node }) => node)).toEqual(first.nodes);
    expect(first.edges?.at(-1)?.cursor).toBe(first.pageInfo.endCursor);
    const wanted = await idsBy('created_at DESC, id DESC', here.locationIds);
    await clinic.owner.query('UPDATE inventory.stock SET location_id = $1 WHERE id = $2', [
      clinic.elsewhereId,
      wanted[4],
    ]);
    const { page: second } = await answer<{ page: PageOf<{ id: string }> }>(clinic, here, source, {
      first: 5,
      after: first.pageInfo.endCursor,
    });
    expect(ids(second.nodes)).toEqual(wanted.slice(5, 10));
    await clinic.owner.query('UPDATE inventory.stock SET location_id = $1 WHERE id = $2', [
      clinic.locationId,
      wanted[4],
    ]);
  });

  it('refuses sizes and cursors that are none', async () => {
    for (const first of [0, 201, -1]) {
      expect((await ask(clinic, here, page, { first })).errors).toEqual(['BAD_USER_INPUT page']);
    }
    const { page: byDay } = await answer<{ page: PageOf<unknown> }>(clinic, here, page, { first: 1 });
    const others = { after: byDay.pageInfo.endCursor, orderBy: 'CREATED_DESC' };
    expect((await ask(clinic, here, page, others)).errors).toEqual(['BAD_USER_INPUT page']);
    expect((await ask(clinic, here, page, { after: 'garbage' })).errors).toEqual(['BAD_USER_INPUT page']);
  });
});

describe('filters', () => {
  const found = async (filter: object) =>
    (await walk<{ id: string }>(clinic, everywhere, page, 200, { filter })).length;

  it.each<[object, number]>([
    [{ search: 'saline' }, 23],
    [{ search: 'BOTOX 100' }, 23],
    [{ search: '% "a_' }, 23],
    [{ search: '_aline' }, 0],
    [{ search: 'ab 17' }, 1],
    [{ search: 'Ab1' }, 11],
    [{ search: '-' }, 0],
    [{ search: '  ' }, 46],
    [{ category: 'Test' }, 46],
    [{ category: 'test' }, 0],
    [{ status: ['LIVE', 'CLOSED'] }, 46],
    [{ status: ['CLOSED'] }, 0],
    [{ status: [] }, 46],
    [{ expiresBefore: '2099-01-02' }, 12],
    [{ availableOnly: true }, 46],
    [{ platform: 'shop' }, 0],
  ])('%j finds %i', async (filter, count) => {
    expect(await found(filter)).toBe(count);
  });

  it('finds by brand, batch code and SKU', async () => {
    const { stockId } = await clinic.stock({ productId: brandedId });
    expect(await found({ search: 'juvÉd' })).toBe(1);
    await clinic.owner.query(
      `UPDATE inventory.stock SET batch_code = 'BCH-LOT-1', sku = 'SKU-X-1', listed_on_platforms = $2 WHERE id = $1`,
      [
        stockId,
        JSON.stringify([
          { platform: 'shop', listedAt: '2026-01-01T00:00:00Z' },
          { platform: 'old', listedAt: '2026-01-01T00:00:00Z', delistedAt: '2026-01-02T00:00:00Z' },
        ]),
      ],
    );
    expect([
      await found({ search: 'bch-lot' }),
      await found({ search: 'sku-x' }),
      await found({ search: 'x-1' }),
    ]).toEqual([1, 1, 0]);
    expect([await found({ platform: 'shop' }), await found({ platform: 'old' })]).toEqual([1, 0]);
    expect(await found({ productId: brandedId })).toBe(1);
    await clinic.owner.query('UPDATE inventory.stock SET lot_recalled = true WHERE id = $1', [stockId]);
    expect(await found({ productId: brandedId, availableOnly: true })).toBe(0);
  });

  it('finds the same whether few or many products and lots match', async () => {
    const many = await clinic.product({ name: 'Common' });
    await clinic.owner.query(
      `INSERT INTO catalogue.product (id, name, category, stock_unit) SELECT gen_random_uuid(), 'Common ' || i, 'Test', 'box' FROM generate_series(1, 250) i`,
    );
    await clinic.stock({ productId: many });
    expect(await found({ search: 'common' })).toBe(1);
    expect(await found({ search: 'common 7' })).toBe(0);
  });

  it('refuses ids that are none', async () => {
    const asked = await ask(clinic, here, page, { filter: { productId: 'x' } });
    expect(asked.errors).toEqual(['BAD_USER_INPUT page']);
  });
});

test('a page of 50 with product, lot and location takes at most 4 statements, with brands 5', async () => {
  const source = (brand: string) =>
    `{ stocks(first: 50) { nodes { id onHand product { name ${brand} } lot { manufacturerLotNumber expiresOn } location { name } } } }`;
  const plain = await countStatements(() => answer(clinic, everywhere, source('')));
  expect(plain.statements).toHaveLength(4);
  const branded = await countStatements(() => answer(clinic, everywhere, source('brand { name vendor { name } }')));
  expect(branded.statements).toHaveLength(5);
});

test('what hangs on 40 batches is read in one statement each, not one a batch', async () => {
  const source = `{ stocks(first: 40) { nodes {
    vendor { name } storageUnit { name } statusHistory { by { email } }
    transactions(first: 2) { nodes { id performedBy { email } } pageInfo { hasNextPage } }
    reservations(status: ACTIVE) { id reservedBy { email } }
    product { availability { available } }
    lot { status quantities { onHand } stock { id } } } } }`;
  const { statements } = await countStatements(() => answer(clinic, everywhere, source));
  expect(statements.length).toBeLessThanOrEqual(10);
});

test('one batch: null where it is elsewhere, unknown or no id', async () => {
  const [elsewhere] = await idsBy('id', [clinic.elsewhereId]);
  const source = 'query ($id: ID!) { stock(id: $id) { id } }';
  for (const id of [elsewhere, uuid(), 'no id']) {
    expect(await answer(clinic, here, source, { id })).toEqual({ stock: null });
  }
  expect(await answer(clinic, everywhere, source, { id: elsewhere })).toEqual({ stock: { id: elsewhere } });
});
