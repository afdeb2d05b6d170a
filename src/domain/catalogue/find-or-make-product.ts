/**
 * Finds what is meant, or makes it: by id, else by GTIN or NDC, else by brand, name, category and stock unit. One name
 * typed in other case or spacing is one brand, one vendor. Two who make the same at once make one: who found none looks
 * again alone. A product that is known by name and lacks the code that is given learns it, on record.
 * Refuses: BAD_USER_INPUT (not enough to make a product of), NOT_FOUND, DUPLICATE. Locks: brand and name, when making.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { DeaSchedule } from '../../schema/enums.ts';
import { audit } from '../audit.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import { isUuid } from '../uuid.ts';
import { productCodes } from './product-fields.ts';

export interface WantedProduct {
  readonly productId: string | null;
  readonly gtin: string | null;
  readonly ndc: string | null;
  readonly brandName: string | null;
  readonly productName: string | null;
  readonly genericName: string | null;
  readonly category: string | null;
  readonly subcategory: string | null;
  readonly stockUnit: string | null;
}

export interface FoundProduct {
  readonly id: string;
  readonly name: string;
  readonly brandName: string | null;
  readonly deaSchedule: DeaSchedule | null;
  readonly made: boolean;
}

const columns = `p.id, p.name, b.name AS "brandName", p.dea_schedule AS "deaSchedule", false AS made`;
const source = 'catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id';

export async function findOrMakeProduct(tx: Tx, wanted: WantedProduct): Promise<FoundProduct> {
  if (wanted.productId !== null) {
    if (!isUuid(wanted.productId)) throw notFound('product', wanted.productId);
    const [product] = await tx.sql<FoundProduct>(`SELECT ${columns} FROM ${source} WHERE p.id = $1`, [
      wanted.productId,
    ]);
    if (product === undefined) throw notFound('product', wanted.productId);
    return product;
  }
  const known = await findByCode(tx, wanted);
  return known ?? findOrMakeByName(tx, wanted);
}

async function findByCode(tx: Tx, { gtin, ndc }: WantedProduct): Promise<FoundProduct | null> {
  if (gtin === null && ndc === null) return null;
  const found = await tx.sql<FoundProduct>(`SELECT ${columns} FROM ${source} WHERE p.gtin = $1 OR p.ndc = $2`, [
    gtin,
    ndc,
  ]);
  if (found.length > 1) {
    throw new Refusal('BAD_USER_INPUT', 'The GTIN and the NDC belong to different products.', {
      field: 'gtin',
      productIds: found.map(({ id }) => id),
    });
  }
  return found[0] ?? null;
}

async function findOrMakeByName(tx: Tx, wanted: WantedProduct): Promise<FoundProduct> {
  const { brandName, productName, category, stockUnit } = wanted;
  if (brandName === null || productName === null || category === null || stockUnit === null) {
    const missing = Object.entries({ brandName, productName, category, stockUnit }).flatMap(([field, value]) =>
      value === null ? [field] : [],
    );
    throw new Refusal(
      'BAD_USER_INPUT',
      `This product is not known yet. To make it, ${missing.join(', ')} must be given too.`,
      {
        field: missing[0],
        missing,
        gtin: wanted.gtin,
        ndc: wanted.ndc,
      },
    );
  }
  const brand = await findOrMakeNamed(tx, 'brand', brandName);
  const known = await findByName(tx, brand.id, wanted);
  if (known !== null && !known.lacksCode) return known;
  await tx.sql(`SELECT pg_advisory_xact_lock(hashtextextended('product ' || $1 || catalogue.name_key($2), 0))`, [
    brand.id,
    productName,
  ]);
  const found = (await findByCode(tx, wanted)) ?? (await findByName(tx, brand.id, wanted));
  if (found === null) return makeProduct(tx, brand.id, wanted);
  return 'lacksCode' in found && found.lacksCode ? learnCode(tx, found, wanted) : found;
}

type NamedProduct = FoundProduct & { readonly lacksCode: boolean };

async function findByName(tx: Tx, brandId: string, wanted: WantedProduct): Promise<NamedProduct | null> {
  const found = await tx.sql<NamedProduct>(
    `SELECT ${columns}, p.gtin IS NULL AND $5::text IS NOT NULL OR p.ndc IS NULL AND $6::text IS NOT NULL AS "lacksCode" FROM ${source}
     WHERE p.brand_id = $1 AND p.name_key = catalogue.name_key($2) AND catalogue.name_key(p.category) = catalogue.name_key($3)
       AND catalogue.name_key(p.stock_unit) = catalogue.name_key($4) AND coalesce(p.gtin = $5, true) AND coalesce(p.ndc = $6, true)`,
    [brandId, wanted.productName, wanted.category, wanted.stockUnit, wanted.gtin, wanted.ndc],
  );
  if (found.length > 1) {
    throw new Refusal(
      'BAD_USER_INPUT',
      'Several products have this brand, name, category and unit. Name one by productId.',
      {
        field: 'productId',
        productIds: found.map(({ id }) => id),
      },
    );
  }
  return found[0] ?? null;
}

async function learnCode(tx: Tx, known: FoundProduct, { gtin, ndc }: WantedProduct): Promise<FoundProduct> {
  await refuseDuplicates(productCodes, () =>
    tx.sql(
      'UPDATE catalogue.product SET gtin = coalesce(gtin, $2), ndc = coalesce(ndc, $3), updated_at = now() WHERE id = $1',
      [known.id, gtin, ndc],
    ),
  );
  await audit(tx, {
    entity: 'product',
    entityId: known.id,
    action: 'updateProduct',
    after: { ...(gtin === null ? {} : { gtin }), ...(ndc === null ? {} : { ndc }) },
    reason: 'the code came with a delivery',
  });
  await tell(tx, { topic: 'product.changed', payload: { productIds: [known.id] } });
  return known;
}

async function makeProduct(tx: Tx, brandId: string, wanted: WantedProduct): Promise<FoundProduct> {
  const id = uuid();
  const [product] = await tx.sql<FoundProduct>(
    `INSERT INTO catalogue.product (id, name, brand_id, category, subcategory, generic_name, ndc, gtin, stock_unit)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
     RETURNING id, name, (SELECT name FROM catalogue.brand WHERE id = $3) AS "brandName", dea_schedule AS "deaSchedule", true AS made`,
    [
      id,
      wanted.productName,
      brandId,
      wanted.category,
      wanted.subcategory,
      wanted.genericName,
      wanted.ndc,
      wanted.gtin,
      wanted.stockUnit,
    ],
  );
  // Under one of its codes, but another name, somebody else made it in the meantime.
  if (product === undefined) return mustFindByCode(tx, wanted);
  await audit(tx, { entity: 'product', entityId: id, action: 'createProduct', after: { ...wanted, brandId } });
  await tell(tx, { topic: 'product.changed', payload: { productIds: [id] } });
  return product;
}

async function mustFindByCode(tx: Tx, wanted: WantedProduct): Promise<FoundProduct> {
  const product = await findByCode(tx, wanted);
  if (product === null) throw new Error('A product was neither made nor found');
  return product;
}

export interface Named {
  readonly id: string;
  readonly made: boolean;
}

export async function findOrMakeVendor(tx: Tx, name: string): Promise<Named> {
  return findOrMakeNamed(tx, 'vendor', name);
}

export async function findOrMakeNamed(tx: Tx, table: 'brand' | 'vendor', name: string): Promise<Named> {
  const find = () =>
    tx.sql<Named>(`SELECT id, false AS made FROM catalogue.${table} WHERE name_key = catalogue.name_key($1)`, [name]);
  const [known] = await find();
  if (known !== undefined) return known;
  const [made] = await tx.sql<Named>(
    `INSERT INTO catalogue.${table} (id, name) VALUES ($1, $2) ON CONFLICT (name_key) DO NOTHING RETURNING id, true AS made`,
    [uuid(), name],
  );
  if (made !== undefined) {
    const action = table === 'brand' ? 'createBrand' : 'createVendor';
    await audit(tx, { entity: table, entityId: made.id, action, after: { name } });
    return made;
  }
  const [found] = await find();
  if (found === undefined) throw new Error(`A ${table} was neither made nor found`);
  return found;
}
