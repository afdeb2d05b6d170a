/**
 * Stock, page by page, in one of four orders. Limited to the reader's locations, which are read one by one, each from
 * its own index range, and merged: so a page costs the same for one location and for twenty. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import {
  readPageByPlace,
  type KeyColumn,
  type KeyOrder,
  type ListByPlace,
  type Page,
  type PageRequest,
} from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { Stock } from '../../entities/stock.ts';
import type { StockOrder } from '../../schema/enums.ts';
import type { StockFilter } from '../../schema/filters.ts';
import { beginsWith, contains } from '../like.ts';
import { placesOf, type Reader } from '../places.ts';
import { optionalUuid } from '../uuid.ts';
import { takable } from './availability.ts';

const id: KeyColumn = { sql: 's.id', type: 'uuid' };

/** Nulls go last in both directions. All but AVAILABLE_DESC run along an index; no index may name a quantity. */
const orders: Readonly<Record<StockOrder, KeyOrder>> = {
  EXPIRY_ASC: {
    name: 'EXPIRY_ASC',
    direction: 'ASC',
    keys: [
      { sql: `coalesce(s.lot_expires_on, 'infinity')`, type: 'date' },
      { sql: 's.received_at', type: 'timestamptz' },
      id,
    ],
  },
  CREATED_DESC: {
    name: 'CREATED_DESC',
    direction: 'DESC',
    keys: [{ sql: 's.created_at', type: 'timestamptz' }, id],
  },
  AVAILABLE_DESC: {
    name: 'AVAILABLE_DESC',
    direction: 'DESC',
    keys: [{ sql: 's.available_quantity', type: 'numeric' }, id],
  },
  PROFIT_PER_SHELF_DAY_DESC: {
    name: 'PROFIT_PER_SHELF_DAY_DESC',
    direction: 'DESC',
    keys: [{ sql: `coalesce(s.profit_per_shelf_day::numeric, '-Infinity')`, type: 'numeric' }, id],
  },
};

const columns = columnsOf(Stock, 's');

export async function listStocks(
  db: DataSource,
  reader: Reader,
  filter: StockFilter,
  order: StockOrder,
  request: PageRequest,
): Promise<Page<Stock>> {
  const values = new Values();
  const search = filter.search?.trim() ?? '';
  const list: ListByPlace = {
    order: orders[order],
    columns,
    places: placesOf(reader, values, filter.locationId),
    alias: 's',
    from: 'inventory.stock s',
    where: [
      's.location_id = place.id',
      ...conditions(filter, values),
      ...(search === '' ? [] : [await found(db, search, values)]),
    ],
    values,
  };
  return readPageByPlace<Stock>(db, list, request);
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
