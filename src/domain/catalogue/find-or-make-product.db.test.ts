import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { findOrMakeProduct, findOrMakeVendor, type WantedProduct } from './find-or-make-product.ts';

const nothing: WantedProduct = {
  productId: null,
  gtin: null,
  ndc: null,
  brandName: null,
  productName: null,
  genericName: null,
  category: null,
  subcategory: null,
  stockUnit: null,
};
const named = (brandName: string, productName: string, more: Partial<WantedProduct> = {}): WantedProduct => ({
  ...nothing,
  brandName,
  productName,
  category: 'Injectable',
  stockUnit: 'vial',
  ...more,
});

describe('a product that an intake names', () => {
  let clinic: TestClinic;
  let actor: Actor;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    actor = await clinic.actor(['TECHNICIAN']);
  });
  afterAll(() => clinic.close());

  const find = (wanted: WantedProduct) => clinic.as(actor, (tx) => findOrMakeProduct(tx, wanted));
  const count = async (table: string, where: string) =>
    (await clinic.one<{ count: string }>(`SELECT count(*) FROM catalogue.${table} WHERE ${where}`)).count;

  it('is one, however its brand is typed and however many make it at once', async () => {
    const spellings = [
      'Élan Vital',
      ' élan  vital',
      'ELAN\u0301 VITAL'.replace('ELAN\u0301', 'E\u0301LAN'),
      'Élan\u00a0vital',
    ];
    const names = ['Filler One', 'FILLER ONE', 'filler   one'];
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) => find(named(spellings[n % 4] ?? '', names[n % 3] ?? ''))),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made.filter((product) => product.made)).toHaveLength(1);
    expect(await count('brand', `name_key = 'élan vital'`)).toBe('1');
    expect(await count('product', `name_key = 'filler one'`)).toBe('1');
    expect(await clinic.all(`SELECT payload FROM ops.outbox WHERE topic = 'product.changed'`)).toEqual([
      { payload: { productIds: [made[0]?.id] } },
    ]);
  });

  it('is one when two make it at once and only one of them knows its code', async () => {
    await find(named('Codex', 'Another one, so that the brand is there'));
    const coded = named('Codex', 'Coded', { gtin: '00300010000011' });
    const [first, second] = await oneThenTheOther(
      clinic,
      { as: actor, work: (tx) => findOrMakeProduct(tx, coded) },
      { as: actor, work: (tx) => findOrMakeProduct(tx, named('CODEX', 'coded')) },
    );
    expect(first).toMatchObject({ status: 'fulfilled', value: { made: true } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { made: false } });
    expect(await clinic.all(`SELECT gtin FROM catalogue.product WHERE name = 'Coded'`)).toEqual([
      { gtin: '00300010000011' },
    ]);
  });

  it('is found by its code under any name', async () => {
    const made = await find(named('Allergan', 'Botox 100 U', { gtin: '00300231145014', ndc: '00023-1145-01' }));
    expect(await find({ ...nothing, gtin: '00300231145014' })).toEqual({ ...made, made: false });
    expect((await find({ ...nothing, ndc: '00023-1145-01' })).id).toBe(made.id);
    expect((await find(named('Other', 'Other', { gtin: '00300231145014' }))).id).toBe(made.id);
    expect(await count('brand', `name = 'Other'`)).toBe('0');
  });

  it('learns a code that it lacked, on record, and keeps the one that it has', async () => {
    const made = await find(named('Galderma', 'Dysport'));
    expect((await find(named('GALDERMA', 'dysport', { gtin: '00302990000015' }))).id).toBe(made.id);
    expect((await find({ ...nothing, gtin: '00302990000015' })).id).toBe(made.id);
    const learned = await clinic.one(
      `SELECT actor_id, after FROM audit.audit_entry WHERE entity_id = $1 AND action = 'updateProduct'`,
      [made.id],
    );
    expect(learned).toEqual({ actor_id: actor.id, after: { gtin: '00302990000015' } });
    const other = await find(named('Galderma', 'Dysport', { gtin: '00302990000022' }));
    expect(other).toMatchObject({ made: true });
    expect(other.id).not.toBe(made.id);
  });

  it.each([
    ['nothing', nothing, 'BAD_USER_INPUT'],
    ['a code that nobody knows', { ...nothing, gtin: '00312345678906' }, 'BAD_USER_INPUT'],
    ['an id that is not there', { ...nothing, productId: '01900000-0000-7000-8000-000000000000' }, 'NOT_FOUND'],
    ['an id that is no UUID', { ...nothing, productId: 'botox' }, 'NOT_FOUND'],
    ['no stock unit', named('Fresh', 'Fresh', { stockUnit: null }), 'BAD_USER_INPUT'],
  ])('is not made of %s', async (_, wanted, code) => {
    const before = await count('product', 'true');
    await expect(find(wanted)).rejects.toMatchObject({ code });
    expect(await count('product', 'true')).toBe(before);
    expect(await count('brand', `name = 'Fresh'`)).toBe('0');
  });

  it('names one of several when it is not clear which', async () => {
    await find(named('Twin', 'Twin', { gtin: '00300020000010' }));
    await find(named('Twin', 'Twin', { gtin: '00300020000027' }));
    await expect(find(named('Twin', 'Twin'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      context: { field: 'productId' },
    });
  });

  it('has a vendor that is one, too', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        clinic.as(actor, (tx) => findOrMakeVendor(tx, n % 2 === 0 ? 'McKesson  Corp' : 'MCKESSON CORP')),
      ),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  });
});
