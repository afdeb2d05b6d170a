/**
 * Reads a plain CSV of products for the catalogue import: one row a product, headers named like the product's fields
 * (case, spaces and underscores do not matter).
 * Guarantees: a good row is given whole, a bad one is refused with its number and reason, and the reading goes on; an
 * empty cell says nothing about its field; a column that is not known is told once, where it is first filled, and left
 * out. Refuses the file as `readTable` does. Locks nothing.
 */
import { Refusal } from '../../refusal.ts';
import { exact, isPositive } from '../decimal.ts';
import { looseName, readTable, type FileChunks, type TableRow } from './catalogue-file-table.ts';
import { normaliseGtin } from './gs1.ts';
import { normaliseNdc } from './ndc.ts';

export interface CatalogueProduct {
  name: string;
  category: string;
  stockUnit: string;
  brandName?: string;
  vendorName?: string;
  subcategory?: string;
  genericName?: string;
  /** Canonical, 5-4-2. */
  ndc?: string;
  /** 14 digits. */
  gtin?: string;
  form?: string;
  strength?: string;
  isInjection?: boolean;
  doseUnit?: string;
  dosesPerStockUnit?: string;
  isPrescription?: boolean;
  deaSchedule?: DeaSchedule;
  isAntibiotic?: boolean;
  awareClass?: AwareClass;
  pregnancyRisk?: boolean;
  requiresReconstitution?: boolean;
  labelStabilityHours?: number;
  policyStabilityHours?: number;
  singlePatientVial?: boolean;
  storageMinCelsius?: string;
  storageMaxCelsius?: string;
  excursionBudgetMinutes?: number;
  reorderPoint?: string;
  reorderQuantity?: string;
  unitPrice?: string;
}

const deaSchedules = ['CII', 'CIII', 'CIV', 'CV'] as const;
const awareClasses = ['ACCESS', 'WATCH', 'RESERVE'] as const;
export type DeaSchedule = (typeof deaSchedules)[number];
export type AwareClass = (typeof awareClasses)[number];

export type CatalogueRow<Read> = { row: number; product: Read } | { row: number; refused: string };

const longestText = new Map([
  ['brandName', 255],
  ['vendorName', 255],
  ['category', 100],
  ['subcategory', 100],
  ['form', 255],
  ['stockUnit', 50],
  ['doseUnit', 50],
]);

type Reader<Value> = (text: string, field: string) => Value;
type Readers = { [Field in keyof CatalogueProduct]-?: Reader<NonNullable<CatalogueProduct[Field]>> };

const readers: Readers = {
  name: readText,
  category: readText,
  stockUnit: readText,
  brandName: readText,
  vendorName: readText,
  subcategory: readText,
  genericName: readText,
  ndc: normaliseNdc,
  gtin: normaliseGtin,
  form: readText,
  strength: readText,
  isInjection: readYesNo,
  doseUnit: readText,
  dosesPerStockUnit: readDoses,
  isPrescription: readYesNo,
  deaSchedule: readDeaSchedule,
  isAntibiotic: readYesNo,
  awareClass: readAwareClass,
  pregnancyRisk: readYesNo,
  requiresReconstitution: readYesNo,
  labelStabilityHours: readHours,
  policyStabilityHours: readHours,
  singlePatientVial: readYesNo,
  storageMinCelsius: readCelsius,
  storageMaxCelsius: readCelsius,
  excursionBudgetMinutes: readWhole,
  reorderPoint: readDecimal,
  reorderQuantity: readDecimal,
  unitPrice: readDecimal,
};

const fields = new Map(fieldNames().map((field) => [looseName(field), field]));
for (const [alias, field] of [
  ['brand', 'brandName'],
  ['vendor', 'vendorName'],
] as const)
  fields.set(alias, field);

export async function* readCatalogueCsv(source: FileChunks): AsyncGenerator<CatalogueRow<CatalogueProduct>> {
  const required = [['name'], ['category'], ['stockUnit']];
  const unknown = new Set<string>();
  for await (const tableRow of readTable(source, { file: 'product file', required })) {
    for (const column of tableRow.cells.keys()) {
      if (fields.has(column) || unknown.has(column)) continue;
      unknown.add(column);
      yield { row: tableRow.row, refused: `Column "${column}" is none of the product's fields; it is left out.` };
    }
    yield readRow(tableRow.row, () => productOf(tableRow));
  }
}

