/** What a StockFilter means, as conditions over the batch `s` and its `place`. Refuses: BAD_USER_INPUT (an id that is none). */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { Values } from '../../db/values.ts';
import type { StockFilter } from '../../schema/filters.ts';
import { beginsWith, contains } from '../like.ts';
import { optionalUuid } from '../uuid.ts';
import { takable } from './availability.ts';

export async function stockConditions(db: DataSource, filter: StockFilter, values: Values): Promise<string[]> {
  const search = searched(filter);
  return [...conditions(filter, values), ...(search === '' ? [] : [await found(db, search, values)])];
}

/** Whether it leaves few batches, for which stock has indexes. */
export function isNarrow(filter: StockFilter): boolean {
  return filter.productId != null || filter.lotId != null || searched(filter) !== '';
}

function searched(filter: StockFilter): string {
  return filter.search?.trim() ?? '';
}

function conditions(filter: StockFilter, values: Values): string[] {
  const productId = optionalUuid(filter.productId, 'productId');
  const lotId = optionalUuid(filter.lotId, 'lotId');
  return [
    ...(productId === null ? [] : [`s.product_id = ${values.add(productId, 'uuid')}`]),
    ...(lotId === null ? [] : [`s.lot_id = ${values.add(lotId, 'uuid')}`]),
    ...(filter.status == null || filter.status.length === 0
      ? []
      : [`s.status = ANY(${values.add(filter.status, 'inventory.stock_status[]')})`]),
    ...(filter.category == null
      ? []
      : [`s.product_id IN (SELECT id FROM catalogue.product WHERE category = ${values.add(filter.category, 'text')})`]),
    ...(filter.expiresBefore == null ? [] : [`s.lot_expires_on < ${values.add(filter.expiresBefore, 'date')}`]),
    ...(filter.availableOnly === true ? [`${takable} AND s.available_quantity > 0`] : []),
    ...(filter.platform == null ? [] : [listedOn(values.add(filter.platform, 'text'))]),
  ];
}

function listedOn(platform: string): string {
  return `s.listed_on_platforms @> jsonb_build_array(jsonb_build_object('platform', ${platform})) AND EXISTS (
    SELECT FROM jsonb_array_elements(s.listed_on_platforms) AS l WHERE l->>'platform' = ${platform} AND l->>'delistedAt' IS NULL)`;
}

/** Beyond so many it is quicker to walk along the order and look at each row than to gather by index and sort. */
const fewMatches = 200;

/**
 * What a search means, found in the small tables first: few products and lots become lists of ids, for which stock has
 * indexes; many become a condition that each row is held against, and a page of them is soon full.
 */
async function found(db: DataSource, search: string, values: Values): Promise<string> {
  const name = contains(search.toLowerCase());
  const lotNumber = beginsWith(search);
  const [matches] = await read<{ products: string[]; lots: string[] }>(
    db,
    `SELECT ARRAY(${productsNamed('$1::text')} LIMIT ${fewMatches + 1})::text[] AS products,
       ARRAY(${lotsNumbered('$2::text')} LIMIT ${fewMatches + 1})::text[] AS lots`,
    [name, lotNumber],
  );
  const { products, lots } = matches ?? { products: [], lots: [] };
  const code = values.add(beginsWith(search.toUpperCase()), 'text');
  const among = (ids: readonly string[], select: (pattern: string) => string, pattern: string) =>
    ids.length <= fewMatches ? `= ANY(${values.add(ids, 'uuid[]')})` : `IN (${select(values.add(pattern, 'text'))})`;
  return `s.product_id ${among(products, productsNamed, name)} OR s.lot_id ${among(lots, lotsNumbered, lotNumber)}
    OR s.batch_code LIKE ${code} OR s.sku LIKE ${code}`;
}

const productsNamed = (
  pattern: string,
) => `SELECT p.id FROM catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id
  WHERE p.name_key LIKE ${pattern} OR b.name_key LIKE ${pattern}`;

/** Spaces and hyphens do not count; a search of nothing else finds no lot. */
const lotsNumbered = (pattern: string) => `SELECT l.id FROM inventory.inventory_lot l
  WHERE l.lot_number_key LIKE catalogue.lot_number_key(${pattern}) AND catalogue.lot_number_key(${pattern}) <> '%'`;
