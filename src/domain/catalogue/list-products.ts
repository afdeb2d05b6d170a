/** Products by name, and vendors. They belong to the organisation. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { Product } from '../../entities/product.ts';
import { Vendor } from '../../entities/vendor.ts';
import type { ProductFilter } from '../../schema/filters.ts';
import { contains } from '../like.ts';
import { optionalUuid } from '../uuid.ts';

const byName: KeyOrder = {
  name: 'products',
  direction: 'ASC',
  keys: [
    { sql: 'p.name_key', type: 'text' },
    { sql: 'p.id', type: 'uuid' },
  ],
};

const columns = columnsOf(Product, 'p');
const mostVendors = 1_000;

export async function listProducts(
  db: DataSource,
  filter: ProductFilter,
  request: PageRequest,
): Promise<Page<Product>> {
  const values = new Values();
  const where = conditions(filter, values);
  const list = { order: byName, columns, from: 'catalogue.product p', where, values };
  return readPage<Product>(db, list, request);
}

function conditions(filter: ProductFilter, values: Values): string[] {
  const brandId = optionalUuid(filter.brandId, 'brandId');
  const search = filter.search?.trim() ?? '';
  return [
    ...(brandId === null ? [] : [`p.brand_id = ${values.add(brandId, 'uuid')}`]),
    ...(filter.category == null ? [] : [`p.category = ${values.add(filter.category, 'text')}`]),
    ...(filter.subcategory == null ? [] : [`p.subcategory = ${values.add(filter.subcategory, 'text')}`]),
    ...(filter.deaSchedule == null
      ? []
      : [`p.dea_schedule = ${values.add(filter.deaSchedule, 'catalogue.dea_schedule')}`]),
    ...(search === '' ? [] : [found(search, values)]),
  ];
}

function found(search: string, values: Values): string {
  const name = values.add(contains(search.toLowerCase()), 'text');
  const code = values.add(search, 'text');
  return `p.name_key LIKE ${name} OR lower(p.generic_name) LIKE ${name} OR p.ndc = ${code} OR p.gtin = ${code}
    OR p.brand_id IN (SELECT id FROM catalogue.brand WHERE name_key LIKE ${name})`;
}

/** At most a thousand: who has more searches. */
export async function listVendors(db: DataSource, search: string | null): Promise<Vendor[]> {
  const name = search === null || search.trim() === '' ? null : contains(search.trim().toLowerCase());
  return read<Vendor>(
    db,
    `SELECT ${columnsOf(Vendor, 'v')} FROM catalogue.vendor v WHERE $1::text IS NULL OR v.name_key LIKE $1
     ORDER BY v.name_key LIMIT ${mostVendors}`,
    [name],
  );
}

export async function productByGtin(db: DataSource, gtin: string): Promise<Product | null> {
  const [product] = await read<Product>(db, `SELECT ${columns} FROM catalogue.product p WHERE p.gtin = $1`, [gtin]);
  return product ?? null;
}
