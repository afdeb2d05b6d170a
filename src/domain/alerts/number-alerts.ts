/**
 * Numbers the feeds of alerts. Writers leave `seq` empty; committed rows get the next numbers, one numberer at a time, in the
 * order of their change, and are seen with them only when all are committed. So whoever has seen N never misses a smaller
 * one that comes later. Rows keep their numbers; the newest numbered row must never be purged, the next is counted from it.
 *
 * Locks: one advisory lock for each feed until the transaction's end, taken or left at once, never waited for.
 */
import type { DataSource } from 'typeorm';
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { tell, type Topic } from '../outbox.ts';

const mostAtOnce = 2_000;

/** A table with `id`, and with `seq`, empty until it is numbered; its index of rows that wait is by the change and id. */
export interface Feed {
  readonly table: string;
  readonly changedAt: string;
  readonly lock: number;
  /** Told when there are new numbers; null where nobody waits for them in a queue. */
  readonly topic: Topic | null;
}

export const alertFeed: Feed = {
  table: 'inventory.alert_feed',
  changedAt: 'changed_at',
  lock: advisoryLocks.alertNumbers,
  topic: 'alerts.numbered',
};

export const highRiskFeed: Feed = {
  table: 'dpap.high_risk_alert',
  changedAt: 'created_at',
  lock: advisoryLocks.highRiskNumbers,
  topic: null,
};

export interface FeedState {
  /** The highest number that is committed; "0" for none. */
  readonly head: string;
  /** Whether rows wait for their numbers. */
  readonly waiting: boolean;
}

/** Two probes of two indexes for each feed: 0.1 ms, whatever the feeds hold. */
export async function lookAtFeeds(db: DataSource, feeds: readonly Feed[]): Promise<FeedState[]> {
  const looks = feeds.map(
    (
      { table },
      position,
    ) => `SELECT ${position} AS position, coalesce((SELECT max(seq) FROM ${table}), 0)::text AS head,
       EXISTS (SELECT FROM ${table} WHERE seq IS NULL) AS waiting`,
  );
  const states = await read<FeedState & { readonly position: number }>(
    db,
    `${looks.join(' UNION ALL ')} ORDER BY position`,
  );
  return states.map(({ head, waiting }) => ({ head, waiting }));
}

export async function lookAtFeed(db: DataSource, feed: Feed = alertFeed): Promise<FeedState> {
  const [state] = await lookAtFeeds(db, [feed]);
  if (state === undefined) throw new Error(`The feed ${feed.table} does not answer`);
  return state;
}

/** How many rows got their numbers; null where somebody else is numbering. */
export async function numberAlerts(
  tx: Tx,
  { table, changedAt, lock, topic }: Feed = alertFeed,
): Promise<number | null> {
  const [turn] = await tx.sql<{ mine: boolean }>(`SELECT pg_try_advisory_xact_lock(${lock}) AS mine`);
  if (turn?.mine !== true) return null;
  // In a statement of its own: one that had begun before it held the lock would not see the numbers just given.
  const [given] = await tx.sql<{ count: number }>(
    `WITH next AS (
       SELECT id, coalesce((SELECT max(seq) FROM ${table}), 0) + row_number() OVER (ORDER BY ${changedAt}, id) AS seq
       FROM (SELECT id, ${changedAt} FROM ${table} WHERE seq IS NULL ORDER BY ${changedAt}, id LIMIT ${mostAtOnce}) AS waiting),
     given AS (UPDATE ${table} f SET seq = next.seq FROM next WHERE f.id = next.id RETURNING 1)
     SELECT count(*)::int AS count FROM given`,
  );
  const count = given?.count ?? 0;
  if (count > 0 && topic !== null) await tell(tx, { topic, payload: { count } });
  return count;
}
