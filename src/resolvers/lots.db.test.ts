import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { answer, ask, walk } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';
import { TransferTable } from '../../test/transfers.ts';

let clinic: TestClinic;
let here: Actor;
let everywhere: Actor;
let productId: string;
beforeAll(async () => {
  clinic = await TestClinic.open('UTC');
  here = await clinic.actor(['PHARMACIST']);
  everywhere = await clinic.actor(['PROVIDER'], [clinic.locationId, clinic.elsewhereId]);
  productId = await clinic.product({ name: 'Saline' });
});
afterAll(() => clinic.close());

const today = async (shift = 0, zone = 'UTC') =>
  (
    await clinic.one<{ day: string }>('SELECT ((now() AT TIME ZONE $2)::date + $1::integer)::text AS day', [
      shift,
      zone,
    ])
  ).day;

describe('the status of a lot is the first that applies', () => {
  const status = async (lotId: string) =>
    (
      await answer<{ lot: { status: string } }>(clinic, here, 'query ($id: ID!) { lot(id: $id) { status } }', {
        id: lotId,
      })
    ).lot.status;
  const set = (lotId: string, facts: string) =>
    clinic.owner.query(`UPDATE inventory.inventory_lot SET ${facts} WHERE id = $1`, [lotId]);
  const empty = (lotId: string) =>
    clinic.owner.query(`UPDATE inventory.stock SET on_hand_quantity = 0, status = 'SOLD_OUT' WHERE lot_id = $1`, [
      lotId,
    ]);

  it('RECALLED before EXPIRED before QUARANTINED before DEPLETED before ACTIVE', async () => {
    const { lotId } = await clinic.stock({ productId, expiresOn: await today(-1) });
    await set(lotId, 'recalled = true, quarantined = true');
    await empty(lotId);
    expect(await status(lotId)).toBe('RECALLED');
    await set(lotId, 'recalled = false');
    expect(await status(lotId)).toBe('EXPIRED');
    await set(lotId, `expires_on = '${await today()}'`);
    expect(await status(lotId)).toBe('QUARANTINED');
    await set(lotId, 'quarantined = false');
    expect(await status(lotId)).toBe('DEPLETED');
    await clinic.owner.query('UPDATE inventory.stock SET sample_quantity = 1 WHERE lot_id = $1', [lotId]);
    expect(await status(lotId)).toBe('ACTIVE');
  });

  it('and not DEPLETED while the last of it is on its way to another location', async () => {
    const table = await TransferTable.at(clinic);
    const { stockId, lotId } = await clinic.stock({ productId, quantity: '4' });
    const id = await table.shipped([{ stockId, quantity: '4' }]);
    expect(await status(lotId)).toBe('ACTIVE');
    await table.receive(id, [{ received: '0', damaged: '4' }]);
    expect(await status(lotId)).toBe('DEPLETED');
  });

  it('EXPIRED only when its day is over at every location that holds it', async () => {
    // Between these two zones it is never the same day.
    await clinic.owner.query(`UPDATE people.location SET time_zone = 'Pacific/Kiritimati' WHERE id = $1`, [
      clinic.elsewhereId,
    ]);
    await clinic.owner.query(`UPDATE people.location SET time_zone = 'Pacific/Pago_Pago' WHERE id = $1`, [
      clinic.locationId,
    ]);
    const expiresOn = await today(0, 'Pacific/Pago_Pago');
    const ahead = await clinic.stock({ productId, locationId: clinic.elsewhereId, lotNumber: 'ZONES', expiresOn });
    expect(await status(ahead.lotId)).toBe('EXPIRED');
    const behind = await clinic.stock({ productId, lotNumber: 'ZONES', expiresOn });
    expect(behind.lotId).toBe(ahead.lotId);
    expect(await status(ahead.lotId)).toBe('ACTIVE');
    await empty(ahead.lotId);
    expect(await status(ahead.lotId)).toBe('DEPLETED');
    await clinic.owner.query(`UPDATE people.location SET time_zone = 'UTC'`);
  });

  it('and the filter agrees with the field', async () => {
    const source = `query ($status: [LotStatus!], $first: Int, $after: String) {
      page: lots(filter: { status: $status }, first: $first, after: $after) { nodes { id status } pageInfo { hasNextPage endCursor } } }`;
    await clinic.stock({ productId, expiresOn: await today(-30) });
    const recalled = await clinic.stock({ productId });
    await set(recalled.lotId, 'recalled = true');
    const quarantined = await clinic.stock({ productId });
    await set(quarantined.lotId, 'quarantined = true');
    await empty((await clinic.stock({ productId })).lotId);
    const all = await walk<{ id: string; status: string }>(clinic, here, source, 2);
    expect(new Set(all.map((lot) => lot.status)).size).toBe(5);
    for (const wanted of ['ACTIVE', 'QUARANTINED', 'RECALLED', 'EXPIRED', 'DEPLETED']) {
      const found = await walk(clinic, here, source, 2, { status: [wanted] });
      expect(found).toEqual(all.filter((lot) => lot.status === wanted));
    }
    expect(await walk(clinic, here, source, 3, { status: ['RECALLED', 'ACTIVE'] })).toEqual(
      all.filter((lot) => ['RECALLED', 'ACTIVE'].includes(lot.status)),
    );
  });
});

