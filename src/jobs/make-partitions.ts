import type { DataSource } from 'typeorm';
import { emptyDefaults, makeMonths, monthlyTables } from '../db/month-partitions.ts';
import type { Job } from './job.ts';
import { day } from './schedules.ts';

/** The ledger, the events and the temperatures are kept by month: this one and three ahead. Answers how many were made. */
export async function makePartitions(db: Pick<DataSource, 'query'>): Promise<number> {
  const [ahead] = await db.query<{ from: string; to: string }[]>(
    `SELECT current_date::text AS from, (current_date + interval '3 months')::date::text AS to`,
  );
  return ahead === undefined ? 0 : makeMonths(db, monthlyTables, ahead);
}

export const makePartitionsJob: Job = {
  name: 'make-partitions',
  queue: 'maintenance',
  schedule: { words: 'every day', everyMs: day },
  handle: async ({ db }) => ({ moved: await emptyDefaults(db), made: await makePartitions(db) }),
};
