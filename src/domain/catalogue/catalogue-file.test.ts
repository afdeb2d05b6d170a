import { describe, expect, it } from 'vitest';
import { readAwareList } from './catalogue-file-aware.ts';
import { readNdcDirectory, stockUnitOf } from './catalogue-file-ndc.ts';
import { looseName, readTable, type FileChunks } from './catalogue-file-table.ts';
import { readCatalogueCsv } from './catalogue-file.ts';

/** The bytes in pieces of a few, so that every boundary falls inside something. */
async function* file(content: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const saying = (text: string): unknown => expect.stringContaining(text);

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

const csv = (content: string | Uint8Array) => all(readCatalogueCsv(file(content)));
const needed = { name: 'Gauze', category: 'Consumable', stockUnit: 'box' };

describe('readCatalogueCsv', () => {
  it('reads every field of a product', async () => {
    const header =
      'name,brandName,vendorName,category,subcategory,genericName,ndc,gtin,form,strength,isInjection,stockUnit,doseUnit,dosesPerStockUnit,isPrescription,deaSchedule,isAntibiotic,awareClass,pregnancyRisk,requiresReconstitution,labelStabilityHours,policyStabilityHours,singlePatientVial,storageMinCelsius,storageMaxCelsius,excursionBudgetMinutes,reorderPoint,reorderQuantity,unitPrice';
    const row =
      'Toxin 100,Acme,Acme Inc,Toxin,Face,botulinum toxin,50242-041-01,9506000134352,powder,100 units,yes,vial,unit,100,TRUE,C-III,no,,n,1,24,12,0,-20,8,0,5,10,412.5';
    expect(await csv(`${header}\n${row}\n`)).toEqual([
      {
        row: 2,
        product: {
          name: 'Toxin 100',
          brandName: 'Acme',
          vendorName: 'Acme Inc',
          category: 'Toxin',
          subcategory: 'Face',
          genericName: 'botulinum toxin',
          ndc: '50242-0041-01',
          gtin: '09506000134352',
          form: 'powder',
          strength: '100 units',
          isInjection: true,
          stockUnit: 'vial',
          doseUnit: 'unit',
          dosesPerStockUnit: '100',
          isPrescription: true,
          deaSchedule: 'CIII',
          isAntibiotic: false,
          pregnancyRisk: false,
          requiresReconstitution: true,
          labelStabilityHours: 24,
          policyStabilityHours: 12,
          singlePatientVial: false,
          storageMinCelsius: '-20',
          storageMaxCelsius: '8',
          excursionBudgetMinutes: 0,
          reorderPoint: '5',
          reorderQuantity: '10',
          unitPrice: '412.5',
        },
      },
    ]);
  });

  it.each([
    ['commas and spaced headers', 'Name, CATEGORY ,Stock unit\nGauze,Consumable,box\n'],
    ['semicolons', 'name;category;stock_unit\r\nGauze;Consumable;box\r\n'],
    ['tabs', 'name\tcategory\tstockUnit\nGauze\tConsumable\tbox'],
    ['a byte order mark before a quoted header', '\ufeff"name","category","stockUnit"\n"Gauze","Consumable","box"\n'],
    ['a title above the header', 'Our list of 2026,,\n,,\nname,category,stockUnit\nGauze,Consumable,box\n'],
  ])('reads %s', async (_, content) => {
    const [first, ...others] = await csv(content);
    expect(first).toMatchObject({ product: needed });
    expect(others).toEqual([]);
  });

  it('numbers rows as a spreadsheet does, over blank rows and cells with line breaks', async () => {
    const content = 'name,category,stockUnit,strength\nA,c,box,\n\n,,,\n"B\ntwo",c,box,\nC,c,box,1 %\n';
    expect(await csv(content)).toEqual([
      { row: 2, product: { name: 'A', category: 'c', stockUnit: 'box' } },
      { row: 5, product: { name: 'B two', category: 'c', stockUnit: 'box' } },
      { row: 6, product: { name: 'C', category: 'c', stockUnit: 'box', strength: '1 %' } },
    ]);
  });

  it('reads UTF-8 and Windows-1252, even in one file', async () => {
    const head = Buffer.from('name,category,stockUnit\n');
    const windows = Buffer.from([0x4c, 0xe9, 0x2c, 0x80, 0x92, 0x2c, 0x62, 0x6f, 0x78, 0x0a]);
    const utf8 = Buffer.from('Lé,€’,box\n');
    const rows = await csv(Buffer.concat([head, windows, utf8]));
    expect(rows.map((read) => 'product' in read && [read.product.name, read.product.category])).toEqual([
      ['Lé', '€’'],
      ['Lé', '€’'],
    ]);
  });

  it.each([
    ['ndc', '0002143380', 'is no NDC'],
    ['gtin', '09506000134351', 'check digit'],
    ['isInjection', 'maybe', 'must be yes or no'],
    ['unitPrice', '1;5', 'such as 12.5'],
    ['unitPrice', '-1', 'such as 12.5'],
    ['unitPrice', '1.00005', 'such as 12.5'],
    ['unitPrice', '1e3', 'such as 12.5'],
    ['unitPrice', '１２', 'such as 12.5'],
    ['dosesPerStockUnit', '0.0', 'above 0'],
    ['labelStabilityHours', '0', 'above 0'],
    ['labelStabilityHours', '1.5', 'whole number'],
    ['storageMinCelsius', 'cold', 'degrees Celsius'],
    ['deaSchedule', 'CI', 'CII, CIII, CIV, CV'],
    ['awareClass', 'Not recommended', 'ACCESS, WATCH, RESERVE'],
    ['form', 'x'.repeat(256), 'longer than 255'],
    ['genericName', 'x'.repeat(501), 'longer than 500'],
    ['genericName', 'a\0b', 'control character'],
  ])('refuses %s %j and keeps the next row', async (field, value, why) => {
    const rows = await csv(`name,category,stockUnit,${field}\nA,c,box,${value}\nGauze,Consumable,box,\n`);
    expect(rows).toEqual([
      { row: 2, refused: saying(why) },
      { row: 3, product: needed },
    ]);
  });

  it.each([
    [',c,box', 'name is missing'],
    ['A,,box', 'category is missing'],
    ['A,c', 'stockUnit is missing'],
    ['A,c,box,1,2,3', 'more cells than'],
    ['A,c,box,8,2', 'is above'],
  ])('refuses the row %j', async (row, why) => {
    const rows = await csv(`name,category,stockUnit,storageMinCelsius,storageMaxCelsius\n${row}\n`);
    expect(rows).toEqual([{ row: 2, refused: saying(why) }]);
  });

  it('tells once which column it does not know', async () => {
    const rows = await csv('name,category,stockUnit,Remark\nA,c,box,x\nB,c,box,y\n');
    expect(rows).toEqual([
      { row: 2, refused: saying('"remark"') },
      { row: 2, product: { name: 'A', category: 'c', stockUnit: 'box' } },
      { row: 3, product: { name: 'B', category: 'c', stockUnit: 'box' } },
    ]);
  });

  it.each([
    ['an empty file', '', 'no header row with the columns name, category, stockUnit'],
    ['no such columns', 'a,b\n1,2\n', 'no header row'],
    ['a header too far down', `${'x\n'.repeat(10)}name,category,stockUnit\n`, 'no header row'],
    ['a column twice', 'name,category,stockUnit,Stock unit\n', 'two columns "stockunit"'],
    ['a quote never closed', 'name,category,stockUnit\n"A,c,box\n', 'cannot be read as a table'],
  ])('refuses %s as a whole', async (_, content, why) => {
    await expect(csv(content)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: saying(why),
    });
  });

  it('closes the source when the reader stops early, and passes its faults on', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('name,category,stockUnit\n');
        for (;;) yield Buffer.from('A,c,box\n');
      } finally {
        closed = true;
      }
    }
    for await (const read of readCatalogueCsv(endless())) if (read.row === 100) break;
    await expect.poll(() => closed).toBe(true);

    async function* broken(): FileChunks {
      yield* file('name,category,stockUnit\nA,c,box\n'.padEnd(200, '\n'));
      throw new Error('disk gone');
    }
    await expect(all(readCatalogueCsv(broken()))).rejects.toThrow('disk gone');
  });
});

