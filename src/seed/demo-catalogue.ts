/** The demo's vendors, brands and products, and where each place keeps them. */
import type { ClientBase } from 'pg';
import type { PlacedProduct } from './demo-history.ts';
import type { DemoLocation } from './demo-people.ts';
import type { DemoProduct } from './demo-products.ts';
import { insertRows } from './insert-rows.ts';
import type { Random } from './random.ts';

export interface StorageUnit {
  readonly id: string;
  readonly location_id: string;
  readonly name: string;
  readonly min_celsius: number;
  readonly max_celsius: number;
}

export interface DemoCatalogue {
  readonly products: readonly PlacedProduct[];
  readonly vendorIds: ReadonlyMap<string, string>;
  readonly storageUnits: readonly StorageUnit[];
}

export async function writeCatalogue(
  client: ClientBase,
  random: Random,
  products: readonly DemoProduct[],
  locations: readonly DemoLocation[],
  at: number,
): Promise<DemoCatalogue> {
  const idsOf = (names: readonly string[]) => new Map([...new Set(names)].map((name) => [name, random.uuid(at)]));
  const vendorIds = idsOf(products.map(({ vendor }) => vendor));
  const brandIds = idsOf(products.map(({ brand }) => brand));
  const vendorOf = new Map(products.map(({ brand, vendor }) => [brand, vendorIds.get(vendor)]));
  const named = (ids: ReadonlyMap<string, string>) => [...ids].map(([name, id]) => ({ id, name }));
  await insertRows(client, 'catalogue.vendor', { id: 'uuid', name: 'text' }, named(vendorIds));
  await insertRows(
    client,
    'catalogue.brand',
    { id: 'uuid', name: 'text', vendor_id: 'uuid' },
    named(brandIds).map((brand) => ({ ...brand, vendor_id: vendorOf.get(brand.name) })),
  );
  const placed = products.map((product) => ({ id: random.uuid(at), product }));
  await insertRows(
    client,
    'catalogue.product',
    productColumns,
    placed.map(({ id, product }) => productRow(id, product, brandIds.get(product.brand))),
  );
  const storageUnits = locations.flatMap((location) => unitsOf(location, random, at));
  const unitColumns = { id: 'uuid', location_id: 'uuid', name: 'text', min_celsius: 'numeric', max_celsius: 'numeric' };
  await insertRows(client, 'inventory.storage_unit', unitColumns, storageUnits);
  return { products: placed, vendorIds, storageUnits };
}

function unitsOf(location: DemoLocation, random: Random, at: number): StorageUnit[] {
  const unit = (name: string, min_celsius: number, max_celsius: number) => ({
    id: random.uuid(at),
    location_id: location.id,
    name,
    min_celsius,
    max_celsius,
  });
  return [unit('Refrigerator', 2, 8), unit('Room shelves', 20, 25), unit('Freezer', -25, -15)];
}

/** The warmest unit that keeps within the label's range; what needs none stands on the shelves. */
export function unitFor(product: DemoProduct, units: readonly StorageUnit[]): StorageUnit | undefined {
  const fitting = units.filter(
    ({ min_celsius, max_celsius }) => min_celsius >= product.minCelsius && max_celsius <= product.maxCelsius,
  );
  return [...fitting].sort((a, b) => b.max_celsius - a.max_celsius)[0];
}

const productColumns = {
  id: 'uuid',
  name: 'text',
  brand_id: 'uuid',
  category: 'text',
  subcategory: 'text',
  generic_name: 'text',
  ndc: 'text',
  gtin: 'text',
  form: 'text',
  strength: 'text',
  is_injection: 'boolean',
  stock_unit: 'text',
  dose_unit: 'text',
  doses_per_stock_unit: 'numeric',
  is_prescription: 'boolean',
  dea_schedule: 'catalogue.dea_schedule',
  is_antibiotic: 'boolean',
  aware_class: 'catalogue.aware_class',
  pregnancy_risk: 'boolean',
  requires_reconstitution: 'boolean',
  label_stability_hours: 'integer',
  single_patient_vial: 'boolean',
  storage_min_celsius: 'numeric',
  storage_max_celsius: 'numeric',
  reorder_point: 'numeric',
  reorder_quantity: 'numeric',
  unit_price: 'numeric',
};

function productRow(id: string, product: DemoProduct, brandId: string | undefined): object {
  const { flags } = product;
  return {
    id,
    name: product.name,
    brand_id: brandId,
    category: product.category,
    subcategory: product.subcategory,
    generic_name: product.genericName,
    ndc: product.ndc,
    gtin: product.gtin,
    form: product.form,
    strength: product.strength,
    is_injection: flags.has('I'),
    stock_unit: product.stockUnit,
    dose_unit: product.doseUnit,
    doses_per_stock_unit: product.dosesPerStockUnit,
    is_prescription: flags.has('R'),
    dea_schedule: product.deaSchedule,
    is_antibiotic: product.awareClass !== null,
    aware_class: product.awareClass,
    pregnancy_risk: flags.has('P'),
    requires_reconstitution: flags.has('M'),
    label_stability_hours: product.labelHours,
    single_patient_vial: flags.has('S'),
    storage_min_celsius: product.minCelsius,
    storage_max_celsius: product.maxCelsius,
    reorder_point: product.atATime * 10,
    reorder_quantity: product.atATime * 40,
    unit_price: product.unitPrice,
  };
}
