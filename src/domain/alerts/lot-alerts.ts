/**
 * Alerts about a lot at a place: EXPIRING_SOON by the settings' horizons, EXPIRED from the midnight after its last day,
 * RECALL for what came in although its lot is recalled. What is is read anew under a lock that all who settle take: the
 * last word is that of who looked last. Units are those on hand, wherever they stand.
 * Locks: the lock of lot alerts, then alerts by subject.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { readMany } from '../../db/prepared.ts';
import type { AlertSeverity, AlertType } from '../../schema/enums.ts';
import { groupBy } from '../group-by.ts';
import { decide, type CurrentAlert, type Told } from './alert-decision.ts';
import { expiredWords, expiringWords, recalledWords } from './alert-words.ts';
import { currentAlerts, settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

export interface LotAtPlace {
  readonly lotId: string;
  readonly locationId: string;
}

export interface LotFigures extends LotAtPlace {
  readonly place: string;
  readonly productId: string;
  readonly product: string;
  readonly stockUnit: string;
  readonly lotNumber: string;
  readonly units: string;
  /** Null: it does not expire. */
  readonly expiresOn: string | null;
  /** Until its last day there; below 0 afterwards. */
  readonly daysLeft: number | null;
  /** Its units are in quarantine for it: so it stays, although a clock is set back or a place's time zone corrected. */
  readonly isHeldAsExpired: boolean;
  readonly isRecalled: boolean;
  /** The place has the alert of the recall itself. */
  readonly isToldByRecall: boolean;
  readonly horizonDays: readonly number[];
  readonly current: readonly (CurrentAlert & { readonly type: AlertType })[];
}

const types = ['EXPIRING_SOON', 'EXPIRED', 'RECALL'] as const;
type LotAlertType = (typeof types)[number];

/** Pure. A recall is found where somebody says that goods of one came in, and stays as long as it is so. */
export function findingsOf(lot: LotFigures, mayRaiseRecall: boolean): ReadonlyMap<LotAlertType, Told> {
  const found = new Map<LotAlertType, Told>();
  const { expiresOn, daysLeft } = lot;
  if (expiresOn !== null && daysLeft !== null) {
    const severity = severityOf(daysLeft, lot.horizonDays);
    const words = { ...lot, expiresOn };
    if (daysLeft < 0 || lot.isHeldAsExpired) found.set('EXPIRED', { severity: 'CRITICAL', ...expiredWords(words) });
    else if (severity !== null) found.set('EXPIRING_SOON', { severity, ...expiringWords(words) });
  }
  const isTold = mayRaiseRecall || lot.current.some(({ type }) => type === 'RECALL');
  if (lot.isRecalled && isTold && !lot.isToldByRecall)
    found.set('RECALL', { severity: 'CRITICAL', ...recalledWords(lot) });
  return found;
}

/** By the nearest horizon that is reached: CRITICAL for a week or less, WARNING for a month or less. Pure. */
export function severityOf(daysLeft: number, horizonDays: readonly number[]): AlertSeverity | null {
  const reached = horizonDays.filter((horizon) => daysLeft <= horizon);
  if (reached.length === 0) return null;
  const nearest = Math.min(...reached);
  if (nearest <= 7) return 'CRITICAL';
  return nearest <= 30 ? 'WARNING' : 'INFO';
}

/** Places with the day there, and the settings. OFFSET 0: see places.ts. */
const placesAndHorizons = `(SELECT o.id, o.name, (statement_timestamp() AT TIME ZONE o.time_zone)::date AS today, n.expiry_horizon_days AS horizons,
    (SELECT max(h) FROM unnest(n.expiry_horizon_days) h) AS furthest
  FROM people.location o CROSS JOIN ops.settings n OFFSET 0) AS place`;

/**
 * Of the pairs that a CTE `pair(lot_id, location_id)` names; one without units has no row. Each pair's batches are found
 * by their lot, whatever the planner thinks of the place: there a place has a few batches of a lot among thousands.
 */
const figuresOfPairs = `
  SELECT pair.lot_id AS "lotId", pair.location_id AS "locationId", place.name AS place, p.id AS "productId", p.name AS product,
    p.stock_unit AS "stockUnit", lot.manufacturer_lot_number AS "lotNumber", held.units, lot.expires_on AS "expiresOn",
    lot.expires_on - place.today AS "daysLeft", lot.recalled AS "isRecalled", place.horizons AS "horizonDays",
    held.as_expired AS "isHeldAsExpired", alert.current, EXISTS (SELECT FROM inventory.inventory_alert t JOIN inventory.recall_lot r ON r.recall_id = t.recall_id
      WHERE t.type = 'RECALL' AND t.location_id = pair.location_id AND t.ended_at IS NULL AND t.status <> 'RESOLVED' AND r.lot_id = pair.lot_id) AS "isToldByRecall"
  FROM pair JOIN ${placesAndHorizons} ON place.id = pair.location_id
  JOIN inventory.inventory_lot lot ON lot.id = pair.lot_id JOIN catalogue.product p ON p.id = lot.product_id
  CROSS JOIN LATERAL (
    SELECT sum(s.on_hand_quantity) AS units, bool_or(s.quarantine_quantity > 0 AND EXISTS (
      SELECT FROM inventory.stock_quarantine q WHERE q.stock_id = s.id AND q.cause = 'EXPIRY' AND q.reference = s.lot_id)) AS as_expired
    FROM inventory.stock s WHERE s.lot_id = pair.lot_id AND s.location_id IS NOT DISTINCT FROM pair.location_id AND s.on_hand_quantity > 0
  ) AS held
  CROSS JOIN LATERAL (${currentAlerts(types, 'pair.location_id', 'pair.lot_id')}) AS alert
  WHERE held.units IS NOT NULL`;

