/**
 * What every job of deliveries does first: makes the news into deliveries, and gives up what nobody shall get any more.
 * News without numbers get theirs: receivers outside are told also while no API runs that would number them.
 */
import { inTransaction, type Tx } from '../db/in-transaction.ts';
import { numberAlerts } from '../domain/alerts/number-alerts.ts';
import { mostMadeAtOnce } from '../domain/deliveries/make-deliveries.ts';
import { retireDeliveries } from '../domain/deliveries/retire-deliveries.ts';
import { clearDirty, readDirty } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { systemSession } from './system-session.ts';

/** Soon after alerts got their numbers. */
export const afterNews: NonNullable<Job['after']> = { 'alerts.numbered': () => ['feed'] };

/** How many were given up. */
export async function makeFromFeed(
  { db, stopping }: Pick<JobContext, 'db' | 'stopping'>,
  job: string,
  make: (tx: Tx) => Promise<number>,
): Promise<number> {
  const within = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(systemSession(db), work);
  const dirty = await readDirty(db, job, 10);
  await within(numberAlerts);
  while ((await within(make)) === mostMadeAtOnce && !stopping.aborted);
  await within((tx) => clearDirty(tx, job, dirty));
  return within(retireDeliveries);
}
