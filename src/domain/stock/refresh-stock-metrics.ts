/**
 * Brings the view of stock metrics up to date where something has changed. Readers go on meanwhile, on what was there;
 * of two workers one refreshes and the other finds it BUSY. Whatever the outcome, no change is forgotten: what is not
 * covered stays dirty work.
 * A refresh looks at every batch: a million take a core for about five seconds, and after a midnight, when every row
 * is another, for about four times as long. So it rests nine times as long as the last one took, unless asked for at once.
 * Locks: the view against other refreshes.
 */
import type { Tx } from '../../db/in-transaction.ts';

export type Refreshed = 'REFRESHED' | 'UNCHANGED' | 'BUSY' | 'RESTING';

const timeLimit = '15min';

export async function refreshStockMetrics(tx: Tx, atOnce: boolean): Promise<Refreshed> {
  // A limit is taken when a statement begins, so it is raised in the one before.
  const [last] = await tx.sql<{ rests: boolean }>(
    `SELECT now() < refreshed_at + took * 9 AS rests, set_config('statement_timeout', '${timeLimit}', true) FROM inventory.stock_metrics_freshness`,
  );
  if (last?.rests === true && !atOnce) return 'RESTING';
  const [row] = await tx.sql<{ outcome: Refreshed }>('SELECT inventory.refresh_stock_metrics() AS outcome');
  if (row === undefined) throw new Error('The refresh has no outcome');
  return row.outcome;
}