describe('readTable', () => {
  it('knows a column by its letters', () => {
    expect(['Brand name', 'brand_name', 'brandName', '\ufeffBRAND-NAME'].map(looseName)).toEqual(
      Array.from({ length: 4 }, () => 'brandname'),
    );
  });

  it('reads quotation marks in a tab-separated file as they stand', async () => {
    const rows = await all(readTable(file('A\tB\n"x\t5" y\n'), { file: 'list', required: [['A']], plainTabs: true }));
    expect(rows.map(({ cells }) => [...cells.values()])).toEqual([['"x', '5" y']]);
  });
});

describe('readAwareList', () => {
  it('reads the classes by generic name, below title rows', async () => {
    const content =
      'AWaRe classification,,,\nAntibiotic,Class,ATC code,Category\nAmoxicillin,Penicillins,J01CA04,Access\n' +
      'Azithromycin,Macrolides,J01FA10,Watch\nLinezolid,Oxazolidinones,J01XX08,RESERVE\n' +
      'Mix,Combination,,Not recommended\n,None,,Access\nAMOXICILLIN,Penicillins,,Watch\nAmoxicillin,Penicillins,,Access\n';
    const entry = (genericName: string, awareClass: string) => ({ genericName, isAntibiotic: true, awareClass });
    expect(await all(readAwareList(file(content)))).toEqual([
      { row: 3, product: entry('Amoxicillin', 'ACCESS') },
      { row: 4, product: entry('Azithromycin', 'WATCH') },
      { row: 5, product: entry('Linezolid', 'RESERVE') },
      { row: 6, refused: saying('Not recommended') },
      { row: 7, refused: saying('no name') },
      { row: 8, refused: 'AMOXICILLIN is ACCESS in an earlier row, WATCH here.' },
      { row: 9, product: entry('Amoxicillin', 'ACCESS') },
    ]);
  });

  it('reads our own column names too', async () => {
    expect(await all(readAwareList(file('genericName;awareClass\nCefazolin;ACCESS\n')))).toEqual([
      { row: 2, product: { genericName: 'Cefazolin', isAntibiotic: true, awareClass: 'ACCESS' } },
    ]);
  });
});

