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
  return readPageByPlace<Stock>(db, stockList(reader, filter, order), request);
}

export function stockList(reader: Reader, filter: StockFilter, order: StockOrder): ListByPlace {
  const values = new Values();
  return {
    order: orders[order],
    columns,
    places: placesOf(reader, values, filter.locationId),
    alias: 's',
    from: 'inventory.stock s',
    where: ['s.location_id = place.id', ...conditions(filter, values)],
    values,
  };
}

function conditions(filter: StockFilter, values: Values): string[] {
  const productId = optionalUuid(filter.productId, 'productId');
  const lotId = optionalUuid(filter.lotId, 'lotId');
  const search = filter.search?.trim() ?? '';
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
    ...(search === '' ? [] : [found(search, values)]),
  ];
}

function listedOn(platform: string): string {
  return `s.listed_on_platforms @> jsonb_build_array(jsonb_build_object('platform', ${platform})) AND EXISTS (
    SELECT FROM jsonb_array_elements(s.listed_on_platforms) AS l WHERE l->>'platform' = ${platform} AND l->>'delistedAt' IS NULL)`;
}

/** What matches is gathered first, once a statement: each of the four ways has an index or a small table. */
function found(search: string, values: Values): string {
  const name = values.add(contains(search.toLowerCase()), 'text');
  const code = values.add(beginsWith(search.toUpperCase()), 'text');
  const lotNumber = values.add(search, 'text');
  return `s.product_id = ANY(ARRAY(SELECT p.id FROM catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id
      WHERE p.name_key LIKE ${name} OR b.name_key LIKE ${name}))
    OR s.lot_id = ANY(ARRAY(SELECT id FROM inventory.inventory_lot WHERE lot_number_key ^@ catalogue.lot_number_key(${lotNumber})))
    OR s.batch_code LIKE ${code} OR s.sku LIKE ${code}`;
}
