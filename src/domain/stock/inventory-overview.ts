/**
 * The figures of the overview, over the reader's locations: of batches, of lots, and of
 * products by place. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import type { ExpiryBucket, InventoryOverview } from '../../schema/inventory-overview.ts';
import { placesOf, type Reader } from '../places.ts';
import { takable } from './availability.ts';

const horizons = [7, 30, 60, 90, 180, 365];

type LotFigures = Pick<InventoryOverview, 'lots' | 'expiringWithin30Days' | 'expiredLots' | 'quarantinedLots'> & {
  readonly expiring: readonly ExpiryBucket[];
};
type StockFigures = Pick<InventoryOverview, 'stockRows' | 'totalCost' | 'expectedProfit' | 'availableValue'>;
type OtherFigures = Pick<InventoryOverview, 'lowStockProducts' | 'wasteCostLast30Days' | 'openAlerts'>;

/** Three statements at once: at a million batches each takes a second or two, one of all would pass the time limit. */
export async function readInventoryOverview(
  db: DataSource,
  reader: Reader,
  locationId: string | null,
): Promise<InventoryOverview> {
  const one = async <Row>(statement: (places: string) => string): Promise<Row> => {
    const values = new Values();
    const [row] = await read<Row>(db, statement(placesOf(reader, values, locationId)), values.list);
    if (row === undefined) throw new Error('A figure of the overview has no row');
    return row;
  };
  const [lots, stock, others] = await Promise.all([
    one<LotFigures>(ofLots),
    one<StockFigures>(ofStock),
    one<OtherFigures>(ofProductsWasteAndAlerts),
  ]);
  const later = { openVials: 0, vialMarginLast30Days: '0', lastCalculatedAt: null, wasteByReason: [] };
  return { ...later, ...lots, ...stock, ...others };
}

/** A lot that is held at several places counts once, by the place where its last day is nearest. */
const ofLots = (places: string) => `WITH lot AS MATERIALIZED (
    SELECT s.lot_id, min(s.lot_expires_on - place.today) AS days, bool_or(s.on_hand_quantity > 0) AS on_hand,
      bool_or(s.lot_quarantined) AS quarantined, coalesce(sum(s.on_hand_quantity * s.unit_cost), 0) AS value
    FROM inventory.stock s JOIN ${places} ON place.id = s.location_id
    WHERE s.on_hand_quantity > 0 OR s.defective_quantity > 0 OR s.sample_quantity > 0 GROUP BY 1
  ), horizon AS (
    SELECT coalesce(lag(within) OVER (ORDER BY within), -1) AS past, within
    FROM unnest('{${[0, ...horizons].join(',')},NULL}'::integer[]) AS within
  ), by_day AS (
    SELECT days, count(*) AS lots, sum(value) AS value FROM lot WHERE on_hand GROUP BY 1
  ), bucket AS (
    SELECT h.within, coalesce(sum(l.lots), 0)::integer AS lots, round(coalesce(sum(l.value), 0), 4) AS value
    FROM horizon h LEFT JOIN by_day l ON ${inBucket} GROUP BY 1
  )
  SELECT count(*)::integer AS lots,
    (count(*) FILTER (WHERE on_hand AND days BETWEEN 0 AND 30))::integer AS "expiringWithin30Days",
    (count(*) FILTER (WHERE on_hand AND days < 0))::integer AS "expiredLots",
    (count(*) FILTER (WHERE quarantined))::integer AS "quarantinedLots",
    (SELECT json_agg(json_build_object('withinDays', within, 'lots', lots, 'value', value::text) ORDER BY within NULLS LAST) FROM bucket) AS expiring
  FROM lot`;

const ofStock = (
  places: string,
) => `SELECT count(*)::integer AS "stockRows", coalesce(sum(s.gross_purchase_price), 0) AS "totalCost",
    round(coalesce(sum(s.gross_purchase_price * s.roi_percentage / 100), 0), 4) AS "expectedProfit",
    round(coalesce(sum(s.available_quantity * s.unit_cost) FILTER (WHERE ${takable}), 0), 4) AS "availableValue"
  FROM inventory.stock s JOIN ${places} ON place.id = s.location_id WHERE s.status NOT IN ('SOLD_OUT', 'CLOSED')`;

const ofProductsWasteAndAlerts = (places: string) => `WITH at_place AS (
    SELECT s.product_id, coalesce(sum(s.available_quantity) FILTER (WHERE ${takable}), 0) AS free
    FROM inventory.stock s JOIN ${places} ON place.id = s.location_id GROUP BY s.product_id, s.location_id
  )
  SELECT (SELECT count(DISTINCT p.id)::integer FROM at_place a JOIN catalogue.product p ON p.id = a.product_id WHERE a.free <= p.reorder_point) AS "lowStockProducts",
    (SELECT round(coalesce(sum(-w.quantity_change * w.unit_cost), 0), 4) FROM inventory.inventory_transaction w JOIN ${places} ON place.id = w.location_id
     WHERE w.type = 'WASTE' AND w.recorded_at > now() - interval '30 days') AS "wasteCostLast30Days",
    (SELECT count(*)::integer FROM inventory.inventory_alert a JOIN ${places} ON place.id = a.location_id WHERE a.status <> 'RESOLVED') AS "openAlerts"`;

/** 0 stands for the past; 7 for today and seven days from now; null for later, or never. */
const inBucket = `CASE
  WHEN h.within = 0 THEN l.days < 0
  WHEN h.within IS NULL THEN l.days IS NULL OR l.days > ${Math.max(...horizons)}
  WHEN h.within = ${Math.min(...horizons)} THEN l.days BETWEEN 0 AND h.within
  ELSE l.days > h.past AND l.days <= h.within END`;
