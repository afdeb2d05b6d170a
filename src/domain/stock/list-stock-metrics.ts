/**
 * Figures of batches from the view of metrics, newest batch first, with the instant as of which they hold. Limited to
 * the reader's locations; a batch that came after the last refresh is not among them yet. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { readPageByPlace, type KeyOrder, type ListByPlace, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import type { StockFilter } from '../../schema/filters.ts';
import type { StockMetrics } from '../../schema/stock-metrics.ts';
import { atPlaces, placesOf, type Reader } from '../places.ts';
import { stockConditions } from './stock-filter.ts';

const newestFirst: KeyOrder = {
  name: 'stock-metrics',
  direction: 'DESC',
  keys: [
    { sql: 's.created_at', type: 'timestamptz' },
    { sql: 's.id', type: 'uuid' },
  ],
};

const columns = `m.stock_id AS "stockId", m.total_quantity AS "totalQuantity", m.available_quantity AS "availableQuantity",
  m.reserved_quantity AS "reservedQuantity", m.total_cost AS "totalCost", m.expected_profit AS "expectedProfit",
  m.days_on_shelf AS "daysOnShelf", m.days_to_expiry AS "daysToExpiry", m.profit_per_shelf_day AS "profitPerShelfDay",
  f.last_calculated_at AS "lastCalculatedAt"`;

export async function listStockMetrics(
  db: DataSource,
  reader: Reader,
  filter: StockFilter,
  request: PageRequest,
): Promise<Page<StockMetrics>> {
  const values = new Values();
  const list: ListByPlace = {
    order: newestFirst,
    columns,
    places: placesOf(reader, values, filter.locationId),
    from: 'inventory.stock s JOIN inventory.stock_metrics_view m ON m.stock_id = s.id',
    identity: 's.id',
    rows: 'inventory.stock_metrics_view m ON m.stock_id = page.id CROSS JOIN inventory.stock_metrics_freshness f',
    where: ['s.location_id = place.id', ...(await stockConditions(db, filter, values))],
    values,
  };
  return readPageByPlace<StockMetrics>(db, list, request);
}

export async function metricsOf(db: DataSource, reader: Reader, stockIds: readonly string[]): Promise<StockMetrics[]> {
  const values = new Values();
  return read<StockMetrics>(
    db,
    `SELECT ${columns} FROM inventory.stock_metrics_view m CROSS JOIN inventory.stock_metrics_freshness f
     WHERE m.stock_id = ANY(${values.add(stockIds, 'uuid[]')}) AND ${atPlaces(reader, values, 'm.location_id')}`,
    values.list,
  );
}
