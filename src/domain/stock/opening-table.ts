/**
 * Reads a spreadsheet of opening stock, one row a batch: product (name, or gtin or ndc), lot, expiry, quantity, unit cost,
 * location, position. Headers are matched loosely; delimiter and encoding are found by `readTable`.
 * Guarantees: a row that cannot be read is told with its number and reason, under the names of the file's own columns, and the
 * reading goes on. Refuses the file as
 * `readTable` does. Locks nothing.
 */
import { looseName, readTable, type FileChunks } from '../catalogue/catalogue-file-table.ts';
import { PaymentTerms } from '../../schema/enums.ts';
import { writtenDay } from './written-day.ts';

const names = {
  product: ['product', 'product name', 'item', 'item name', 'name', 'drug', 'medicine'],
  brand: ['brand', 'brand name', 'manufacturer'],
  gtin: ['gtin', 'barcode', 'ean', 'upc'],
  ndc: ['ndc', 'ndc code'],
  category: ['category'],
  unit: ['unit', 'stock unit', 'uom'],
  vendor: ['vendor', 'vendor name', 'supplier'],
  lot: ['lot', 'lot number', 'lot no', 'batch', 'batch number', 'batch no'],
  expiry: [
    'expiry',
    'expiry date',
    'expires',
    'expires on',
    'expiration',
    'expiration date',
    'exp',
    'exp date',
    'best before',
  ],
  quantity: ['quantity', 'qty', 'on hand', 'count', 'stock'],
  unitCost: ['unit cost', 'cost', 'cost per unit', 'unit cogs', 'purchase price per unit'],
  location: ['location', 'location code', 'site', 'clinic', 'pharmacy', 'warehouse'],
  position: ['position', 'place', 'bin location'],
  zone: ['zone'],
  rack: ['rack'],
  shelf: ['shelf'],
  bin: ['bin'],
  paymentTerms: ['payment terms', 'terms'],
} as const;
type Field = keyof typeof names;

export const openingTemplate = `product,brand,category,unit,gtin,ndc,lot,expiry,quantity,unit cost,location,position,vendor
Amoxicillin 500 mg capsules,Example Brand,Antibiotics,box,,,AB1234,2027-03-31,12,4.50,CLINIC-1,Room 2/Cabinet A/3,Example Wholesale
`;

/** As told, but for days, numbers and codes, which are read. */
export interface OpeningStock {
  readonly productName: string | null;
  readonly brandName: string | null;
  readonly gtin: string | null;
  readonly ndc: string | null;
  readonly category: string | null;
  readonly stockUnit: string | null;
  readonly vendorName: string | null;
  readonly lotNumber: string;
  readonly expiresOn: string | null;
  readonly quantity: string;
  readonly unitCogs: string;
  readonly location: string;
  readonly position: readonly (string | null)[];
  readonly paymentTerms: PaymentTerms | null;
}

export type OpeningRow =
  | { readonly row: number; readonly stock: OpeningStock; readonly columnOf: (field: string) => string | null }
  | { readonly row: number; readonly refused: string };

/** From which column comes what intake knows by another name. */
const fieldsOfIntake: Readonly<Record<string, Field>> = {
  ...{ productId: 'product', productName: 'product', brandName: 'brand', stockUnit: 'unit', vendorName: 'vendor' },
  ...{ manufacturerLotNumber: 'lot', expiresOn: 'expiry', unitCogs: 'unitCost', locationId: 'location' },
};

export async function* readOpeningTable(source: FileChunks): AsyncGenerator<OpeningRow> {
  const required = [
    [...names.product, ...names.gtin, ...names.ndc],
    names.lot,
    names.quantity,
    names.unitCost,
    names.location,
  ];
  for await (const { row, cells, headers, surplus } of readTable(source, { file: 'CSV of opening stock', required })) {
    const told = new ToldRow(cells, headers);
    const problems = surplus > 0 ? ['it has more cells than there are columns'] : [];
    const stock = stockOf(told, problems);
    yield problems.length > 0
      ? { row, refused: problems.join('; ') }
      : { row, stock, columnOf: (field) => told.columnOf(fieldsOfIntake[field] ?? field) };
  }
}

