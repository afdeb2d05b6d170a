/** What the form of a delivery holds, how a scan or another batch fills it, and what is sent of it. */
import { given, needed, positive } from '../../format/checks.ts';
import type { IntakeInput, IntakeLikeQuery } from '../../generated/graphql.ts';
import { costChecks, costInput, costOf, noCost, type CostValues } from './cost-values.ts';
import type { FoundProduct, Parsed } from './intake-documents.ts';
import { noPlace, placeInput, placeValues, type PlaceValues } from './place-values.ts';

export interface IntakeValues extends CostValues, PlaceValues {
  readonly locationId: string;
  readonly barcode: string;
  readonly gtin: string;
  readonly product: FoundProduct | null;
  readonly isNew: boolean;
  readonly brandName: string;
  readonly productName: string;
  readonly category: string;
  readonly stockUnit: string;
  readonly vendorName: string;
  readonly lotNumber: string;
  readonly expiresOn: string;
  readonly serialNumber: string;
  readonly quantity: string;
  readonly deliveredOn: string;
  readonly notes: string;
  readonly goLive: boolean;
}

export function emptyIntake(locationId: string, today: string): IntakeValues {
  const texts = { barcode: '', gtin: '', brandName: '', productName: '', category: '', stockUnit: '', vendorName: '' };
  const lot = { lotNumber: '', expiresOn: '', serialNumber: '', quantity: '' };
  return {
    ...texts,
    ...lot,
    ...noCost,
    ...noPlace,
    ...{ locationId, product: null, isNew: false, deliveredOn: today, notes: '', goLive: true },
  };
}

/** What the code says goes over what was typed; what it does not say stays. */
export function filledByScan(values: IntakeValues, data: string, parsed: Parsed): IntakeValues {
  const { product, gtin, lotNumber, expiresOn, serialNumber } = parsed;
  return {
    ...values,
    barcode: data,
    gtin: gtin ?? values.gtin,
    product: product ?? values.product,
    isNew: product === null && gtin !== null,
    vendorName: values.vendorName === '' ? (product?.brand?.vendor?.name ?? '') : values.vendorName,
    lotNumber: lotNumber ?? values.lotNumber,
    expiresOn: expiresOn ?? values.expiresOn,
    serialNumber: serialNumber ?? values.serialNumber,
  };
}

export function filledByBatch(values: IntakeValues, stock: NonNullable<IntakeLikeQuery['stock']>): IntakeValues {
  const text = (value: string | null) => value ?? '';
  return {
    ...values,
    locationId: stock.location.id,
    product: stock.product,
    isNew: false,
    vendorName: text(stock.vendor?.name ?? null),
    lotNumber: stock.lot.manufacturerLotNumber,
    expiresOn: text(stock.lot.expiresOn),
    ...costOf(stock),
    ...placeValues(stock),
  };
}

type Check = string | null;
const when = (isAsked: boolean, check: Check): Check => (isAsked ? check : null);

export const intakeChecks = {
  locationId: needed,
  product: (value: FoundProduct | null, { isNew }: IntakeValues) =>
    when(!isNew && value === null, 'Choose the product, or describe a new one.'),
  brandName: (value: string, { isNew }: IntakeValues) => when(isNew, needed(value)),
  productName: (value: string, { isNew }: IntakeValues) => when(isNew, needed(value)),
  category: (value: string, { isNew }: IntakeValues) => when(isNew, needed(value)),
  stockUnit: (value: string, { isNew }: IntakeValues) => when(isNew, needed(value)),
  vendorName: needed,
  lotNumber: needed,
  quantity: positive,
  ...costChecks,
};

export function intakeInput(values: IntakeValues): Omit<IntakeInput, 'idempotencyKey'> {
  const { brandName, productName, category, stockUnit } = values;
  const product = values.isNew
    ? { gtin: given(values.gtin), brandName, productName, category, stockUnit }
    : { productId: values.product?.id ?? null };
  return {
    ...product,
    locationId: values.locationId,
    barcode: given(values.barcode),
    vendorName: values.vendorName.trim(),
    manufacturerLotNumber: values.lotNumber.trim(),
    expiresOn: given(values.expiresOn),
    serialNumber: given(values.serialNumber),
    quantity: values.quantity,
    ...costInput(values),
    deliveredOn: given(values.deliveredOn),
    ...placeInput(values),
    notes: given(values.notes),
    goLive: values.goLive,
  };
}
