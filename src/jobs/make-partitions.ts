import type { DataSource } from 'typeorm';

/** The ledger and the events are kept by month: this one and three ahead. Answers how many were made. */
export async function makePartitions(db: DataSource): Promise<number> {
  const [row] = await db.query<{ made: number }[]>(
    `SELECT sum(ops.make_month_partitions(t::regclass, current_date, (current_date + interval '3 months')::date))::integer AS made
     FROM unnest('{inventory.inventory_transaction,dpap.dispensing_event}'::text[]) t`,
  );
  return row?.made ?? 0;
}
