/**
 * Makes the day's digest, once to each receiver of that moment, from the time of day on that is given. Where nothing is
 * open there is none. A day on which no worker ran at or after that time has none either.
 * Locks: the cursor of digests, taken or left at once.
 */
import type { Tx } from '../../db/in-transaction.ts';

export interface DigestTime {
  /** Such as 07:00. */
  readonly time: string;
  readonly timeZone: string;
}

/** How many were made. */
export async function makeDigests(tx: Tx, { time, timeZone }: DigestTime): Promise<number> {
  const [today] = await tx.sql<{ day: string }>(
    `SELECT (statement_timestamp() AT TIME ZONE $2)::date AS day FROM ops.delivery_cursor
     WHERE kind = 'DIGEST' AND (statement_timestamp() AT TIME ZONE $2)::time >= $1::time
       AND (digest_on IS NULL OR digest_on < (statement_timestamp() AT TIME ZONE $2)::date)
     FOR UPDATE SKIP LOCKED`,
    [time, timeZone],
  );
  if (today === undefined) return 0;
  const made = await tx.sql(
    `INSERT INTO ops.delivery (id, kind, target, digest_on, leader_id)
     SELECT id, 'DIGEST', target, $1, id
     FROM (SELECT gen_random_uuid() AS id, r.target FROM ops.settings s, unnest(s.alert_emails) AS r(target)) AS made
     WHERE EXISTS (SELECT FROM inventory.inventory_alert WHERE status <> 'RESOLVED') RETURNING 1`,
    [today.day],
  );
  await tx.sql(`UPDATE ops.delivery_cursor SET digest_on = $1 WHERE kind = 'DIGEST'`, [today.day]);
  return made.length;
}
