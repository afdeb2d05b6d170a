import { inTransaction } from '../db/in-transaction.ts';
import { refreshStockMetrics } from '../domain/stock/refresh-stock-metrics.ts';
import type { Job, JobContext, Outcome } from './job.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';

/** One key, whatever has changed: the view is refreshed as a whole. The database's function takes it away. */
const changed = () => ['stock'];

export const refreshStockMetricsJob: Job = {
  name: 'refresh-stock-metrics',
  queue: 'metrics',
  schedule: { words: 'every hour, and 5 seconds after changes', everyMs: hour },
  after: { 'stock.changed': changed, 'location.changed': changed },
  settleMs: 5_000,
  handle: runStockMetricsRefresh,
};

export async function runStockMetricsRefresh({ db, input }: Pick<JobContext, 'db' | 'input'>): Promise<Outcome> {
  const atOnce = input['atOnce'] === true;
  return { outcome: await inTransaction(systemSession(db), (tx) => refreshStockMetrics(tx, atOnce)) };
}
