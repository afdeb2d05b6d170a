/**
 * What is known of a product, as the catalogue keeps it, and what must hold of it. Pure.
 * Refuses: BAD_USER_INPUT {field}, INVALID_QUANTITY.
 */
import type { AwareClass, DeaSchedule } from '../../schema/enums.ts';
import { Refusal } from '../../refusal.ts';
import { celsius, requireRange } from '../celsius.ts';
import { changesOf, kept } from '../changes.ts';
import { exact, requirePositive } from '../decimal.ts';
import { optionalText, text } from '../text.ts';
import { normaliseGtin } from './gs1.ts';
import { normaliseNdc } from './ndc.ts';

export interface ProductFields {
  readonly name: string;
  readonly category: string;
  readonly subcategory: string | null;
  readonly genericName: string | null;
  /** Canonical, 5-4-2. */
  readonly ndc: string | null;
  /** 14 digits. */
  readonly gtin: string | null;
  readonly form: string | null;
  readonly strength: string | null;
  readonly isInjection: boolean;
  readonly stockUnit: string;
  readonly doseUnit: string | null;
  readonly dosesPerStockUnit: string | null;
  readonly isPrescription: boolean;
  readonly deaSchedule: DeaSchedule | null;
  readonly isAntibiotic: boolean;
  readonly awareClass: AwareClass | null;
  readonly pregnancyRisk: boolean;
  readonly requiresReconstitution: boolean;
  readonly labelStabilityHours: number | null;
  readonly policyStabilityHours: number | null;
  readonly singlePatientVial: boolean;
  readonly storageMinCelsius: string | null;
  readonly storageMaxCelsius: string | null;
  readonly excursionBudgetMinutes: number | null;
  readonly reorderPoint: string | null;
  readonly reorderQuantity: string | null;
  readonly unitPrice: string | null;
}

/** Absent is "not said", null is "none". */
export type GivenFields = { readonly [Field in keyof ProductFields]?: ProductFields[Field] | null };

/** The columns, in one order; and which of them the database must be told the type of. */
const types: Readonly<Record<keyof ProductFields, string>> = {
  name: 'text',
  category: 'text',
  subcategory: 'text',
  genericName: 'text',
  ndc: 'text',
  gtin: 'text',
  form: 'text',
  strength: 'text',
  isInjection: 'boolean',
  stockUnit: 'text',
  doseUnit: 'text',
  dosesPerStockUnit: 'numeric',
  isPrescription: 'boolean',
  deaSchedule: 'catalogue.dea_schedule',
  isAntibiotic: 'boolean',
  awareClass: 'catalogue.aware_class',
  pregnancyRisk: 'boolean',
  requiresReconstitution: 'boolean',
  labelStabilityHours: 'integer',
  policyStabilityHours: 'integer',
  singlePatientVial: 'boolean',
  storageMinCelsius: 'numeric',
  storageMaxCelsius: 'numeric',
  excursionBudgetMinutes: 'integer',
  reorderPoint: 'numeric',
  reorderQuantity: 'numeric',
  unitPrice: 'numeric',
};

const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const fields = Object.entries(types);
const columns = fields.map(([field]) => columnOf(field)).join(', ');

/** Of a row `alias`, under the names of ProductFields; numbers without the zeros that they were stored with. */
export const selectProductFields = (alias: string): string =>
  fields
    .map(([field, type]) => {
      const column = `${alias}.${columnOf(field)}`;
      return `${type === 'numeric' ? `trim_scale(${column})::text` : column} AS "${field}"`;
    })
    .join(', ');

const asRows = (parameter: string) =>
  `jsonb_to_recordset(${parameter}::jsonb) AS r(id uuid, "brandId" uuid, ${fields.map(([field, type]) => `"${field}" ${type}`).join(', ')})`;
const values = fields.map(([field]) => `r."${field}"`).join(', ');

/** $1: products with id and brandId, as JSON. */
export const insertProducts = `INSERT INTO catalogue.product (id, brand_id, ${columns}) SELECT r.id, r."brandId", ${values} FROM ${asRows('$1')}`;
export const updateProducts = `UPDATE catalogue.product p SET (brand_id, ${columns}, updated_at) = (r."brandId", ${values}, clock_timestamp())
  FROM ${asRows('$1')} WHERE p.id = r.id`;

/** Which field a unique rule of the table is about. */
export const productCodes: Readonly<Record<string, string>> = {
  product_ndc_key: 'ndc',
  product_gtin_key: 'gtin',
  product_identity: 'name',
};

export const newProduct: Omit<ProductFields, 'name' | 'category' | 'stockUnit'> = {
  subcategory: null,
  genericName: null,
  ndc: null,
  gtin: null,
  form: null,
  strength: null,
  isInjection: false,
  doseUnit: null,
  dosesPerStockUnit: null,
  isPrescription: false,
  deaSchedule: null,
  isAntibiotic: false,
  awareClass: null,
  pregnancyRisk: false,
  requiresReconstitution: false,
  labelStabilityHours: null,
  policyStabilityHours: null,
  singlePatientVial: false,
  storageMinCelsius: null,
  storageMaxCelsius: null,
  excursionBudgetMinutes: null,
  reorderPoint: null,
  reorderQuantity: null,
  unitPrice: null,
};