test('lots are found by number however it is typed, by product and by expiry', async () => {
  const other = await clinic.product({ name: 'Other' });
  const { lotId } = await clinic.stock({ productId: other, lotNumber: 'ab-12 C', expiresOn: '2090-01-02' });
  const found = async (filter: object) =>
    (
      await answer<{ lots: { nodes: { id: string }[] } }>(
        clinic,
        here,
        'query ($filter: LotFilter) { lots(filter: $filter) { nodes { id } } }',
        { filter },
      )
    ).lots.nodes;
  expect(await found({ lotNumber: ' AB 12-c' })).toEqual([{ id: lotId }]);
  expect(await found({ lotNumber: 'AB12' })).toEqual([]);
  expect(await found({ productId: other })).toEqual([{ id: lotId }]);
  expect(await found({ productId: other, expiresBefore: '2090-01-02' })).toEqual([]);
  expect(await found({ productId: other, expiresBefore: '2090-01-03', expiresAfter: '2090-01-01' })).toEqual([
    { id: lotId },
  ]);
  expect(await found({ productId: other, expiresAfter: '2090-01-02' })).toEqual([]);
});

describe('quantities', () => {
  const source = `query ($lot: ID!, $product: ID!, $at: ID) {
    lot(id: $lot) { stock { id } quantities { onHand reserved quarantine hold defective sample available } }
    product(id: $product) { availability(locationId: $at) { onHand available } } }`;

  it('sum the own places; available counts only what may be taken there today', async () => {
    const product = await clinic.product();
    const one = await clinic.stock({ productId: product, lotNumber: 'Q', quantity: '10' });
    const far = await clinic.stock({
      productId: product,
      lotNumber: 'Q',
      quantity: '7',
      locationId: clinic.elsewhereId,
    });
    const held = await clinic.stock({ productId: product, quantity: '5' });
    await clinic.owner.query(
      'UPDATE inventory.stock SET reserved_quantity = 1.5, quarantine_quantity = 2, hold_quantity = 3, defective_quantity = 4, sample_quantity = 5 WHERE id = $1',
      [one.stockId],
    );
    await clinic.owner.query(`UPDATE inventory.stock SET status = 'ON_HOLD', hold_quantity = 5 WHERE id = $1`, [
      held.stockId,
    ]);
    const lot = {
      onHand: '10',
      reserved: '1.5',
      quarantine: '2',
      hold: '3',
      defective: '4',
      sample: '5',
      available: '3.5',
    };
    const ids = { lot: one.lotId, product };
    expect(await answer(clinic, here, source, ids)).toEqual({
      lot: { stock: [{ id: one.stockId }], quantities: lot },
      product: { availability: { onHand: '15', available: '3.5' } },
    });
    expect(await answer(clinic, everywhere, source, { ...ids, at: clinic.elsewhereId })).toEqual({
      lot: {
        stock: [{ id: one.stockId }, { id: far.stockId }],
        quantities: { ...lot, onHand: '17', available: '10.5' },
      },
      product: { availability: { onHand: '7', available: '7' } },
    });
    const stranger = await answer(clinic, here, source, { ...ids, at: clinic.elsewhereId });
    expect(stranger).toMatchObject({ product: { availability: { onHand: '0', available: '0' } } });
    for (const fact of [
      'lot_recalled = true',
      'lot_recalled = false, lot_quarantined = true',
      `lot_quarantined = false, lot_expires_on = '${await today(-1)}'`,
    ]) {
      await clinic.owner.query(`UPDATE inventory.stock SET ${fact} WHERE id = $1`, [one.stockId]);
      expect(await answer(clinic, here, source, ids), fact).toMatchObject({
        lot: { quantities: { ...lot, available: '0' } },
      });
    }
    await clinic.owner.query('UPDATE inventory.stock SET lot_expires_on = $2 WHERE id = $1', [
      one.stockId,
      await today(),
    ]);
    expect(await answer(clinic, here, source, ids)).toMatchObject({ lot: { quantities: lot } });
  });

  it('a place that is no id is refused', async () => {
    const asked = await ask(clinic, here, source, { lot: uuid(), product: productId, at: 'x' });
    expect(asked.errors).toEqual(['BAD_USER_INPUT product.availability']);
  });
});

test('products by name, ties included; vendors and brands', async () => {
  const vendorId = uuid();
  await clinic.owner.query(
    `INSERT INTO catalogue.vendor (id, name) VALUES ($1, 'Acme  Pharma'), (gen_random_uuid(), 'Zeta')`,
    [vendorId],
  );
  await clinic.owner.query(
    `INSERT INTO catalogue.brand (id, name, vendor_id) VALUES ($1, 'Beta', $2), (gen_random_uuid(), 'Alpha', $2)`,
    [uuid(), vendorId],
  );
  for (let i = 0; i < 5; i += 1) await clinic.product({ name: 'Same', stockUnit: `box of ${i}` });
  const source = `query ($filter: ProductFilter, $first: Int, $after: String) {
    page: products(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const wanted = await clinic.all<{ id: string }>('SELECT id FROM catalogue.product ORDER BY name_key, id');
  for (const first of [1, 2, 200]) expect(await walk(clinic, here, source, first)).toEqual(wanted);
  expect(await walk(clinic, here, source, 50, { filter: { search: 'SAME' } })).toHaveLength(5);
  expect(
    await walk(clinic, here, source, 50, { filter: { search: 'same', category: 'Test', deaSchedule: 'CII' } }),
  ).toEqual([]);
  const { vendors } = await answer<{ vendors: unknown }>(
    clinic,
    here,
    '{ vendors(search: "me pha") { name brands { name vendor { name } } } }',
  );
  const vendor = { name: 'Acme  Pharma' };
  expect(vendors).toEqual([
    {
      ...vendor,
      brands: [
        { name: 'Alpha', vendor },
        { name: 'Beta', vendor },
      ],
    },
  ]);
});
