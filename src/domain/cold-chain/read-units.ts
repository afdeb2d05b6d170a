/** What evaluation reads of storage units: limits, readings, loggers' own words; and where batches stood. Locks nothing. */
import type { Tx } from '../../db/in-transaction.ts';
import { groupBy } from '../group-by.ts';
import type { Limits, LoggerAlarm, Reading, Watch } from './out-periods.ts';
import type { Decision, Stay } from './spent-budget.ts';

/** In ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface UnitHistory {
  readonly storageUnitId: string;
  readonly limits: readonly Limits[];
  readonly readings: readonly Reading[];
  readonly watches: readonly Watch[];
}

const limitsJoin = `CROSS JOIN LATERAL (SELECT l.min_celsius, l.max_celsius FROM inventory.storage_unit_limits l
  WHERE l.storage_unit_id = r.storage_unit_id AND l.since <= r.measured_at ORDER BY l.since DESC LIMIT 1) AS limits`;

/**
 * As far as new readings may have changed what is known: to the last reading inside the limits before them, and to the
 * first one after them; what a logger has watched is looked at as a whole.
 */
export async function reachOf(tx: Tx, storageUnitId: string, { from, to }: Range): Promise<Range> {
  const inside = (
    comparison: string,
    direction: string,
  ) => `(SELECT r.measured_at FROM inventory.temperature_reading r ${limitsJoin}
    WHERE r.storage_unit_id = $1 AND r.measured_at ${comparison} AND r.celsius BETWEEN limits.min_celsius AND limits.max_celsius
    ORDER BY r.measured_at ${direction} LIMIT 1)`;
  const [row] = await tx.sql<{ from: Date | null; to: Date | null }>(
    `WITH told AS (
       SELECT least(to_timestamp($2), min(w.watched_from)) AS start, greatest(to_timestamp($3), max(w.watched_until)) AS stop
       FROM inventory.logger_report w WHERE w.storage_unit_id = $1 AND w.watched_from <= to_timestamp($3) AND w.watched_until >= to_timestamp($2))
     SELECT ${inside('< told.start', 'DESC')} AS "from", ${inside('> told.stop', 'ASC')} AS "to" FROM told`,
    [storageUnitId, from / 1_000, to / 1_000],
  );
  return { from: row?.from?.getTime() ?? -Infinity, to: row?.to?.getTime() ?? Infinity };
}

interface UnitRow {
  readonly storageUnitId: string;
  readonly limits: Limits[];
  readonly readings: [number, number][];
  readonly watches: { from: number; until: number; alarms: LoggerAlarm[] }[];
}

const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
const hundredths = (column: string) => `(${column} * 100)::integer`;

/**
 * One statement, whatever the number of units. Of a unit that nobody has watched only the readings out of limits come,
 * and the one that follows them: a month of readings each five minutes is mostly inside.
 */
export async function readUnits(
  tx: Tx,
  storageUnitIds: readonly string[],
  { from, to }: Range,
): Promise<ReadonlyMap<string, UnitHistory>> {
  const rows = await tx.query<UnitRow[]>(
    `WITH unit AS (SELECT id FROM unnest($1::uuid[]) AS u(id)),
     watch AS (
       SELECT storage_unit_id, json_agg(json_build_object('from', ${ms('watched_from')}, 'until', ${ms('watched_until')}, 'alarms', alarms) ORDER BY watched_from) AS watches
       FROM inventory.logger_report WHERE storage_unit_id = ANY($1::uuid[]) AND watched_from <= $3 AND watched_until >= $2 GROUP BY 1),
     judged AS (
       SELECT r.storage_unit_id, r.measured_at, r.celsius, r.celsius NOT BETWEEN limits.min_celsius AND limits.max_celsius AS is_out
       FROM inventory.temperature_reading r ${limitsJoin}
       WHERE r.storage_unit_id = ANY($1::uuid[]) AND r.measured_at BETWEEN $2 AND $3),
     told AS (
       SELECT *, lag(is_out) OVER (PARTITION BY storage_unit_id ORDER BY measured_at) AS was_out FROM judged),
     reading AS (
       SELECT storage_unit_id, json_agg(json_build_array(${ms('measured_at')}, ${hundredths('celsius')}) ORDER BY measured_at) AS readings
       FROM told WHERE is_out OR was_out OR storage_unit_id IN (SELECT storage_unit_id FROM watch) GROUP BY 1),
     limits AS (
       SELECT storage_unit_id, json_agg(json_build_object('since', ${ms(`greatest(since, '1970-01-01')`)}, 'min', ${hundredths('min_celsius')},
         'max', ${hundredths('max_celsius')}, 'graceMinutes', grace_minutes) ORDER BY since) AS limits
       FROM inventory.storage_unit_limits WHERE storage_unit_id = ANY($1::uuid[]) GROUP BY 1)
     SELECT unit.id AS "storageUnitId", limits.limits, coalesce(reading.readings, '[]') AS readings, coalesce(watch.watches, '[]') AS watches
     FROM unit JOIN limits ON limits.storage_unit_id = unit.id LEFT JOIN reading ON reading.storage_unit_id = unit.id
     LEFT JOIN watch ON watch.storage_unit_id = unit.id`,
    [storageUnitIds, instant(from), instant(to)],
  );
  return new Map(
    rows.map((row) => [
      row.storageUnitId,
      { ...row, readings: row.readings.map(([at, value]) => ({ at, hundredths: value })) },
    ]),
  );
}