const productColumns =
  'PRODUCTID PRODUCTNDC PRODUCTTYPENAME PROPRIETARYNAME PROPRIETARYNAMESUFFIX NONPROPRIETARYNAME DOSAGEFORMNAME ROUTENAME STARTMARKETINGDATE ENDMARKETINGDATE MARKETINGCATEGORYNAME APPLICATIONNUMBER LABELERNAME SUBSTANCENAME ACTIVE_NUMERATOR_STRENGTH ACTIVE_INGRED_UNIT PHARM_CLASSES DEASCHEDULE NDC_EXCLUDE_FLAG LISTING_RECORD_CERTIFIED_THROUGH'.split(
    ' ',
  );
const packageColumns =
  'PRODUCTID PRODUCTNDC NDCPACKAGECODE PACKAGEDESCRIPTION STARTMARKETINGDATE ENDMARKETINGDATE NDC_EXCLUDE_FLAG SAMPLE_PACKAGE'.split(
    ' ',
  );

type Cells = Record<string, string>;
const tabbed = (columns: string[], rows: Cells[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => `${cells.join('\t')}\r\n`)
    .join('');

const vaccine: Cells = {
  PRODUCTID: 'p1',
  PRODUCTTYPENAME: 'VACCINE',
  PROPRIETARYNAME: 'Immunol',
  PROPRIETARYNAMESUFFIX: 'Junior',
  NONPROPRIETARYNAME: 'Influenza Vaccine',
  DOSAGEFORMNAME: 'INJECTION, SUSPENSION',
  ROUTENAME: 'INTRAMUSCULAR',
  LABELERNAME: 'Société Vaccins',
  ACTIVE_NUMERATOR_STRENGTH: '15; 30',
  ACTIVE_INGRED_UNIT: 'ug/.5mL; mg/1',
  PHARM_CLASSES: 'Vaccines [CS], Inactivated Influenza Vaccine [EPC]',
  NDC_EXCLUDE_FLAG: 'N',
};
const vaccineBox: Cells = {
  PRODUCTID: 'p1',
  NDCPACKAGECODE: '99999-101-10',
  PACKAGEDESCRIPTION: '10 VIAL, SINGLE-DOSE in 1 CARTON (99999-101-10)  > .5 mL in 1 VIAL, SINGLE-DOSE (99999-101-01)',
  NDC_EXCLUDE_FLAG: 'N',
};

const directory = (products: Cells[], packages: Cells[]) =>
  all(
    readNdcDirectory(
      {
        products: file(Buffer.from(tabbed(productColumns, products), 'latin1')),
        packages: file(Buffer.from(tabbed(packageColumns, packages), 'latin1')),
      },
      '2026-03-14',
    ),
  );

describe('readNdcDirectory', () => {
  it('gives one product a package', async () => {
    expect(await directory([vaccine], [vaccineBox])).toEqual([
      {
        row: 2,
        product: {
          name: 'Immunol Junior',
          brandName: 'Société Vaccins',
          vendorName: 'Société Vaccins',
          category: 'Vaccine',
          subcategory: 'Inactivated Influenza Vaccine',
          genericName: 'Influenza Vaccine',
          ndc: '99999-0101-10',
          form: 'injection, suspension',
          strength: '15 ug/.5mL; 30 mg',
          isInjection: true,
          isPrescription: true,
          stockUnit: 'vial',
        },
      },
    ]);
  });

  it('leaves untold what the directory does not tell', async () => {
    const bare = { PRODUCTID: 'p1', NONPROPRIETARYNAME: 'Water' };
    expect(await directory([bare], [vaccineBox])).toEqual([
      {
        row: 2,
        product: {
          name: 'Water',
          genericName: 'Water',
          category: 'Drug',
          isInjection: false,
          isPrescription: true,
          ndc: '99999-0101-10',
          stockUnit: 'vial',
        },
      },
    ]);
  });

  it.each<[string, Cells, Cells]>([
    ['over the counter', { PRODUCTTYPENAME: 'HUMAN OTC DRUG' }, { category: 'OTC drug' }],
    ['prescription', { PRODUCTTYPENAME: 'HUMAN PRESCRIPTION DRUG' }, { category: 'Prescription drug' }],
    ['a scheduled drug', { DEASCHEDULE: 'CII' }, { deaSchedule: 'CII' }],
    ['one unit short', { ACTIVE_INGRED_UNIT: 'mg/1' }, { strength: '15 mg; 30' }],
  ])('reads %s', async (_, cells, told) => {
    const [read] = await directory([{ ...vaccine, ...cells }], [vaccineBox]);
    expect(read).toMatchObject({ product: told });
  });

  it.each([
    ['INTRADERMAL; SUBCUTANEOUS', true],
    ['INTRA-ARTICULAR', true],
    ['EPIDURAL', true],
    ['ORAL', false],
    ['INTRAUTERINE', false],
    ['INTRAVESICAL', false],
    ['NASAL', false],
  ])('route %s: injection %s', async (route, isInjection) => {
    const [read] = await directory([{ ...vaccine, DOSAGEFORMNAME: 'SOLUTION', ROUTENAME: route }], [vaccineBox]);
    expect(read).toMatchObject({ product: { isInjection } });
  });

  it('takes over the counter as free of prescription', async () => {
    const [read] = await directory([{ ...vaccine, PRODUCTTYPENAME: 'HUMAN OTC DRUG' }], [vaccineBox]);
    expect(read).toMatchObject({ product: { isPrescription: false } });
  });

  it.each<[string, Cells, Cells, string]>([
    ['an excluded product', { NDC_EXCLUDE_FLAG: 'E' }, {}, 'row 2 of product.txt: Left out: the directory excludes it'],
    ['a product of the past', { ENDMARKETINGDATE: '20260313' }, {}, 'marketing ended on 2026-03-13'],
    [
      'a product without name',
      { PROPRIETARYNAME: '', PROPRIETARYNAMESUFFIX: '', NONPROPRIETARYNAME: '' },
      {},
      'no name',
    ],
    ['a forbidden schedule', { DEASCHEDULE: 'CI' }, {}, 'DEASCHEDULE must be'],
    ['an excluded package', {}, { NDC_EXCLUDE_FLAG: 'Y' }, 'excludes it (Y)'],
    ['a package of the past', {}, { ENDMARKETINGDATE: '20200131' }, 'marketing ended on 2020-01-31'],
    ['an unreadable date', {}, { ENDMARKETINGDATE: '31.1.2020' }, 'must be a date'],
    ['a package of no product', {}, { PRODUCTID: 'p9' }, 'not in product.txt'],
    ['a malformed code', {}, { NDCPACKAGECODE: '99999-101' }, 'is no NDC'],
    ['an unclear description', {}, { PACKAGEDESCRIPTION: 'some vials' }, 'what holds what'],
  ])('refuses %s, and goes on', async (_, product, pack, why) => {
    const good = [
      { ...vaccine, PRODUCTID: 'p2' },
      { ...vaccineBox, PRODUCTID: 'p2' },
    ] as const;
    const rows = await directory([{ ...vaccine, ...product }, good[0]], [{ ...vaccineBox, ...pack }, good[1]]);
    expect(rows).toEqual([{ row: 2, refused: saying(why) }, expect.objectContaining({ row: 3 })]);
    expect(rows[1]).toHaveProperty('product');
  });

  it('counts the last day of marketing in', async () => {
    const [read] = await directory([{ ...vaccine, ENDMARKETINGDATE: '20260314' }], [vaccineBox]);
    expect(read).toHaveProperty('product');
  });

  it('names the file whose columns are missing', async () => {
    const files = { products: file(tabbed(productColumns, [vaccine])), packages: file('PRODUCTID\tX\n') };
    await expect(all(readNdcDirectory(files, '2026-03-14'))).rejects.toThrow('The package.txt has no header row');
  });
});

describe('stockUnitOf', () => {
  it.each([
    ['10 VIAL, SINGLE-DOSE in 1 CARTON (0002-0152-01)  > .5 mL in 1 VIAL, SINGLE-DOSE', 'vial'],
    ['1 VIAL, SINGLE-DOSE in 1 CARTON (0002-0152-01)  / .5 mL in 1 VIAL, SINGLE-DOSE', 'vial'],
    ['25 VIAL in 1 TRAY (0002-0152-01)', 'vial'],
    ['4 SYRINGE, GLASS in 1 CARTON (0002-0152-01)  > .5 mL in 1 SYRINGE, GLASS', 'syringe'],
    ['30 TABLET, FILM COATED in 1 BOTTLE (0002-0152-01)', 'bottle'],
    ['1 BOTTLE, PLASTIC in 1 CARTON (0002-0152-01)  > 100 mL in 1 BOTTLE, PLASTIC', 'bottle'],
    ['1000 mL in 1 BAG (0002-0152-01)', 'bag'],
    ['4 PATCH in 1 CARTON (0002-0152-01)', 'box'],
    ['6 BLISTER PACK in 1 CARTON (0002-0152-01)  > 28 TABLET in 1 BLISTER PACK', 'blister pack'],
    ['1 KIT in 1 CARTON (0002-0152-01)  *  10 mL in 1 VIAL, SINGLE-DOSE (0002-0152-02)', 'kit'],
    ['.21 L in 1 CYLINDER (0002-0152-01)', 'cylinder'],
  ])('%s: %s', (description, unit) => {
    expect(stockUnitOf(description)).toBe(unit);
  });
});