export async function settleLotAlerts(
  tx: Tx,
  lots: readonly LotAtPlace[],
  { mayRaiseRecall = false }: { readonly mayRaiseRecall?: boolean } = {},
): Promise<Settled> {
  // In a statement of its own: the next one sees what the one before us has committed.
  await tx.sql('SELECT pg_advisory_xact_lock($1)', [advisoryLocks.lotAlerts]);
  const figures = await tx.query<LotFigures[]>(
    `WITH pair AS (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[]) AS pair(lot_id, location_id)) ${figuresOfPairs}`,
    [lots.map(({ lotId }) => lotId), lots.map(({ locationId }) => locationId)],
  );
  const found = figures.flatMap((lot): Finding[] =>
    [...findingsOf(lot, mayRaiseRecall)].map(([type, told]) => ({
      ...{ type, locationId: lot.locationId, subject: lot.lotId, lotId: lot.lotId, productId: lot.productId },
      ...told,
    })),
  );
  const within = [...groupBy(lots, ({ locationId }) => locationId)].map(([locationId, group]) => ({
    types,
    locationId,
    subjects: group.map(({ lotId }) => lotId),
  }));
  return settleAlerts(tx, { found, within, resolution });
}

const resolution = 'No units of it are left here, or another alert has taken its place.';

/** As the index of a place's batches by expiry has it. */
const lastDay = `coalesce(s.lot_expires_on, 'infinity')`;

/** Before the first. */
export const firstLot = '00000000-0000-0000-0000-000000000000';

/** Lots looked at in one statement, and settled in one transaction. */
export const lotsAtOnce = 1_000;

export interface LotPage {
  /** Those whose alerts are not as they should be. */
  readonly unsettled: readonly LotAtPlace[];
  /** Where the next page begins; null after the last. */
  readonly next: readonly [expiresOn: string, lotId: string] | null;
}

export interface LotPlace {
  readonly id: string;
  /** The last day that is within its furthest horizon. */
  readonly until: string;
}

export async function lotPlaces(db: DataSource): Promise<LotPlace[]> {
  return readMany<LotPlace>(
    db,
    `SELECT id, place.today + place.furthest AS until FROM ${placesAndHorizons} ORDER BY id`,
  );
}

/** A page of the lots with units at a place that expire within the furthest horizon, or have. Locks nothing. */
export async function unsettledLots(db: DataSource, { id, until }: LotPlace, after: LotPage['next']): Promise<LotPage> {
  const rows = await readMany<LotFigures & { readonly expiresOn: string }>(
    db,
    `WITH pair AS MATERIALIZED (
       SELECT s.lot_id, s.location_id FROM inventory.stock s
       WHERE s.location_id = $1 AND ${lastDay} <= $2::date AND (${lastDay}, s.lot_id) > ($3::date, $4::uuid)
         AND s.status NOT IN ('SOLD_OUT', 'CLOSED') AND s.on_hand_quantity > 0
       GROUP BY ${lastDay}, s.lot_id, s.location_id ORDER BY ${lastDay}, s.lot_id LIMIT ${lotsAtOnce}
     ) ${figuresOfPairs} ORDER BY lot.expires_on, lot.id`,
    [id, until, ...(after ?? ['-infinity', firstLot])],
  );
  const last = rows.at(-1);
  const isLast = last === undefined || rows.length < lotsAtOnce;
  return { unsettled: rows.filter(isUnsettled), next: isLast ? null : [last.expiresOn, last.lotId] };
}

function isUnsettled(lot: LotFigures): boolean {
  const found = findingsOf(lot, false);
  return types.some((type) => {
    const current = lot.current.find((alert) => alert.type === type) ?? null;
    return decide(current, found.get(type) ?? null) !== 'NOTHING';
  });
}

/**
 * A page of the lots whose alerts at a place may have lost their cause: no units left, a horizon drawn in, a recall
 * released. By lot, because some stay: units that are held as expired keep their alert. Locks nothing.
 */
export async function lotsWithoutCause(db: DataSource, locationId: string, after: string): Promise<LotAtPlace[]> {
  return readMany<LotAtPlace>(
    db,
    `SELECT DISTINCT a.lot_id AS "lotId", a.location_id AS "locationId"
     FROM inventory.inventory_alert a JOIN ${placesAndHorizons} ON place.id = a.location_id
     WHERE a.location_id = $1 AND a.lot_id > $2 AND a.ended_at IS NULL AND a.type = ANY('{${types.join(',')}}'::inventory.alert_type[])
       AND a.subject = a.lot_id::text
       AND NOT EXISTS (SELECT FROM inventory.stock s WHERE s.lot_id = a.lot_id AND s.location_id = a.location_id AND s.on_hand_quantity > 0
         AND CASE a.type WHEN 'RECALL' THEN s.lot_recalled ELSE s.lot_expires_on <= place.today + place.furthest END)
     ORDER BY a.lot_id LIMIT ${lotsAtOnce}`,
    [locationId, after],
  );
}
