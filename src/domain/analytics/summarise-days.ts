/**
 * Counts pharmacies' days anew and keeps the figures. A count and the marks that it takes away are one statement, so they
 * see the same moment: a mark that comes later, with events that the count has not seen, stays. The figures are the same
 * whatever the order in which events came, and a row is written only where they differ.
 * Locks: the days, ascending, each for one count at a time, whose statement begins after it has the lock: of two counts
 * that overlap the older one could write last. Then the rows.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { figureColumns, figuresOf, withinDays } from './day-figures.ts';
import { partsOf, stretchesOf, type Days } from './days.ts';

export interface Summarised {
  /** Of a pharmacy each. */
  readonly days: number;
  /** Of these, whose figures were others. */
  readonly changed: number;
}

/** A year of a hundred pharmacies is counted in thirteen statements of a second or two. */
const daysAtOnce = 28;

/** Null: all of them. */
export interface Range extends Days {
  readonly pharmacyIds: readonly string[] | null;
}

/** What is marked, in stretches that are counted at once. */
export async function markedStretches(db: DataSource): Promise<Days[]> {
  const marked = await read<{ date: string }>(db, 'SELECT DISTINCT date FROM dpap.dirty_day ORDER BY date');
  return stretchesOf(
    marked.map(({ date }) => date),
    daysAtOnce,
  );
}

export function rangesOf({ pharmacyIds, ...days }: Range): Range[] {
  return partsOf(days, daysAtOnce).map((part) => ({ ...part, pharmacyIds }));
}

/** Every marked day of the stretch. */
export async function summariseMarked(tx: Tx, { from, to }: Days): Promise<Summarised> {
  await lockDays(tx, { from, to });
  return write(
    tx,
    `WITH mark AS (DELETE FROM dpap.dirty_day WHERE date BETWEEN $1 AND $2 RETURNING pharmacy_id, date),
     asked AS MATERIALIZED (SELECT DISTINCT pharmacy_id, date FROM mark),
     ${figuresOf(`asked a JOIN dpap.dispensing_event e ON e.pharmacy_id = a.pharmacy_id AND e.local_date = a.date WHERE ${withinDays('$1', '$2')}`)},
     counted AS (SELECT * FROM asked LEFT JOIN figure USING (pharmacy_id, date))`,
    [from, to],
  );
}

/** Every day of the range that has events, had some, or is marked. */
export async function summariseRange(tx: Tx, { from, to, pharmacyIds }: Range): Promise<Summarised> {
  // The planner expects far fewer days than a range has, and would go through all of them for each.
  await tx.sql(`SELECT set_config('enable_nestloop', 'off', true)`);
  await lockDays(tx, { from, to });
  const asked = (alias: string) => `($3::uuid[] IS NULL OR ${alias}.pharmacy_id = ANY($3))`;
  return write(
    tx,
    `WITH mark AS (DELETE FROM dpap.dirty_day m WHERE date BETWEEN $1 AND $2 AND ${asked('m')}),
     ${figuresOf(`dpap.dispensing_event e WHERE e.local_date BETWEEN $1 AND $2 AND ${withinDays('$1', '$2')} AND ${asked('e')}`)},
     known AS (SELECT c.pharmacy_id, c.date FROM dpap.daily_summary_cache c WHERE c.date BETWEEN $1 AND $2 AND ${asked('c')}),
     counted AS (SELECT * FROM known FULL JOIN figure USING (pharmacy_id, date))`,
    [from, to, pharmacyIds],
  );
}

async function lockDays(tx: Tx, { from, to }: Days): Promise<void> {
  // A limit is taken when a statement begins. Of a plan that was made for other days, the guess of rows would be wrong.
  await tx.sql(
    `SELECT set_config('statement_timeout', '15min', true), set_config('lock_timeout', '15min', true), set_config('work_mem', '64MB', true),
       set_config('plan_cache_mode', 'force_custom_plan', true)`,
  );
  await tx.sql(
    `SELECT pg_advisory_xact_lock(${advisoryLocks.dispensingDay}, day::date - date '2000-01-01')
     FROM generate_series($1::date, $2::date, interval '1 day') AS day`,
    [from, to],
  );
}

const ofNone: Readonly<Record<string, string>> = {
  top_medicines: `'[]'::jsonb`,
  hourly_distribution: `array_fill(0, ARRAY[24])`,
};
const columns = figureColumns.join(', ');
const values = figureColumns.map((column) => `coalesce(${column}, ${ofNone[column] ?? '0'})`).join(', ');
const of = (row: string) => figureColumns.map((column) => `${row}.${column}`).join(', ');

/** `counted`: each day with its figures, null where it has no events. */
async function write(tx: Tx, counts: string, parameters: readonly unknown[]): Promise<Summarised> {
  const [row] = await tx.sql<Summarised>(
    `${counts},
     changed AS (
       INSERT INTO dpap.daily_summary_cache AS c (pharmacy_id, date, ${columns})
       SELECT pharmacy_id, date, ${values} FROM counted ORDER BY pharmacy_id, date
       ON CONFLICT (pharmacy_id, date) DO UPDATE SET (${columns}, updated_at) = ROW (${of('excluded')}, excluded.updated_at)
       WHERE (${of('c')}) IS DISTINCT FROM (${of('excluded')})
       RETURNING 1)
     SELECT (SELECT count(*) FROM counted)::integer AS days, (SELECT count(*) FROM changed)::integer AS changed`,
    parameters,
  );
  if (row === undefined) throw new Error('The count of days has no row');
  return row;
}
