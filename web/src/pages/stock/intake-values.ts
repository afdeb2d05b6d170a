/** What the form of a delivery holds, how a scan or another batch fills it, and what is sent of it. */
import { given, needed, optional, positive, zeroOrMore } from '../../format/checks.ts';
import { times } from '../../format/decimal.ts';
import type { CogsMode, IntakeInput, IntakeLikeQuery, PaymentTerms } from '../../generated/graphql.ts';
import type { FoundProduct, Parsed } from './intake-documents.ts';

export interface IntakeValues {
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
  readonly cogsMode: CogsMode;
  readonly unitCogs: string;
  readonly unitCogsMin: string;
  readonly unitCogsMax: string;
  readonly paymentTerms: PaymentTerms;
  readonly vatPercent: string;
  readonly deliveredOn: string;
  readonly storageUnitId: string;
  readonly zone: string;
  readonly rack: string;
  readonly shelf: string;
  readonly bin: string;
  readonly notes: string;
  readonly goLive: boolean;
}

export const paymentTerms: readonly PaymentTerms[] = ['COD', 'NET_7', 'NET_15', 'NET_30', 'CONSIGNMENT', 'PARTIAL'];

export function emptyIntake(locationId: string, today: string): IntakeValues {
  const texts = { barcode: '', gtin: '', brandName: '', productName: '', category: '', stockUnit: '', vendorName: '' };
  const lot = { lotNumber: '', expiresOn: '', serialNumber: '', quantity: '' };
  const money = { unitCogs: '', unitCogsMin: '', unitCogsMax: '', vatPercent: '' };
  const place = { storageUnitId: '', zone: '', rack: '', shelf: '', bin: '', notes: '' };
  return {
    ...{ ...texts, ...lot, ...money, ...place },
    ...{
      locationId,
      product: null,
      isNew: false,
      cogsMode: 'FIXED',
      paymentTerms: 'NET_30',
      deliveredOn: today,
      goLive: true,
    },
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
    cogsMode: stock.cogsMode,
    unitCogs: text(stock.unitCogs),
    unitCogsMin: text(stock.unitCogsMin),
    unitCogsMax: text(stock.unitCogsMax),
    paymentTerms: stock.paymentTerms ?? values.paymentTerms,
    vatPercent: stock.vatRate === null ? '' : times(stock.vatRate, '100'),
    storageUnitId: text(stock.storageUnit?.id ?? null),
    zone: text(stock.zone),
    rack: text(stock.rack),
    shelf: text(stock.shelf),
    bin: text(stock.bin),
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
  unitCogs: (value: string, { cogsMode }: IntakeValues) => when(cogsMode === 'FIXED', zeroOrMore(value)),
  unitCogsMin: (value: string, { cogsMode }: IntakeValues) => when(cogsMode === 'RANGE', zeroOrMore(value)),
  unitCogsMax: (value: string, { cogsMode }: IntakeValues) => when(cogsMode === 'RANGE', zeroOrMore(value)),
  vatPercent: optional(zeroOrMore),
};

export function intakeInput(values: IntakeValues): Omit<IntakeInput, 'idempotencyKey'> {
  const isFixed = values.cogsMode === 'FIXED';
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
    cogsMode: values.cogsMode,
    unitCogs: isFixed ? values.unitCogs : null,
    unitCogsMin: isFixed ? null : values.unitCogsMin,
    unitCogsMax: isFixed ? null : values.unitCogsMax,
    paymentTerms: values.paymentTerms,
    vatRate: values.vatPercent === '' ? null : times(values.vatPercent, '0.01'),
    deliveredOn: given(values.deliveredOn),
    storageUnitId: given(values.storageUnitId),
    zone: given(values.zone),
    rack: given(values.rack),
    shelf: given(values.shelf),
    bin: given(values.bin),
    notes: given(values.notes),
    goLive: values.goLive,
  };
}
