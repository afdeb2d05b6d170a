import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { readAwareList } from './catalogue-file-aware.ts';
import { readCatalogueCsv, type CatalogueProduct, type CatalogueRow } from './catalogue-file.ts';
import { importAwareList, importCatalogue } from './import-catalogue.ts';

async function* rowsOf(products: readonly CatalogueProduct[]): AsyncGenerator<CatalogueRow<CatalogueProduct>> {
  yield* products.map((product, index) => ({ row: index + 2, product }));
}
async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

describe('an import of the catalogue', () => {
  let clinic: TestClinic;
  beforeEach(async () => {
    clinic = await TestClinic.open();
  });
  afterEach(() => clinic.close());

  const load = (products: readonly CatalogueProduct[]) => importCatalogue(clinic.systemSession(), rowsOf(products));
  const all = () =>
    clinic.all(
      `SELECT to_jsonb(p) AS line FROM catalogue.product p UNION ALL SELECT to_jsonb(b) FROM catalogue.brand b
       UNION ALL SELECT to_jsonb(v) FROM catalogue.vendor v ORDER BY 1`,
    );
  const plain = (name: string, more: Partial<CatalogueProduct> = {}): CatalogueProduct => ({
    name,
    category: 'Drug',
    stockUnit: 'bottle',
    brandName: 'Acme',
    ...more,
  });

  const csv = [
    'Name,Brand,Vendor,Category,Stock unit,NDC,GTIN,Unit price,DEA schedule,Is injection',
    'Botox 100 U,Allergan,AbbVie,Toxin,vial,0023-1145-01,300231145014,600.50,,yes',
    'Saline,,,Solution,bag,,,,,',
    'Oxycodone,Acme,Acme Corp,Drug,bottle,11111-222-33,,12,CII,no',
    'Nameless NDC,Acme,,Drug,bottle,12,,,,',
    'Saline again,ACME,,Drug,bottle,,,,,',
  ].join('\n');

  it('adds what is new, and again changes nothing; bad rows are refused by number', async () => {
    const first = await importCatalogue(clinic.systemSession(), readCatalogueCsv(bytesOf(csv)));
    expect(first).toMatchObject({ added: 4, updated: 0, unchanged: 0, changed: {}, refusedCount: 1 });
    expect(first.refused).toMatchObject([{ row: 5, reason: expect.stringContaining('NDC') as string }]);
    const before = await all();
    const again = await importCatalogue(clinic.systemSession(), readCatalogueCsv(bytesOf(csv)));
    expect(again).toMatchObject({ added: 0, updated: 0, unchanged: 4, changed: {}, refusedCount: 1 });
    expect(await all()).toEqual(before);
    expect(
      await clinic.all(
        `SELECT p.name, b.name AS brand, v.name AS vendor, p.dea_schedule AS schedule, p.is_injection AS injected FROM catalogue.product p
         LEFT JOIN catalogue.brand b ON b.id = p.brand_id LEFT JOIN catalogue.vendor v ON v.id = b.vendor_id ORDER BY p.name`,
      ),
    ).toEqual([
      { name: 'Botox 100 U', brand: 'Allergan', vendor: 'AbbVie', schedule: null, injected: true },
      { name: 'Oxycodone', brand: 'Acme', vendor: 'Acme Corp', schedule: 'CII', injected: false },
      { name: 'Saline', brand: null, vendor: null, schedule: null, injected: false },
      { name: 'Saline again', brand: 'Acme', vendor: 'Acme Corp', schedule: null, injected: false },
    ]);
  });

  it('updates by what the file says and keeps what it does not say; on record', async () => {
    await load([plain('Amoxil', { ndc: '11111-0001-01', unitPrice: '5' })]);
    await clinic.owner.query(`UPDATE catalogue.product SET reorder_point = 3, strength = 'by hand'`);
    const report = await load([plain('Amoxil Forte', { ndc: '11111-0001-01', unitPrice: '6', brandName: 'New Acme' })]);
    expect(report).toMatchObject({ added: 0, updated: 1, changed: { name: 1, unitPrice: 1, brandId: 1 } });
    expect(await clinic.all('SELECT name, unit_price, reorder_point, strength FROM catalogue.product')).toEqual([
      { name: 'Amoxil Forte', unit_price: '6', reorder_point: '3', strength: 'by hand' },
    ]);
    const [entry] = await clinic.all(
      `SELECT before, after FROM audit.audit_entry WHERE action = 'importCatalogue' ORDER BY id DESC LIMIT 1`,
    );
    expect(entry).toMatchObject({
      before: { name: 'Amoxil', unitPrice: '5' },
      after: { name: 'Amoxil Forte', unitPrice: '6' },
    });
  });

  it('makes one of rows that mean one, within a batch and over the border of one', async () => {
    const spellings = ['Aspirin', 'ASPIRIN', ' aspirin '];
    const report = await load(
      Array.from({ length: 900 }, (_, n) => plain(spellings[n % 3] ?? '', { brandName: n % 2 ? 'ACME' : 'Acme' })),
    );
    expect(report.added).toBe(1);
    expect(report.added + report.updated + report.unchanged).toBe(900);
    expect(await clinic.all('SELECT count(*) FROM catalogue.product')).toEqual([{ count: '1' }]);
    expect(await clinic.all('SELECT count(*) FROM catalogue.brand')).toEqual([{ count: '1' }]);
  });

  it('tells packages apart by code, and teaches a code only to a product that agrees in form and strength', async () => {
    const packages = [plain('Ibuprofen', { ndc: '22222-0001-01' }), plain('Ibuprofen', { ndc: '22222-0001-02' })];
    expect(await load(packages)).toMatchObject({ added: 2 });
    expect(await load([plain('Ibuprofen')])).toMatchObject({ added: 0, refusedCount: 1 });
    await load([plain('Naproxen')]);
    expect(await load([plain('Naproxen', { ndc: '22222-0002-01', strength: '500 mg' })])).toMatchObject({ added: 1 });
    expect(await load([plain('NAPROXEN', { gtin: '00300030000019', name: 'Naproxen' })])).toMatchObject({
      added: 0,
      updated: 1,
      changed: { gtin: 1 },
    });
    expect(await load([plain('Naproxen', { ndc: '22222-0002-01', gtin: '00300030000019' })])).toMatchObject({
      refusedCount: 1,
      refused: [{ row: 2, reason: 'Its NDC and its GTIN belong to different products.' }],
    });
  });

  it('refuses a row that would change what stock is counted in, and goes on', async () => {
    await load([plain('Counted', { ndc: '33333-0001-01' })]);
    const [product] = await clinic.all<{ id: string }>('SELECT id FROM catalogue.product');
    await clinic.stock({ productId: product?.id ?? '' });
    const report = await load([plain('Counted', { ndc: '33333-0001-01', stockUnit: 'tablet' }), plain('Next')]);
    expect(report).toMatchObject({
      added: 1,
      updated: 0,
      refused: [{ row: 2, reason: expect.stringContaining('stockUnit') as string }],
    });
  });

  it('does not double what two import at once', async () => {
    const products = Array.from({ length: 300 }, (_, n) =>
      plain(
        `Product ${n}`,
        n % 2 ? { ndc: `44444-0001-${String(n % 100).padStart(2, '0')}`, name: `P ${n % 100}` } : {},
      ),
    );
    const reports = await Promise.all([load(products), load([...products].reverse())]);
    const made = await clinic.one<{ count: string }>('SELECT count(*) FROM catalogue.product');
    expect(made.count).toBe('200');
    expect(reports.reduce((total, { added }) => total + added, 0)).toBe(200);
  });

  it('lets the rest of a batch pass when one row breaks a rule that only the database sees', async () => {
    // Stands for a rule that the import's own comparison of rows would not foresee.
    await clinic.owner.query(`DROP INDEX catalogue.product_identity;
      CREATE UNIQUE INDEX product_identity ON catalogue.product (form) WHERE form = 'taken'`);
    const rows = Array.from({ length: 20 }, (_, n) => plain(`Row ${n}`, n === 7 || n === 13 ? { form: 'taken' } : {}));
    expect(await load(rows)).toMatchObject({ added: 19, refusedCount: 1, refused: [{ row: 15 }] });
  });

  it('classes antibiotics by generic name, and again changes nothing', async () => {
    await load([
      plain('Amoxil', { genericName: 'AMOXICILLIN' }),
      plain('Trimox', { genericName: 'amoxicillin' }),
      plain('Tylenol', { genericName: 'acetaminophen' }),
    ]);
    const list = 'Antibiotic,Category\nAmoxicillin,Access\nMeropenem,Watch\nNonsense,Unclear\n';
    const session = clinic.systemSession();
    expect(await importAwareList(session, readAwareList(bytesOf(list)))).toMatchObject({
      updated: 2,
      unchanged: 0,
      changed: { isAntibiotic: 2, awareClass: 2 },
      refusedCount: 1,
    });
    expect(await importAwareList(session, readAwareList(bytesOf(list)))).toMatchObject({ updated: 0, unchanged: 2 });
    expect(
      await clinic.all(`SELECT name FROM catalogue.product WHERE aware_class = 'ACCESS' AND is_antibiotic ORDER BY 1`),
    ).toEqual([{ name: 'Amoxil' }, { name: 'Trimox' }]);
  });
});
