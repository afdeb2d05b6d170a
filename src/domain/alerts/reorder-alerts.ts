/**
 * Alerts about a product at a place where it is or was held: OUT_OF_STOCK where nothing of it may be taken, else
 * LOW_STOCK at or below its reorder point; one takes the other's place. Read anew under a lock that all who settle take:
 * the last word is that of who looked last.
 * Locks: the lock of reorder alerts, then alerts by subject.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { readMany } from '../../db/prepared.ts';
import type { AlertType } from '../../schema/enums.ts';
import { exact } from '../decimal.ts';
import { groupBy } from '../group-by.ts';
import { takable } from '../stock/availability.ts';
import { decide, type CurrentAlert, type Told } from './alert-decision.ts';
import { lowWords, outWords, type ReorderWords } from './alert-words.ts';
import { currentAlerts, settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

export interface ProductAtPlace {
  readonly productId: string;
  readonly locationId: string;
}

interface ReorderFigures extends ProductAtPlace, ReorderWords {
  readonly current: readonly (CurrentAlert & { readonly type: AlertType })[];
}

const types = ['LOW_STOCK', 'OUT_OF_STOCK'] as const;
type ReorderAlert = Told & { readonly type: (typeof types)[number] };

/** Pure. */
export function reorderAlertOf(figures: ReorderWords): ReorderAlert | null {
  const { available, reorderPoint } = figures;
  if (!exact(available).gt(0)) return { type: 'OUT_OF_STOCK', severity: 'CRITICAL', ...outWords(figures) };
  if (reorderPoint === null || exact(available).gt(reorderPoint)) return null;
  return { type: 'LOW_STOCK', severity: 'WARNING', ...lowWords({ ...figures, reorderPoint }) };
}

/** OFFSET 0: see places.ts. */
const places = `(SELECT id, name, (statement_timestamp() AT TIME ZONE time_zone)::date AS today FROM people.location OFFSET 0) AS place`;

/** Of the pairs that a CTE `pair(product_id, location_id)` names; a product that was never held there has no row. */
const figuresOfPairs = `
  SELECT pair.product_id AS "productId", pair.location_id AS "locationId", place.name AS place, p.name AS product, p.stock_unit AS "stockUnit",
    p.reorder_point AS "reorderPoint", p.reorder_quantity AS "reorderQuantity", held.available, held.on_hand - held.available AS unavailable,
    alert.current
  FROM pair JOIN ${places} ON place.id = pair.location_id JOIN catalogue.product p ON p.id = pair.product_id
  CROSS JOIN LATERAL (
    SELECT sum(s.on_hand_quantity) AS on_hand, coalesce(sum(s.available_quantity) FILTER (WHERE ${takable}), 0) AS available
    FROM inventory.stock s WHERE s.product_id = pair.product_id AND s.location_id = pair.location_id
  ) AS held
  CROSS JOIN LATERAL (${currentAlerts(types, 'pair.location_id', 'pair.product_id')}) AS alert
  WHERE held.on_hand IS NOT NULL`;

export async function settleReorderAlerts(tx: Tx, pairs: readonly ProductAtPlace[]): Promise<Settled> {
  // In a statement of its own: the next one sees what the one before us has committed.
  await tx.sql('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.reorderAlerts]);
  const figures = await tx.query<ReorderFigures[]>(
    `WITH pair AS (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS pair(product_id, location_id)) ${figuresOfPairs}`,
    [pairs.map(({ productId }) => productId), pairs.map(({ locationId }) => locationId)],
  );
  const found = figures.flatMap((each): Finding[] => {
    const alert = reorderAlertOf(each);
    const { productId, locationId } = each;
    return alert === null ? [] : [{ ...alert, locationId, subject: productId, productId }];
  });
  const within = [...groupBy(pairs, ({ locationId }) => locationId)].map(([locationId, group]) => ({
    types,
    locationId,
    subjects: group.map(({ productId }) => productId),
  }));
  return settleAlerts(tx, { found, within, resolution });
}

const resolution = 'There is enough again, or another alert has taken its place.';

/** Products at places looked at in one statement, and settled in one transaction. */
export const productsAtOnce = 1_000;

export interface ProductPage {
  /** Those whose alerts are not as they should be. */
  readonly unsettled: readonly ProductAtPlace[];
  /** Where the next page begins; null after the last. */
  readonly next: ProductAtPlace | null;
}

/** A page of all products at all places where they are or were held. Locks nothing. */
export async function unsettledProducts(db: DataSource, after: ProductPage['next']): Promise<ProductPage> {
  const rows = await readMany<ReorderFigures>(
    db,
    `WITH pair AS MATERIALIZED (
       SELECT product_id, location_id FROM inventory.stock WHERE (product_id, location_id) > ($1::uuid, $2::uuid)
       GROUP BY product_id, location_id ORDER BY product_id, location_id LIMIT ${productsAtOnce}
     ) ${figuresOfPairs} ORDER BY pair.product_id, pair.location_id`,
    [after?.productId ?? nil, after?.locationId ?? nil],
  );
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < productsAtOnce;
  return { unsettled: rows.filter(isUnsettled), next: isLast ? null : last };
}

const nil = '00000000-0000-0000-0000-000000000000';

function isUnsettled(figures: ReorderFigures): boolean {
  const found = reorderAlertOf(figures);
  return types.some((type) => {
    const current = figures.current.find((alert) => alert.type === type) ?? null;
    return decide(current, found?.type === type ? found : null) !== 'NOTHING';
  });
}

/** Where these products are or were held. */
export async function placesOfProducts(db: DataSource, productIds: readonly string[]): Promise<ProductAtPlace[]> {
  return readMany<ProductAtPlace>(
    db,
    `SELECT DISTINCT product_id AS "productId", location_id AS "locationId" FROM inventory.stock WHERE product_id = ANY($1::uuid[])`,
    [productIds],
  );
}
