import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { answer, ask } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { large } from '../../test/large.ts';
import { exact } from '../domain/decimal.ts';
import { VialTable } from '../../test/vials.ts';

let clinic: TestClinic;
let here: Actor;
let everywhere: Actor;
beforeAll(async () => {
  clinic = await TestClinic.open('UTC');
  here = await clinic.actor(['MANAGER']);
  everywhere = await clinic.actor(['AUDITOR'], [clinic.locationId, clinic.elsewhereId]);
});
afterAll(() => clinic.close());

const day = async (shift: number) =>
  (await clinic.one<{ day: string }>('SELECT (current_date + $1::integer)::text AS day', [shift])).day;

describe('the FEFO plan', () => {
  const source = `query ($product: ID!, $at: ID!, $quantity: Decimal!) { fefoPlan(productId: $product, locationId: $at, quantity: $quantity) {
    allocations { stock { id } lot { id } quantity expiresSoon } skipped { stock { id } lot { id } quantity reason } shortBy } }`;

  it('takes what expires first and says why it passes over the rest', async () => {
    const productId = await clinic.product();
    const never = await clinic.stock({ productId, expiresOn: null, quantity: '4' });
    const soon = await clinic.stock({ productId, expiresOn: await day(90), quantity: '2.5' });
    const later = await clinic.stock({ productId, expiresOn: await day(91), quantity: '3' });
    const past = await clinic.stock({ productId, expiresOn: await day(-1), quantity: '7' });
    const held = await clinic.stock({ productId, expiresOn: await day(1), quantity: '9' });
    await clinic.owner.query(`UPDATE inventory.stock SET status = 'ON_HOLD', hold_quantity = 9 WHERE id = $1`, [
      held.stockId,
    ]);
    const empty = await clinic.stock({ productId, expiresOn: await day(1) });
    await clinic.owner.query(`UPDATE inventory.stock SET on_hand_quantity = 0, status = 'SOLD_OUT' WHERE id = $1`, [
      empty.stockId,
    ]);
    await clinic.stock({ productId, locationId: clinic.elsewhereId });
    const told = ({ stockId, lotId }: { stockId: string; lotId: string }, rest: object) => ({
      stock: { id: stockId },
      lot: { id: lotId },
      ...rest,
    });
    const variables = { product: productId, at: clinic.locationId, quantity: '10' };
    const { result, statements } = await countStatements(() => answer(clinic, here, source, variables));
    expect(result).toEqual({
      fefoPlan: {
        allocations: [
          told(soon, { quantity: '2.5', expiresSoon: true }),
          told(later, { quantity: '3', expiresSoon: false }),
          told(never, { quantity: '4', expiresSoon: false }),
        ],
        skipped: [told(past, { quantity: '7', reason: 'EXPIRED' }), told(held, { quantity: '9', reason: 'ON_HOLD' })],
        shortBy: '0.5',
      },
    });
    expect(statements.length).toBeLessThanOrEqual(3);
  });

  it('refuses a demand of nothing and a place that is not the own', async () => {
    const variables = { product: uuid(), at: clinic.locationId, quantity: '0' };
    expect((await ask(clinic, here, source, variables)).errors).toEqual(['INVALID_QUANTITY fefoPlan']);
    const elsewhere = { ...variables, at: clinic.elsewhereId, quantity: '1' };
    expect((await ask(clinic, here, source, elsewhere)).errors).toEqual(['NOT_FOUND fefoPlan']);
    const unknown = { ...variables, quantity: '1' };
    expect(await answer(clinic, here, source, unknown)).toEqual({
      fefoPlan: { allocations: [], skipped: [], shortBy: '1' },
    });
  });
});

describe('parseBarcode', () => {
  const source =
    'query ($data: String!) { parseBarcode(data: $data) { gtin lotNumber expiresOn serialNumber manufacturedOn elements product { id } } }';

  it('reads a scan and knows the product by its GTIN', async () => {
    const productId = await clinic.product();
    await clinic.owner.query(`UPDATE catalogue.product SET gtin = '04012345123456' WHERE id = $1`, [productId]);
    const data = '(01)04012345123456(17)270331(10)AB-12';
    expect(await answer(clinic, here, source, { data })).toEqual({
      parseBarcode: {
        gtin: '04012345123456',
        lotNumber: 'AB-12',
        expiresOn: '2027-03-31',
        serialNumber: null,
        manufacturedOn: null,
        elements: { '01': '04012345123456', '10': 'AB-12', '17': '270331' },
        product: { id: productId },
      },
    });
  });

  it('refuses what is no such barcode', async () => {
    expect((await ask(clinic, here, source, { data: '(01)04012345123457' })).errors).toEqual([
      'BAD_USER_INPUT parseBarcode',
    ]);
  });
});