/** What is known with what is given: absent keeps, null clears (of a yes-or-no: no). */
export function withGiven(known: Partial<ProductFields>, given: GivenFields): ProductFields {
  const before = { name: '', category: '', stockUnit: '', ...newProduct, ...known };
  const product: ProductFields = {
    ...codesOf(before, given),
    ...temperaturesOf(before, given),
    name: text(given.name ?? before.name, 'name', { max: 500 }),
    category: text(given.category ?? before.category, 'category', { max: 100 }),
    stockUnit: text(given.stockUnit ?? before.stockUnit, 'stockUnit', { max: 50 }),
    subcategory: optionalText(kept(given.subcategory, before.subcategory), 'subcategory', 100),
    genericName: optionalText(kept(given.genericName, before.genericName), 'genericName', 500),
    form: optionalText(kept(given.form, before.form), 'form', 255),
    strength: optionalText(kept(given.strength, before.strength), 'strength', 500),
    doseUnit: optionalText(kept(given.doseUnit, before.doseUnit), 'doseUnit', 50),
    isInjection: kept(given.isInjection, before.isInjection) ?? false,
    isPrescription: kept(given.isPrescription, before.isPrescription) ?? false,
    isAntibiotic: kept(given.isAntibiotic, before.isAntibiotic) ?? false,
    pregnancyRisk: kept(given.pregnancyRisk, before.pregnancyRisk) ?? false,
    requiresReconstitution: kept(given.requiresReconstitution, before.requiresReconstitution) ?? false,
    singlePatientVial: kept(given.singlePatientVial, before.singlePatientVial) ?? false,
    deaSchedule: kept(given.deaSchedule, before.deaSchedule),
    awareClass: kept(given.awareClass, before.awareClass),
    dosesPerStockUnit: shortest(kept(given.dosesPerStockUnit, before.dosesPerStockUnit)),
    labelStabilityHours: kept(given.labelStabilityHours, before.labelStabilityHours),
    policyStabilityHours: kept(given.policyStabilityHours, before.policyStabilityHours),
    excursionBudgetMinutes: kept(given.excursionBudgetMinutes, before.excursionBudgetMinutes),
    reorderPoint: shortest(kept(given.reorderPoint, before.reorderPoint)),
    reorderQuantity: shortest(kept(given.reorderQuantity, before.reorderQuantity)),
    unitPrice: shortest(kept(given.unitPrice, before.unitPrice)),
  };
  checkProduct(product);
  return product;
}

/** Codes that are known stay as they are, even where an older rule let another form in. */
function codesOf(before: Pick<ProductFields, 'ndc' | 'gtin'>, given: GivenFields) {
  const ndc = optionalText(given.ndc, 'ndc', 20);
  const gtin = optionalText(given.gtin, 'gtin', 14);
  return {
    ndc: given.ndc === undefined ? before.ndc : ndc && normaliseNdc(ndc),
    gtin: given.gtin === undefined ? before.gtin : gtin && normaliseGtin(gtin, 'gtin'),
  };
}

function temperaturesOf(before: Pick<ProductFields, 'storageMinCelsius' | 'storageMaxCelsius'>, given: GivenFields) {
  const min = kept(given.storageMinCelsius, before.storageMinCelsius);
  const max = kept(given.storageMaxCelsius, before.storageMaxCelsius);
  return {
    storageMinCelsius: min === null ? null : celsius(min, 'storageMinCelsius'),
    storageMaxCelsius: max === null ? null : celsius(max, 'storageMaxCelsius'),
  };
}

/** "2.50" and "2.5" are one number: written one way, it does not look changed. */
function shortest(value: string | null): string | null {
  return value === null ? null : exact(value).toString();
}

const mostHours = 87_600;
const mostMinutes = 5_256_000;

function checkProduct(product: ProductFields): void {
  if (product.awareClass !== null && !product.isAntibiotic) {
    throw new Refusal('BAD_USER_INPUT', 'awareClass is for antibiotics: say isAntibiotic too, or leave it out.', {
      field: 'awareClass',
    });
  }
  requireRange(product.storageMinCelsius, product.storageMaxCelsius, 'storageMinCelsius');
  requireWithin(product.labelStabilityHours, 'labelStabilityHours', 1, mostHours);
  requireWithin(product.policyStabilityHours, 'policyStabilityHours', 1, mostHours);
  requireWithin(product.excursionBudgetMinutes, 'excursionBudgetMinutes', 0, mostMinutes);
  if (product.dosesPerStockUnit !== null) requirePositive(product.dosesPerStockUnit, 'dosesPerStockUnit');
  for (const field of ['reorderPoint', 'reorderQuantity', 'unitPrice'] as const)
    requireNotBelowZero(product[field], field);
}

function requireWithin(value: number | null, field: string, min: number, max: number): void {
  if (value === null || (value >= min && value <= max)) return;
  throw new Refusal('BAD_USER_INPUT', `${field} must be ${min} to ${max}.`, { field, min, max });
}

function requireNotBelowZero(value: string | null, field: string): void {
  if (value === null || exact(value).gte(0)) return;
  throw new Refusal('BAD_USER_INPUT', `${field} must not be below 0.`, { field });
}

/** What units mean cannot change under units that are there: a new product is needed. A first dose count may come later. */
export function requireUnitsKept(known: ProductFields, wanted: ProductFields, hasStock: boolean): void {
  if (!hasStock) return;
  const frozen = { stockUnit: known.stockUnit, dosesPerStockUnit: known.dosesPerStockUnit ?? wanted.dosesPerStockUnit };
  for (const field of changesOf(frozen, { stockUnit: wanted.stockUnit, dosesPerStockUnit: wanted.dosesPerStockUnit })
    .names) {
    throw new Refusal(
      'BAD_USER_INPUT',
      `${field} cannot change any more: there is stock counted by it. Make a new product.`,
      {
        field,
      },
    );
  }
}
