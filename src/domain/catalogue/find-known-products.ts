/** Which products of the catalogue the rows of a file speak of; those found are locked, by id, and read after that. */
import type { Tx } from '../../db/in-transaction.ts';
import type { CatalogueProduct } from './catalogue-file.ts';
import { selectProductFields, type ProductFields } from './product-fields.ts';

export interface WantedRow {
  readonly product: CatalogueProduct;
  readonly brandId: string | null;
}

export type KnownProduct = ProductFields & {
  readonly id: string;
  readonly brandId: string | null;
  readonly hasStock: boolean;
};

export interface Found {
  readonly byCode: readonly KnownProduct[];
  readonly byName: readonly KnownProduct[];
}

interface Match {
  readonly index: number;
  readonly id: string;
  readonly how: 'CODE' | 'NAME';
}

/** One answer a row, in the order of the rows. */
export async function findKnownProducts(tx: Tx, rows: readonly WantedRow[]): Promise<readonly Found[]> {
  const matches = await findMatches(tx, rows);
  const known = await lockProducts(tx, [...new Set(matches.map(({ id }) => id))]);
  const found = rows.map(() => ({ byCode: new Array<KnownProduct>(), byName: new Array<KnownProduct>() }));
  for (const { index, id, how } of matches) {
    const product = known.get(id);
    const answer = found[index];
    if (product !== undefined) (how === 'CODE' ? answer?.byCode : answer?.byName)?.push(product);
  }
  return found;
}

/**
 * By name: a row without codes finds the product without codes, else every one that has them; a row with codes finds
 * only one without, and only where form and strength are the same.
 */
async function findMatches(tx: Tx, rows: readonly WantedRow[]): Promise<readonly Match[]> {
  const wanted = rows.map(({ product, brandId }, index) => {
    const { name, category, stockUnit, ndc, gtin, form, strength } = product;
    return { index, brandId, name, category, stockUnit, ndc, gtin, form, strength };
  });
  return tx.sql<Match>(
    `WITH w AS MATERIALIZED (
       SELECT *, ndc IS NOT NULL OR gtin IS NOT NULL AS coded, catalogue.name_key(name) AS name_key,
         catalogue.name_key(category) AS category_key, catalogue.name_key("stockUnit") AS unit_key FROM jsonb_to_recordset($1::jsonb)
         AS r(index integer, "brandId" uuid, name text, category text, "stockUnit" text, ndc text, gtin text, form text, strength text)
     ), by_name AS (
       SELECT w.index, p.id, w.coded, p.ndc IS NOT NULL OR p.gtin IS NOT NULL AS has_codes
       FROM w JOIN catalogue.product p ON p.name_key = w.name_key AND p.brand_id IS NOT DISTINCT FROM w."brandId"
         AND catalogue.name_key(p.category) = w.category_key AND catalogue.name_key(p.stock_unit) = w.unit_key
       WHERE NOT w.coded OR (p.ndc IS NULL AND p.gtin IS NULL AND p.form IS NOT DISTINCT FROM w.form AND p.strength IS NOT DISTINCT FROM w.strength)
     )
     SELECT w.index, p.id, 'CODE' AS how FROM w JOIN catalogue.product p ON p.ndc = w.ndc
     UNION SELECT w.index, p.id, 'CODE' FROM w JOIN catalogue.product p ON p.gtin = w.gtin
     UNION ALL SELECT n.index, n.id, 'NAME' FROM by_name n
       WHERE NOT n.has_codes OR NOT EXISTS (SELECT FROM by_name plain WHERE plain.index = n.index AND NOT plain.has_codes)
     ORDER BY 1, 2`,
    [JSON.stringify(wanted)],
  );
}

async function lockProducts(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, KnownProduct>> {
  if (ids.length === 0) return new Map();
  const locked = await tx.sql<Omit<KnownProduct, 'hasStock'>>(
    `SELECT p.id, p.brand_id AS "brandId", ${selectProductFields('p')} FROM catalogue.product p WHERE p.id = ANY($1::uuid[]) ORDER BY p.id FOR UPDATE`,
    [ids],
  );
  const stocked = await tx.sql<{ id: string }>(
    'SELECT p.id FROM unnest($1::uuid[]) AS p(id) WHERE EXISTS (SELECT FROM inventory.stock s WHERE s.product_id = p.id)',
    [ids],
  );
  const withStock = new Set(stocked.map(({ id }) => id));
  return new Map(locked.map((product) => [product.id, { ...product, hasStock: withStock.has(product.id) }]));
}