test('the overview adds up what is there', async () => {
  const own = await TestClinic.open('UTC');
  const manager = await own.actor(['MANAGER']);
  const both = await own.actor(['MANAGER'], [own.locationId, own.elsewhereId]);
  const source = `query ($at: ID) { inventoryOverview(locationId: $at) { stockRows lots totalCost availableValue expectedProfit expiringWithin30Days
    expiredLots quarantinedLots lowStockProducts openVials openAlerts wasteCostLast30Days vialMarginLast30Days
    expiring { withinDays lots value } wasteByReason { reason } } }`;
  const nothing = {
    openVials: 0,
    openAlerts: 0,
    wasteCostLast30Days: '0',
    vialMarginLast30Days: '0',
    wasteByReason: [],
  };
  const buckets = (filled: Record<string, [number, string]>) =>
    [0, 7, 30, 60, 90, 180, 365, null].map((withinDays) => {
      const [lots, value] = filled[String(withinDays)] ?? [0, '0'];
      return { withinDays, lots, value };
    });
  try {
    expect(await answer(own, manager, source)).toEqual({
      inventoryOverview: {
        ...nothing,
        stockRows: 0,
        lots: 0,
        totalCost: '0',
        availableValue: '0',
        expectedProfit: '0',
        expiringWithin30Days: 0,
        expiredLots: 0,
        quarantinedLots: 0,
        lowStockProducts: 0,
        expiring: buckets({}),
      },
    });
    const productId = await own.product();
    const scarce = await own.product();
    await own.owner.query('UPDATE catalogue.product SET reorder_point = CASE WHEN id = $1 THEN 3 ELSE 1 END', [scarce]);
    const put = (expiresOn: string | null, quantity: string, more: object = {}) =>
      own.stock({ productId, expiresOn, quantity, unitCogs: '2.5', ...more });
    await put(await day(-1), '4');
    await put(await day(0), '1');
    await put(await day(7), '1');
    await put(await day(8), '1');
    await put(await day(30), '1');
    await put(await day(31), '1');
    await put(await day(365), '1');
    await put(await day(366), '2');
    await put(null, '3');
    const quarantined = await put(await day(100), '1');
    await own.owner.query('UPDATE inventory.stock SET lot_quarantined = true WHERE id = $1', [quarantined.stockId]);
    const sold = await put(await day(10), '1');
    await own.owner.query('UPDATE inventory.stock SET gross_purchase_price = 10.5, roi_percentage = 33.3333');
    await own.owner.query(`UPDATE inventory.stock SET on_hand_quantity = 0, status = 'SOLD_OUT' WHERE id = $1`, [
      sold.stockId,
    ]);
    await own.stock({ productId: scarce, quantity: '3', expiresOn: null, unitCogs: '1' });
    await own.stock({
      productId: scarce,
      quantity: '100',
      expiresOn: null,
      locationId: own.elsewhereId,
      unitCogs: '1',
    });
    const figures = {
      ...nothing,
      stockRows: 11,
      lots: 11,
      totalCost: '105',
      availableValue: '30.5',
      expectedProfit: '35',
      expiringWithin30Days: 4,
      expiredLots: 1,
      quarantinedLots: 1,
      lowStockProducts: 1,
      expiring: buckets({
        0: [1, '10'],
        7: [2, '5'],
        30: [2, '5'],
        60: [1, '2.5'],
        180: [1, '2.5'],
        365: [1, '2.5'],
        null: [3, '15.5'],
      }),
    };
    expect(await answer(own, manager, source)).toEqual({ inventoryOverview: figures });
    expect(await answer(own, manager, source, { at: own.elsewhereId })).toMatchObject({
      inventoryOverview: { stockRows: 0, lots: 0 },
    });
    expect(await answer(own, both, source, { at: own.elsewhereId })).toMatchObject({
      inventoryOverview: { stockRows: 1, lots: 1, availableValue: '100', lowStockProducts: 0 },
    });
    expect(await answer(own, both, source)).toMatchObject({
      inventoryOverview: { stockRows: 12, lots: 12, availableValue: '130.5', lowStockProducts: 1 },
    });
    expect((await ask(own, both, source, { at: 'x' })).errors).toEqual(['BAD_USER_INPUT inventoryOverview']);
  } finally {
    await own.close();
  }
});

test('the overview adds up what vials have earned and what was thrown away', async () => {
  const own = await TestClinic.open('UTC');
  try {
    const table = await VialTable.at(own);
    const ended = await table.open(await table.vial());
    for (const doses of ['12.5', '20', '12.5']) await table.use(ended, doses, { charge: '150.01' });
    await table.close(ended, { wasteReason: 'OPEN_VIAL_EXPIRED' });
    const open = await table.open(await table.vial());
    await table.use(open, '33.3333', { charge: '99.5' });
    await table.takeBack(await table.use(open, '7', { charge: '20' }));
    await table.spill(open, '10');
    await table.use(await table.open(await table.vial()), '100', { charge: '700' });
    const old = await table.open(await table.vial());
    await own.owner.query(
      `UPDATE inventory.open_vial_session SET opened_at = now() - interval '31 days' WHERE id = $1`,
      [old],
    );
    const { inventoryOverview, openVials } = await answer<{
      inventoryOverview: object;
      openVials: { nodes: { id: string; margin: string }[] };
    }>(
      own,
      await own.actor(['MANAGER']),
      `{ inventoryOverview { openVials vialMarginLast30Days wasteCostLast30Days wasteByReason { reason quantity cost } }
         openVials { nodes { id margin } } }`,
    );
    const margins = openVials.nodes.filter(({ id }) => id !== old).map(({ margin }) => margin);
    expect(margins).toHaveLength(3);
    expect(inventoryOverview).toEqual({
      openVials: 2,
      vialMarginLast30Days: margins.reduce((total, each) => exact(total).plus(each).toString(), '0'),
      // 55 and 10 of a hundred doses of a vial for 400.
      wasteCostLast30Days: '260',
      wasteByReason: [
        { reason: 'OPEN_VIAL_EXPIRED', quantity: '0.55', cost: '220' },
        { reason: 'SPILLED', quantity: '0.1', cost: '40' },
      ],
    });
  } finally {
    await own.close();
  }
});

