/** The tables that are kept by month. */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from './advisory-locks.ts';

export const monthlyTables = [
  'inventory.inventory_transaction',
  'dpap.dispensing_event',
  'inventory.temperature_reading',
] as const;
export type MonthlyTable = (typeof monthlyTables)[number];

type Asked = Pick<DataSource, 'query'>;

/**
 * From the month of one day to that of another; what lies in the default partition is moved into months with it. Those that
 * begin together take turns: the second would fail on what the first has made.
 */
export async function makeMonths(
  db: Asked,
  tables: readonly MonthlyTable[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number> {
  const [row] = await db.query<{ made: number }[]>(
    `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(${advisoryLocks.partitions}))
     SELECT sum(ops.make_month_partitions(t::regclass, $2::date, $3::date))::integer AS made FROM turn, unnest($1::text[]) t`,
    [tables, from, to],
  );
  return row?.made ?? 0;
}

/** Moves what lies outside all months into months of its own; answers how many rows. */
export async function emptyDefaults(db: Asked): Promise<number> {
  const [row] = await db.query<{ moved: number }[]>(
    `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(${advisoryLocks.partitions}))
     SELECT sum(ops.empty_default_partition(t::regclass))::integer AS moved FROM turn, unnest($1::text[]) t`,
    [monthlyTables],
  );
  return row?.moved ?? 0;
}

/** Of this month and the next. */
export async function missingMonths(db: Asked): Promise<string[]> {
  const rows = await db.query<{ name: string }[]>(
    `SELECT t || to_char(m, '_YYYY_MM') AS name
     FROM unnest($1::text[]) t, generate_series(date_trunc('month', now()), now() + interval '1 month', interval '1 month') m
     WHERE (SELECT relkind FROM pg_class WHERE oid = t::regclass) = 'p' AND to_regclass(t || to_char(m, '_YYYY_MM')) IS NULL`,
    [monthlyTables],
  );
  return rows.map(({ name }) => name);
}

/** Tables of which rows lie in no month, and how many; 10 000 stand for more. */
export async function strayRows(db: Asked): Promise<{ table: MonthlyTable; rows: number }[]> {
  return db.query<{ table: MonthlyTable; rows: number }[]>(
    `SELECT * FROM (SELECT t AS table, ops.count_strays(t::regclass) AS rows FROM unnest($1::text[]) t) s WHERE rows > 0`,
    [monthlyTables],
  );
}
