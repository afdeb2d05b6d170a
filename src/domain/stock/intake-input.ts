/** What an intake was told, checked and completed from the barcode: pure, before anything is locked. */
import type { CogsMode, PaymentTerms } from '../../schema/enums.ts';
import { Refusal } from '../../refusal.ts';
import type { WantedProduct } from '../catalogue/find-or-make-product.ts';
import { normaliseGtin, parseGs1 } from '../catalogue/gs1.ts';
import { normaliseNdc } from '../catalogue/ndc.ts';
import { requirePositive } from '../decimal.ts';
import { optionalObject } from '../storable-json.ts';
import { optionalText, text } from '../text.ts';
import { lotNumber } from './lot-number.ts';
import { checkMetadata } from './metadata.ts';
import { batchMoney, checkCogs, checkTerms, type BatchMoney, type Cogs, type Terms } from './money.ts';

export interface Intake {
  readonly idempotencyKey: string;
  readonly locationId: string;
  readonly productId?: string | null;
  readonly gtin?: string | null;
  readonly ndc?: string | null;
  readonly brandName?: string | null;
  readonly productName?: string | null;
  readonly genericName?: string | null;
  readonly category?: string | null;
  readonly subcategory?: string | null;
  readonly stockUnit?: string | null;
  readonly vendorName?: string | null;
  readonly grade?: string | null;
  readonly manufacturerLotNumber?: string | null;
  readonly serialNumber?: string | null;
  readonly manufacturedOn?: string | null;
  readonly expiresOn?: string | null;
  readonly quantity: string;
  readonly cogsMode: CogsMode;
  readonly unitCogs?: string | null;
  readonly unitCogsMin?: string | null;
  readonly unitCogsMax?: string | null;
  readonly paymentTerms: PaymentTerms;
  readonly vatRate?: string | null;
  readonly roiPercentage?: string | null;
  readonly deliveredOn?: string | null;
  readonly shelfLifeDays?: number | null;
  readonly occurredAt?: Date | null;
  readonly zone?: string | null;
  readonly rack?: string | null;
  readonly shelf?: string | null;
  readonly bin?: string | null;
  readonly storageUnitId?: string | null;
  readonly metadata?: unknown;
  readonly externalIds?: unknown;
  readonly notes?: string | null;
  readonly barcode?: string | null;
  readonly goLive?: boolean | null;
}

export interface CheckedIntake {
  readonly product: WantedProduct;
  readonly vendorName: string;
  readonly lotNumber: string;
  readonly serialNumber: string | null;
  readonly manufacturedOn: string | null;
  readonly expiresOn: string | null;
  readonly cogs: Cogs;
  readonly terms: Terms;
  readonly money: BatchMoney;
  readonly grade: string | null;
  readonly position: Position;
  readonly metadata: object | null;
  readonly externalIds: object | null;
  readonly notes: string | null;
}

export interface Position {
  readonly storageUnitId: string | null;
  readonly zone: string | null;
  readonly rack: string | null;
  readonly shelf: string | null;
  readonly bin: string | null;
}

/** `today` is the day by which a two-digit year in a barcode is read. */
export function checkIntake(input: Intake, today: string): CheckedIntake {
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const scan = input.barcode == null ? null : parseGs1(input.barcode, { year, month, day });
  const manufacturedOn = input.manufacturedOn ?? scan?.manufacturedOn ?? null;
  const expiresOn = input.expiresOn ?? scan?.expiresOn ?? null;
  checkDays(manufacturedOn, expiresOn);
  const checked = {
    product: productOf(input, scan?.gtin ?? null),
    // A GS1 element string names no vendor; it comes from whoever takes the delivery in.
    vendorName: given(input.vendorName, 'vendorName', 255),
    lotNumber: lotNumber(
      given(told(input.manufacturerLotNumber) ?? scan?.lotNumber, 'manufacturerLotNumber', 100),
      'manufacturerLotNumber',
    ),
    serialNumber: optionalText(told(input.serialNumber) ?? scan?.serialNumber, 'serialNumber', 100),
    manufacturedOn,
    expiresOn,
    ...moneyOf(input),
    grade: optionalText(input.grade, 'grade', 10),
    position: positionOf(input),
    metadata: checkMetadata(input.metadata),
    externalIds: optionalObject(input.externalIds, 'externalIds'),
    notes: optionalText(input.notes, 'notes', 10_000),
  };
  requirePositive(input.quantity, 'quantity');
  return { ...checked, money: batchMoney(checked.cogs, checked.terms, input.quantity) };
}

function productOf(input: Intake, scannedGtin: string | null): WantedProduct {
  const gtin = optionalText(input.gtin, 'gtin', 14);
  const ndc = optionalText(input.ndc, 'ndc', 20);
  return {
    productId: input.productId ?? null,
    gtin: gtin === null ? scannedGtin : normaliseGtin(gtin, 'gtin'),
    ndc: ndc === null ? null : normaliseNdc(ndc),
    brandName: optionalText(input.brandName, 'brandName', 255),
    productName: optionalText(input.productName, 'productName', 500),
    genericName: optionalText(input.genericName, 'genericName', 500),
    category: optionalText(input.category, 'category', 100),
    subcategory: optionalText(input.subcategory, 'subcategory', 100),
    stockUnit: optionalText(input.stockUnit, 'stockUnit', 50),
  };
}

function moneyOf(input: Intake): { readonly cogs: Cogs; readonly terms: Terms } {
  const cogs = {
    cogsMode: input.cogsMode,
    unitCogs: input.unitCogs ?? null,
    unitCogsMin: input.unitCogsMin ?? null,
    unitCogsMax: input.unitCogsMax ?? null,
  };
  const terms = {
    vatRate: input.vatRate ?? null,
    roiPercentage: input.roiPercentage ?? null,
    shelfLifeDays: input.shelfLifeDays ?? null,
  };
  checkCogs(cogs);
  checkTerms(terms);
  return { cogs, terms };
}

function positionOf(input: Intake): Position {
  return {
    storageUnitId: input.storageUnitId ?? null,
    zone: optionalText(input.zone, 'zone', 50),
    rack: optionalText(input.rack, 'rack', 50),
    shelf: optionalText(input.shelf, 'shelf', 50),
    bin: optionalText(input.bin, 'bin', 50),
  };
}

/** A field that was left blank is not given: it must not take the place of what the barcode says. */
function told(value: string | null | undefined): string | null {
  return value == null || value.trim() === '' ? null : value;
}

function given(value: string | null | undefined, field: string, max: number): string {
  if (value == null) {
    throw new Refusal('BAD_USER_INPUT', `${field} is needed: type it, or scan a barcode that holds it.`, { field });
  }
  return text(value, field, { max });
}

function checkDays(manufacturedOn: string | null, expiresOn: string | null): void {
  if (manufacturedOn === null || expiresOn === null || manufacturedOn <= expiresOn) return;
  throw new Refusal('BAD_USER_INPUT', 'manufacturedOn lies after expiresOn.', {
    field: 'manufacturedOn',
    manufacturedOn,
    expiresOn,
  });
}
