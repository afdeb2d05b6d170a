/**
 * The figures of the overview, over the reader's locations: of batches, of lots, and of products by place. Of a large
 * inventory they are kept for half a minute, or until the metrics have been calculated anew; what is quickly counted is
 * of now. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { KeptAnswers } from '../../db/kept-answers.ts';
import { read } from '../../db/prepared.ts';
import { readReport } from '../../db/read-report.ts';
import { Values } from '../../db/values.ts';
import type { InventoryOverview } from '../../schema/inventory-overview.ts';
import { placesOf, type Reader } from '../places.ts';
import { takable } from './availability.ts';
import { isLargeInventory } from './inventory-size.ts';

/** Days to the last day: before 0, up to 7, … up to 365, and later or never. */
const horizons = [0, 7, 30, 60, 90, 180, 365, null];
const bounds = horizons.flatMap((days, i) => (days === null ? [] : [i === 0 ? days : days + 1]));
const bucketOf = (days: string) =>
  `coalesce(width_bucket(${days}, '{${bounds.join(',')}}'::integer[]), ${horizons.length - 1})`;

type StockFigures = Pick<
  InventoryOverview,
  'stockRows' | 'totalCost' | 'expectedProfit' | 'availableValue' | 'lastCalculatedAt'
> & { readonly values: readonly string[] };
interface LotFigures {
  readonly lots: number;
  readonly quarantinedLots: number;
  readonly onHand: readonly number[];
}
type ProductFigures = Pick<InventoryOverview, 'lowStockProducts'>;
type MonthFigures = Pick<InventoryOverview, 'vialMarginLast30Days' | 'wasteCostLast30Days' | 'wasteByReason'>;
type FiguresOfNow = Pick<InventoryOverview, 'openAlerts' | 'openVials'>;
type Figures = Omit<InventoryOverview, keyof FiguresOfNow>;

const answers = new WeakMap<DataSource, KeptAnswers<Figures>>();

export async function readInventoryOverview(
  db: DataSource,
  reader: Reader,
  locationId: string | null,
): Promise<InventoryOverview> {
  const values = new Values();
  const statement = ofNow(placesOf(reader, values, locationId));
  const [row] = await read<FiguresOfNow & { refreshedAt: string }>(db, statement, values.list);
  if (row === undefined) throw new Error('Nobody knows how fresh the metrics are');
  const { refreshedAt, ...now } = row;
  if (!(await isLargeInventory(db))) return { ...(await figuresOf(db, read, reader, locationId)), ...now };
  const kept = answers.get(db) ?? new KeptAnswers<Figures>();
  answers.set(db, kept);
  const { isSystem, locationIds } = reader;
  const question = JSON.stringify([refreshedAt, locationId, isSystem, [...locationIds].sort()]);
  const figures = await kept.get(question, () => figuresOf(db, readReport, reader, locationId));
  return { ...figures, ...now };
}

/** Four statements at once: at a million batches two of them take about a second each. */
async function figuresOf(
  db: DataSource,
  readRows: typeof read,
  reader: Reader,
  locationId: string | null,
): Promise<Figures> {
  const one = async <Row>(statement: (places: string) => string): Promise<Row> => {
    const values = new Values();
    const [row] = await readRows<Row>(db, statement(placesOf(reader, values, locationId)), values.list);
    if (row === undefined) throw new Error('A figure of the overview has no row');
    return row;
  };
  const [{ values, ...stock }, { onHand, ...lots }, products, month] = await Promise.all([
    one<StockFigures>(ofStock),
    one<LotFigures>(ofLots),
    one<ProductFigures>(ofProducts),
    one<MonthFigures>(ofVialsAndWaste),
  ]);
  const [expiredLots = 0, within7 = 0, within30 = 0] = onHand;
  const expiring = horizons.map((withinDays, i) => ({ withinDays, lots: onHand[i] ?? 0, value: values[i] ?? '0' }));
  return { ...stock, ...lots, ...products, ...month, expiring, expiredLots, expiringWithin30Days: within7 + within30 };
}

const ofNow = (places: string) => `SELECT f.refreshed_at::text AS "refreshedAt",
    (SELECT count(*)::integer FROM inventory.inventory_alert a JOIN ${places} ON place.id = a.location_id WHERE a.status <> 'RESOLVED') AS "openAlerts",
    (SELECT count(*)::integer FROM inventory.open_vial_session v JOIN ${places} ON place.id = v.location_id WHERE v.status = 'OPEN') AS "openVials"
  FROM inventory.stock_metrics_freshness f`;

const eachBucket = `generate_series(0, ${horizons.length - 1}) AS each`;

