/**
 * Numbers the feed of alerts. Writers leave `seq` empty; committed rows get the next numbers, one numberer at a time, in the
 * order of their change, and are seen with them only when all are committed. So whoever has seen N never misses a smaller
 * one that comes later. Rows keep their numbers; the newest numbered row must never be purged, the next is counted from it.
 *
 * Locks: one advisory lock until the transaction's end, taken or left at once, never waited for.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { tell } from '../outbox.ts';

const mostAtOnce = 2_000;

export interface FeedState {
  /** The highest number that is committed; "0" for none. */
  readonly head: string;
  /** Whether rows wait for their numbers. */
  readonly waiting: boolean;
}

/** Two probes of two indexes: 0.1 ms, whatever the feed holds. */
export async function lookAtFeed(db: DataSource): Promise<FeedState> {
  const [state] = await read<FeedState>(
    db,
    `SELECT coalesce((SELECT max(seq) FROM inventory.alert_feed), 0)::text AS head,
       EXISTS (SELECT FROM inventory.alert_feed WHERE seq IS NULL) AS waiting`,
  );
  if (state === undefined) throw new Error('The feed of alerts does not answer');
  return state;
}

/** How many rows got their numbers; null where somebody else is numbering. */
export async function numberAlerts(tx: Tx): Promise<number | null> {
  const [turn] = await tx.sql<{ mine: boolean }>(
    `SELECT pg_try_advisory_xact_lock(${advisoryLocks.alertNumbers}) AS mine`,
  );
  if (turn?.mine !== true) return null;
  // In a statement of its own: one that had begun before it held the lock would not see the numbers just given.
  const [given] = await tx.sql<{ count: number }>(
    `WITH next AS (
       SELECT id, coalesce((SELECT max(seq) FROM inventory.alert_feed), 0) + row_number() OVER (ORDER BY changed_at, id) AS seq
       FROM (SELECT id, changed_at FROM inventory.alert_feed WHERE seq IS NULL ORDER BY changed_at, id LIMIT ${mostAtOnce}) AS waiting),
     given AS (UPDATE inventory.alert_feed f SET seq = next.seq FROM next WHERE f.id = next.id RETURNING 1)
     SELECT count(*)::int AS count FROM given`,
  );
  const count = given?.count ?? 0;
  if (count > 0) await tell(tx, { topic: 'alerts.numbered', payload: { count } });
  return count;
}
