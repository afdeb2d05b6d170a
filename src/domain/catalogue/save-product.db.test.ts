import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { createProduct, updateProduct, type ProductToSave } from './save-product.ts';

const basics = { name: 'Saline', category: 'Solution', stockUnit: 'bag' };

describe('products of the catalogue', () => {
  let clinic: TestClinic;
  let manager: Actor;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    manager = await clinic.actor(['MANAGER']);
  });
  afterAll(() => clinic.close());

  const create = async (input: ProductToSave) =>
    (await clinic.as(manager, (tx) => createProduct(tx, input)))['product']?.[0] ?? '';
  const update = (id: string, input: ProductToSave) => clinic.as(manager, (tx) => updateProduct(tx, id, input));
  const row = (id: string) => clinic.one('SELECT * FROM catalogue.product WHERE id = $1', [id]);
  const everything = () =>
    clinic.all(`SELECT to_jsonb(p) AS product FROM catalogue.product p UNION ALL SELECT to_jsonb(b) FROM catalogue.brand b
      UNION ALL SELECT to_jsonb(v) FROM catalogue.vendor v UNION ALL SELECT to_jsonb(a) FROM audit.audit_entry a
      UNION ALL SELECT to_jsonb(o) FROM ops.outbox o ORDER BY 1`);

  it('keep all that was said of them, codes in one form', async () => {
    const id = await create({
      name: '  Botox® Cosmetic ',
      category: 'Neurotoxin',
      subcategory: 'Type A',
      genericName: 'onabotulinumtoxinA',
      brandName: 'Allergan',
      vendorName: 'AbbVie',
      ndc: '0023-1145-01',
      gtin: '300231145014',
      form: 'powder',
      strength: '100 U',
      isInjection: true,
      stockUnit: 'vial',
      doseUnit: 'unit',
      dosesPerStockUnit: '100',
      isPrescription: true,
      deaSchedule: null,
      isAntibiotic: true,
      awareClass: 'WATCH',
      pregnancyRisk: true,
      requiresReconstitution: true,
      labelStabilityHours: 24,
      policyStabilityHours: 48,
      singlePatientVial: true,
      storageMinCelsius: '2',
      storageMaxCelsius: '8',
      excursionBudgetMinutes: 120,
      reorderPoint: '2.5',
      reorderQuantity: '10',
      unitPrice: '612.3456',
    });
    expect(await row(id)).toMatchObject({
      name: 'Botox® Cosmetic',
      ndc: '00023-1145-01',
      gtin: '00300231145014',
      doses_per_stock_unit: '100',
      is_injection: true,
      aware_class: 'WATCH',
      storage_min_celsius: '2.00',
      reorder_point: '2.5',
      unit_price: '612.3456',
      policy_stability_hours: 48,
    });
    expect(
      await clinic.one(
        `SELECT b.name AS brand, v.name AS vendor FROM catalogue.product p JOIN catalogue.brand b ON b.id = p.brand_id
         JOIN catalogue.vendor v ON v.id = b.vendor_id WHERE p.id = $1`,
        [id],
      ),
    ).toEqual({ brand: 'Allergan', vendor: 'AbbVie' });
    const told = await clinic.all(
      `SELECT payload FROM ops.outbox WHERE topic = 'product.changed' AND payload->'productIds' ? $1`,
      [id],
    );
    expect(told).toHaveLength(1);
  });

  it('change by what is given; absent keeps, null clears; on record with before and after', async () => {
    const id = await create({
      ...basics,
      name: 'Changing',
      unitPrice: '5',
      genericName: 'sodium chloride',
      isPrescription: true,
    });
    await update(id, { ...basics, name: 'Changed', unitPrice: '6.5', genericName: null });
    expect(await row(id)).toMatchObject({
      name: 'Changed',
      unit_price: '6.5',
      generic_name: null,
      is_prescription: true,
    });
    const entry = await clinic.one(
      `SELECT before, after FROM audit.audit_entry WHERE entity_id = $1 AND action = 'updateProduct'`,
      [id],
    );
    expect(entry).toEqual({
      before: { name: 'Changing', unitPrice: '5', genericName: 'sodium chloride' },
      after: { name: 'Changed', unitPrice: '6.5', genericName: null },
    });
  });

  it('refuse what cannot be, and a refused call changes nothing', async () => {
    const id = await create({ ...basics, name: 'Firm', gtin: '00300030000019', ndc: '11111-2222-33' });
    const before = await everything();
    const wrong: [ProductToSave, string, string][] = [
      [{ ...basics, name: ' ' }, 'BAD_USER_INPUT', 'name'],
      [{ ...basics, name: 'x'.repeat(501) }, 'BAD_USER_INPUT', 'name'],
      [{ ...basics, category: 'x'.repeat(101) }, 'BAD_USER_INPUT', 'category'],
      [{ ...basics, brandName: 'x'.repeat(256) }, 'BAD_USER_INPUT', 'brandName'],
      [{ ...basics, vendorName: 'Nobody' }, 'BAD_USER_INPUT', 'brandName'],
      [{ ...basics, gtin: '00300030000011' }, 'BAD_USER_INPUT', 'gtin'],
      [{ ...basics, ndc: '1-2-3' }, 'BAD_USER_INPUT', 'ndc'],
      [{ ...basics, awareClass: 'WATCH' }, 'BAD_USER_INPUT', 'awareClass'],
      [{ ...basics, storageMinCelsius: '8', storageMaxCelsius: '2' }, 'BAD_USER_INPUT', 'storageMinCelsius'],
      [{ ...basics, storageMaxCelsius: '201' }, 'BAD_USER_INPUT', 'storageMaxCelsius'],
      [{ ...basics, storageMaxCelsius: '2.125' }, 'BAD_USER_INPUT', 'storageMaxCelsius'],
      [{ ...basics, labelStabilityHours: 0 }, 'BAD_USER_INPUT', 'labelStabilityHours'],
      [{ ...basics, dosesPerStockUnit: '0' }, 'INVALID_QUANTITY', 'dosesPerStockUnit'],
      [{ ...basics, unitPrice: '-1' }, 'BAD_USER_INPUT', 'unitPrice'],
      [{ ...basics, name: 'Other', brandName: 'Never made', gtin: '00300030000019' }, 'DUPLICATE', 'gtin'],
      [{ ...basics, name: 'Other', brandName: 'Never made', ndc: '11111-2222-33' }, 'DUPLICATE', 'ndc'],
    ];
    for (const [input, code, field] of wrong) {
      await expect(create(input), field).rejects.toMatchObject({ code, context: { field } });
    }
    await expect(update('01900000-0000-7000-8000-000000000000', basics)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(update('none', basics)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(create({ ...basics, name: 'FIRM', gtin: '300030000019', ndc: '11111222233' })).rejects.toMatchObject({
      code: 'DUPLICATE',
    });
    expect(await everything()).toEqual(before);
    expect(id).toBeDefined();
  });

  it('are one where two make the same at once', async () => {
    const made = await Promise.allSettled(
      Array.from({ length: 8 }, () => create({ ...basics, name: 'Same', brandName: 'Same' })),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of made) {
      if (each.status === 'rejected')
        expect(each.reason).toMatchObject({ code: 'DUPLICATE', context: { field: 'name' } });
    }
  });

  it('keep the meaning of their units once stock exists; a first dose count may still come', async () => {
    const productId = await create({ ...basics, name: 'Counted' });
    await update(productId, { ...basics, name: 'Counted', stockUnit: 'box' });
    await clinic.stock({ productId });
    await expect(update(productId, { ...basics, name: 'Counted', stockUnit: 'bag' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      context: { field: 'stockUnit' },
    });
    const counted = { ...basics, name: 'Counted', stockUnit: 'box', dosesPerStockUnit: '10' };
    await update(productId, counted);
    await update(productId, { ...counted, unitPrice: '3' });
    for (const dosesPerStockUnit of ['11', null]) {
      await expect(update(productId, { ...counted, dosesPerStockUnit })).rejects.toMatchObject({
        context: { field: 'dosesPerStockUnit' },
      });
    }
  });
});