test('the overview of a large inventory is kept until its metrics are calculated anew; open alerts are of now', async () => {
  const own = await TestClinic.open('UTC');
  try {
    await large(own);
    const reader = await own.actor(['MANAGER']);
    const other = await own.actor(['MANAGER'], [own.elsewhereId]);
    const source = '{ inventoryOverview { stockRows lots openAlerts lastCalculatedAt } }';
    const overview = async (actor = reader) =>
      (await answer<{ inventoryOverview: { lastCalculatedAt: string } }>(own, actor, source)).inventoryOverview;
    const first = await overview();
    expect(first).toMatchObject({ stockRows: 0, lots: 0, openAlerts: 0 });
    const { stockId } = await own.stock({ productId: await own.product() });
    await own.stock({ productId: await own.product(), locationId: own.elsewhereId });
    await own.owner.query(
      `INSERT INTO inventory.inventory_alert (id, type, subject, location_id, severity, title, message, stock_id)
       VALUES (gen_random_uuid(), 'LOW_STOCK', 'x', $1, 'WARNING', 'Low', 'Order more.', $2)`,
      [own.locationId, stockId],
    );
    expect(await overview()).toEqual({ ...first, openAlerts: 1 });
    expect(await overview(other)).toMatchObject({ stockRows: 1, lots: 1, openAlerts: 0 });
    await own.owner.query('SELECT inventory.refresh_stock_metrics(true)');
    const later = await overview();
    expect(later).toMatchObject({ stockRows: 1, lots: 1, openAlerts: 1 });
    expect(new Date(later.lastCalculatedAt).getTime()).toBeGreaterThan(new Date(first.lastCalculatedAt).getTime());
  } finally {
    await own.close();
  }
});

test('a lot at two places counts once, by the place where its last day is nearest', async () => {
  const own = await TestClinic.open('UTC');
  try {
    // A place where it is tomorrow already, or still yesterday.
    await own.owner.query(
      `UPDATE people.location SET time_zone = CASE WHEN now() AT TIME ZONE 'UTC' >= current_date + interval '12 hours' THEN 'Pacific/Kiritimati' ELSE 'Etc/GMT+12' END
       WHERE id = $1`,
      [own.elsewhereId],
    );
    const both = await own.actor(['MANAGER'], [own.locationId, own.elsewhereId]);
    const productId = await own.product();
    const days = await own.all<{ today: string }>(
      'SELECT (now() AT TIME ZONE time_zone)::date AS today FROM people.location ORDER BY 1',
    );
    const [nearest, farthest] = [days[1]?.today ?? '', days[0]?.today ?? ''];
    expect(nearest > farthest).toBe(true);
    // Seven days from the later of both days, eight from the earlier.
    const { rows } = await own.owner.query<{ day: string }>('SELECT ($1::date + 7)::text AS day', [nearest]);
    const stock = { productId, lotNumber: 'one', expiresOn: rows[0]?.day ?? null, quantity: '2', unitCogs: '3' };
    await own.stock(stock);
    await own.stock({ ...stock, locationId: own.elsewhereId });
    const source = '{ inventoryOverview { lots expiringWithin30Days expiring { withinDays lots value } } }';
    const { inventoryOverview } = await answer<{
      inventoryOverview: {
        lots: number;
        expiringWithin30Days: number;
        expiring: { withinDays: number | null; lots: number; value: string }[];
      };
    }>(own, both, source);
    expect(inventoryOverview).toMatchObject({ lots: 1, expiringWithin30Days: 1 });
    expect(inventoryOverview.expiring.filter(({ lots, value }) => lots > 0 || value !== '0')).toEqual([
      { withinDays: 7, lots: 1, value: '6' },
      { withinDays: 30, lots: 0, value: '6' },
    ]);
  } finally {
    await own.close();
  }
});

test('each query refuses who has not signed in', async () => {
  expect((await ask(clinic, null, '{ me { id } }')).errors).toEqual(['UNAUTHENTICATED me']);
  expect((await ask(clinic, everywhere, '{ users { id } }')).errors).toEqual(['FORBIDDEN users']);
});