/** For SQL, which knows infinity as well. */
export function instant(at: number): Date | string {
  if (at === Infinity) return 'infinity';
  return at === -Infinity ? '-infinity' : new Date(at);
}

export interface Batch {
  readonly stockId: string;
  readonly budgetMinutes: number;
  /** That holds it back already. */
  readonly excursionId: string | null;
  /** What a person has released before it came from there by transfer. */
  readonly decidedElsewhere: readonly Decision[];
  readonly stays: readonly Stay[];
}

interface StayRow extends Omit<Batch, 'stays'> {
  readonly storageUnitId: string;
  readonly since: number;
  readonly until: number | null;
}

/**
 * Batches with a budget that stood in the unit then and had units, or came by transfer from one that did; with all their
 * stays, those before a transfer among them.
 */
export async function readBatches(tx: Tx, storageUnitId: string, reach: Range): Promise<Batch[]> {
  const rows = await tx.query<StayRow[]>(
    `WITH RECURSIVE concerned AS (
       SELECT p.stock_id, p.since FROM inventory.stock_position p
       WHERE p.storage_unit_id = $1 AND p.since < $3 AND coalesce(p.until, 'infinity') > $2
       UNION
       SELECT l.destination_stock_id, t.shipped_at FROM concerned c JOIN inventory.inventory_transfer_line l ON l.stock_id = c.stock_id
       JOIN inventory.inventory_transfer t ON t.id = l.transfer_id AND t.shipped_at > c.since WHERE l.destination_stock_id IS NOT NULL),
     batch AS (
       SELECT s.id, s.excursion_id, p.excursion_budget_minutes AS budget FROM inventory.stock s JOIN catalogue.product p ON p.id = s.product_id
       WHERE s.id IN (SELECT stock_id FROM concerned) AND p.excursion_budget_minutes IS NOT NULL AND (s.on_hand_quantity > 0
         OR EXISTS (SELECT FROM inventory.inventory_transaction l WHERE l.stock_id = s.id AND l.recorded_at > $2)
         OR EXISTS (SELECT FROM inventory.open_vial_session v WHERE v.stock_id = s.id AND v.status = 'OPEN'))),
     origin AS (
       SELECT id AS batch_id, id AS stock_id, 'infinity'::timestamptz AS until FROM batch
       UNION
       SELECT o.batch_id, l.stock_id, t.shipped_at FROM origin o JOIN inventory.inventory_transfer_line l ON l.destination_stock_id = o.stock_id
       JOIN inventory.inventory_transfer t ON t.id = l.transfer_id AND t.shipped_at < o.until)
     SELECT batch.id AS "stockId", batch.excursion_id AS "excursionId", batch.budget AS "budgetMinutes", p.storage_unit_id AS "storageUnitId",
       (SELECT coalesce(json_agg(json_build_object('from', ${ms('x.started_at')}, 'to', ${ms('x.ended_at')}, 'minutes', x.minutes_out)), '[]')
         FROM origin d JOIN inventory.temperature_excursion x ON x.stock_id = d.stock_id
         WHERE d.batch_id = batch.id AND d.stock_id <> batch.id AND x.released_at < d.until AND x.ended_at IS NOT NULL) AS "decidedElsewhere",
       ${ms('p.since')} AS since, ${ms(`nullif(least(coalesce(p.until, 'infinity'), o.until), 'infinity')`)} AS until
     FROM batch JOIN origin o ON o.batch_id = batch.id JOIN inventory.stock_position p ON p.stock_id = o.stock_id
     WHERE p.storage_unit_id IS NOT NULL AND p.since < o.until ORDER BY batch.id, p.since`,
    [storageUnitId, instant(reach.from), instant(reach.to)],
  );
  return [...groupBy(rows, ({ stockId }) => stockId).values()].flatMap((stays) => {
    const [batch] = stays;
    if (batch === undefined) return [];
    const { stockId, excursionId, budgetMinutes, decidedElsewhere } = batch;
    const stood = stays.map(({ until, ...stay }) => ({ ...stay, until: until ?? Infinity }));
    return [{ stockId, excursionId, budgetMinutes, decidedElsewhere, stays: stood }];
  });
}