class ToldRow {
  constructor(
    private readonly cells: ReadonlyMap<string, string>,
    private readonly headers: ReadonlyMap<string, string>,
  ) {}

  cell(field: Field): string | null {
    return names[field].map((name) => this.cells.get(looseName(name))).find((value) => value !== undefined) ?? null;
  }

  /** As the file's header has it, of the column from which it was taken, or else would be; null where there is none. */
  columnOf(field: string): string | null {
    const columns = isField(field) ? names[field].map(looseName).filter((name) => this.headers.has(name)) : [];
    return this.headers.get(columns.find((name) => this.cells.has(name)) ?? columns[0] ?? '') ?? null;
  }

  /** Ours, with the file's own beside it where that is another. */
  wordFor(field: Field): string {
    const column = this.columnOf(field);
    const [word] = names[field];
    return column === null || looseName(column) === looseName(word) ? word : `${word} (column "${column}")`;
  }
}

const isField = (name: string): name is Field => Object.hasOwn(names, name);

function stockOf(told: ToldRow, problems: string[]): OpeningStock {
  const cell = (field: Field) => told.cell(field);
  const needed = (field: Field) => {
    const text = cell(field);
    if (text === null) problems.push(`${told.wordFor(field)} is missing`);
    return text ?? '';
  };
  const amount = (field: Field) => number(needed(field), told.wordFor(field), problems);
  const expiry = cell('expiry');
  const day = expiry === null || /^(none|n\/a|-)$/i.test(expiry) ? { day: null } : writtenDay(expiry);
  if ('problem' in day) problems.push(`${told.wordFor('expiry')}: ${day.problem}`);
  const terms = cell('paymentTerms')?.toUpperCase().replace(/[ -]/g, '_') ?? null;
  if (terms !== null && !(terms in PaymentTerms))
    problems.push(`${told.wordFor('paymentTerms')}: "${terms}" is none of ${Object.keys(PaymentTerms).join(', ')}`);
  if (cell('product') === null && cell('gtin') === null && cell('ndc') === null)
    problems.push(`${told.wordFor('product')} is missing`);
  return {
    productName: cell('product'),
    brandName: cell('brand'),
    gtin: cell('gtin'),
    ndc: cell('ndc'),
    category: cell('category'),
    stockUnit: cell('unit'),
    vendorName: cell('vendor'),
    lotNumber: needed('lot'),
    expiresOn: 'day' in day ? day.day : null,
    quantity: amount('quantity'),
    unitCogs: amount('unitCost'),
    location: needed('location'),
    position: positionOf(cell),
    paymentTerms: terms as PaymentTerms | null,
  };
}

/** Zone, rack, shelf, bin: in columns of their own, or in one, with strokes between. */
function positionOf(cell: (field: Field) => string | null): (string | null)[] {
  const parts = (cell('position') ?? '').split(/\s*[/>]\s*/).filter((part) => part !== '');
  const [zone, rack, shelf, ...bin] = parts;
  const split = [zone, rack, shelf, bin.length === 0 ? undefined : bin.join('/')];
  return (['zone', 'rack', 'shelf', 'bin'] as const).map((field, index) => cell(field) ?? split[index] ?? null);
}

/** 1250.5, 1,250.50 and 1 250,50; what could be two numbers (1,250) is none, and no currency is read. */
function number(told: string, word: string, problems: string[]): string {
  if (told === '') return '';
  const text = told.replace(/^[$€£]\s*|\s*[$€£]$/g, '').replaceAll(/[ \u00a0\u202f']/g, '');
  const plain = /^\d{1,14}([.,]\d{1,4})?$/.test(text);
  if (/^\d{1,3}(,\d{3})+\.\d{1,4}$/.test(text)) return text.replaceAll(',', '');
  if (/^\d{1,3}(\.\d{3})+,\d{1,4}$/.test(text)) return text.replaceAll('.', '').replace(',', '.');
  if (plain && !/^[1-9]\d{0,2},\d{3}$/.test(text)) return text.replace(',', '.');
  problems.push(
    plain
      ? `${word}: "${told}" may be two numbers: write it with a point and without thousands`
      : `${word}: "${told}" is not a number of at most 4 decimals`,
  );
  return '';
}
