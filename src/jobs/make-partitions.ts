import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../db/advisory-locks.ts';
import type { Job } from './job.ts';
import { day } from './schedules.ts';

/**
 * The ledger, the events and the temperatures are kept by month: this one and three ahead. Answers how many were made. Workers that begin
 * together take turns: the one that came second would fail on what the first has just made.
 */
export async function makePartitions(db: Pick<DataSource, 'query'>): Promise<number> {
  const [row] = await db.query<{ made: number }[]>(
    `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(${advisoryLocks.partitions}))
     SELECT sum(ops.make_month_partitions(t::regclass, current_date, (current_date + interval '3 months')::date))::integer AS made
     FROM turn, unnest('{inventory.inventory_transaction,dpap.dispensing_event,inventory.temperature_reading}'::text[]) t`,
  );
  return row?.made ?? 0;
}

export const makePartitionsJob: Job = {
  name: 'make-partitions',
  queue: 'maintenance',
  schedule: { words: 'every day', everyMs: day },
  handle: async ({ db }) => ({ made: await makePartitions(db) }),
};