/** A refusal inside one row is that row's answer; anything else is a fault and ends the reading. */
export function readRow<Read>(row: number, read: () => Read): CatalogueRow<Read> {
  try {
    return { row, product: read() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { row, refused: error.message };
  }
}

function productOf({ cells, surplus }: TableRow): CatalogueProduct {
  if (surplus > 0)
    throw refusal('The row has more cells than the header has columns. Quote cells that hold the separator.');
  const product: Partial<CatalogueProduct> = {};
  for (const [column, text] of cells) {
    const field = fields.get(column);
    if (field !== undefined) Object.assign(product, { [field]: readers[field](text, field) });
  }
  const { name, category, stockUnit } = product;
  if (name === undefined) throw refusal('name is missing.');
  if (category === undefined) throw refusal('category is missing.');
  if (stockUnit === undefined) throw refusal('stockUnit is missing: say what is counted, such as vial, box or tablet.');
  const { storageMinCelsius: coldest, storageMaxCelsius: warmest } = product;
  if (coldest !== undefined && warmest !== undefined && exact(coldest).gt(warmest)) {
    throw refusal('storageMinCelsius is above storageMaxCelsius.');
  }
  return { ...product, name, category, stockUnit };
}

function fieldNames(): (keyof CatalogueProduct)[] {
  return Object.keys(readers).filter((key): key is keyof CatalogueProduct => key in readers);
}

export function readText(text: string, field: string): string {
  const longest = longestText.get(field) ?? 500;
  if (text.length > longest) throw refusal(`${field} is longer than ${longest} characters.`);
  if (/\p{Cc}/u.test(text.replace(/[\r\n\t]/g, ' '))) throw refusal(`${field} holds a control character.`);
  return text.replace(/\s+/g, ' ');
}

function readYesNo(text: string, field: string): boolean {
  if (/^(?:true|yes|y|1)$/i.test(text)) return true;
  if (/^(?:false|no|n|0)$/i.test(text)) return false;
  throw refusal(`${field} must be yes or no, not ${JSON.stringify(text)}.`);
}

function readDecimal(text: string, field: string): string {
  if (/^\d{1,14}(?:\.\d{1,4})?$/.test(text)) return text;
  throw refusal(
    `${field} must be a number such as 12.5, with a point and at most 4 decimals, not ${JSON.stringify(text)}.`,
  );
}

function readDoses(text: string, field: string): string {
  const doses = readDecimal(text, field);
  if (!isPositive(doses)) throw refusal(`${field} must be above 0.`);
  return doses;
}

function readHours(text: string, field: string): number {
  const hours = readWhole(text, field);
  if (hours === 0) throw refusal(`${field} must be above 0; leave it empty where the label says nothing.`);
  return hours;
}

function readCelsius(text: string, field: string): string {
  if (/^-?\d{1,3}(?:\.\d{1,2})?$/.test(text)) return text;
  throw refusal(`${field} must be degrees Celsius such as -20 or 2.5, not ${JSON.stringify(text)}.`);
}

function readWhole(text: string, field: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw refusal(`${field} must be a whole number, not ${JSON.stringify(text)}.`);
}

export function readDeaSchedule(text: string, field: string): DeaSchedule {
  const found = deaSchedules.find((schedule) => schedule === text.toUpperCase().replace(/[\s-]/g, ''));
  if (found === undefined) throw refusal(`${field} must be ${deaSchedules.join(', ')}, not ${JSON.stringify(text)}.`);
  return found;
}

export function readAwareClass(text: string, field: string): AwareClass {
  const found = awareClasses.find((name) => name === text.toUpperCase());
  if (found === undefined) throw refusal(`${field} must be ${awareClasses.join(', ')}, not ${JSON.stringify(text)}.`);
  return found;
}

function refusal(message: string): Refusal {
  return new Refusal('BAD_USER_INPUT', message, { field: 'file' });
}