/** The value of a batch lies where its last day at its own place says. */
const ofStock = (places: string) => `WITH bucket AS (
    SELECT ${bucketOf('s.lot_expires_on - place.today')} AS bucket, count(*) AS rows, sum(s.gross_purchase_price) AS cost,
      sum(s.gross_purchase_price * s.roi_percentage) AS profit, sum(s.on_hand_quantity * s.unit_cost) AS value,
      sum(s.available_quantity * s.unit_cost) FILTER (WHERE ${takable}) AS available
    FROM inventory.stock s JOIN ${places} ON place.id = s.location_id WHERE s.status NOT IN ('SOLD_OUT', 'CLOSED') GROUP BY 1
  )
  SELECT now() AS "lastCalculatedAt", coalesce(sum(rows), 0)::integer AS "stockRows", coalesce(sum(cost), 0) AS "totalCost",
    round(coalesce(sum(profit), 0) * 0.01, 4) AS "expectedProfit", round(coalesce(sum(available), 0), 4) AS "availableValue",
    ARRAY(SELECT round(coalesce(b.value, 0), 4)::text FROM ${eachBucket} LEFT JOIN bucket b ON b.bucket = each ORDER BY each) AS values
  FROM bucket`;

/** A lot that is held at several places counts once, by the place where its last day is nearest. */
const ofLots = (places: string) => `WITH lot AS (
    SELECT min(s.lot_expires_on - place.today) AS days, bool_or(s.on_hand_quantity > 0) AS on_hand, bool_or(s.lot_quarantined) AS quarantined
    FROM inventory.stock s JOIN ${places} ON place.id = s.location_id
    WHERE s.on_hand_quantity > 0 OR s.defective_quantity > 0 OR s.sample_quantity > 0 GROUP BY s.lot_id
  ), bucket AS (
    SELECT ${bucketOf('days')} AS bucket, on_hand, quarantined, count(*) AS lots FROM lot GROUP BY 1, 2, 3
  )
  SELECT coalesce(sum(lots), 0)::integer AS lots, coalesce(sum(lots) FILTER (WHERE quarantined), 0)::integer AS "quarantinedLots",
    ARRAY(SELECT coalesce(sum(b.lots), 0)::integer FROM ${eachBucket} LEFT JOIN bucket b ON b.bucket = each AND b.on_hand
      GROUP BY each ORDER BY each) AS "onHand"
  FROM bucket`;

const ofProducts = (places: string) => `WITH low AS (
    SELECT p.id FROM catalogue.product p JOIN inventory.stock s ON s.product_id = p.id JOIN ${places} ON place.id = s.location_id
    WHERE p.reorder_point IS NOT NULL GROUP BY p.id, s.location_id
    HAVING coalesce(sum(s.available_quantity) FILTER (WHERE ${takable}), 0) <= p.reorder_point
  )
  SELECT count(DISTINCT id)::integer AS "lowStockProducts" FROM low`;

/** An ended vial costs one unit; one with doses left what was drawn and wasted so far: as session-money.ts has it. */
const ofVialsAndWaste = (places: string) => `WITH wasted AS (
    SELECT w.reason, coalesce(sum(w.cost), 0) AS cost, round(sum(w.quantity / coalesce(v.initial_doses, 1)), 4) AS quantity
    FROM inventory.waste_record w JOIN ${places} ON place.id = w.location_id LEFT JOIN inventory.open_vial_session v ON v.id = w.session_id
    WHERE w.recorded_at > now() - interval '30 days' GROUP BY w.reason
  ), vial AS (
    SELECT v.id, v.remaining_doses = 0 AS ended, coalesce(v.unit_cost, 0) AS unit_cost, v.initial_doses
    FROM inventory.open_vial_session v JOIN ${places} ON place.id = v.location_id WHERE v.opened_at > now() - interval '30 days'
  ), money AS (
    SELECT CASE WHEN v.ended THEN v.unit_cost ELSE u.cost + (SELECT coalesce(sum(cost), 0) FROM inventory.waste_record WHERE session_id = v.id) END AS cost,
      u.revenue
    FROM vial v CROSS JOIN LATERAL (
      SELECT coalesce(sum(charge), 0) AS revenue, coalesce(sum(round(doses * v.unit_cost / v.initial_doses, 4)), 0) AS cost
      FROM inventory.vial_usage_record WHERE session_id = v.id
    ) u
  )
  SELECT (SELECT coalesce(sum(revenue - cost), 0) FROM money) AS "vialMarginLast30Days", coalesce(sum(cost), 0) AS "wasteCostLast30Days",
    coalesce(jsonb_agg(jsonb_build_object('reason', reason, 'quantity', trim_scale(quantity)::text, 'cost', trim_scale(cost)::text) ORDER BY cost DESC, reason),
      '[]') AS "wasteByReason"
  FROM wasted`;
