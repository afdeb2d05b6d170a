/**
 * Takes deliveries that are due, for whoever sends them: nobody else takes them until they are settled or the lease has
 * run out, so that two workers send the same only after one of them has crashed or slept through its lease.
 * To one receiver one webhook at a time and in the order of the feed: later ones wait for the first that still holds.
 * Locks: the deliveries that are taken; those that somebody has locked are passed over.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { DeliveryKind } from '../../schema/enums.ts';

export interface Claimed {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly target: string;
  /** With this one. */
  readonly attempts: number;
  readonly digestOn: string | null;
  /** Whether the later ones of the receiver wait for it. */
  readonly holds: boolean;
}

/** Far longer than an attempt may take. */
const leases = { webhook: '60 seconds', mail: '3 minutes' } as const;

export async function claimWebhooks(tx: Tx, most: number): Promise<Claimed[]> {
  return tx.sql<Claimed>(
    `WITH due AS MATERIALIZED (
       SELECT d.id FROM ops.delivery d WHERE d.id IN (
         SELECT next.id FROM ops.settings s, unnest(s.webhook_urls) AS r(target), LATERAL (
           (SELECT id, next_attempt_at FROM ops.delivery WHERE kind = 'WEBHOOK' AND target = r.target AND state = 'WAITING' AND holds
            ORDER BY feed_seq LIMIT 1)
           UNION ALL
           (SELECT id, next_attempt_at FROM ops.delivery WHERE kind = 'WEBHOOK' AND target = r.target AND state = 'WAITING' AND NOT holds
            ORDER BY next_attempt_at, feed_seq LIMIT 1)) AS next
         WHERE NOT EXISTS (SELECT FROM ops.delivery WHERE kind = 'WEBHOOK' AND target = r.target AND leased_until > statement_timestamp()))
         AND ${isDue('d')}
       ORDER BY d.next_attempt_at, d.feed_seq LIMIT $1 FOR UPDATE SKIP LOCKED)
     ${lease(leases.webhook)}`,
    [most],
  );
}

/** Mails at once and digests; of a mail with several alerts the one that leads it. */
export async function claimMails(tx: Tx, most: number): Promise<Claimed[]> {
  return tx.sql<Claimed>(
    `WITH due AS MATERIALIZED (
       SELECT d.id FROM ops.delivery d WHERE d.kind IN ('MAIL', 'DIGEST') AND d.id = d.leader_id AND ${isDue('d')}
         AND EXISTS (SELECT FROM ops.settings s WHERE d.target = ANY (s.alert_emails))
       ORDER BY d.next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     ${lease(leases.mail)}`,
    [most],
  );
}

/** On the locked row's own columns: they are looked at again when it has changed meanwhile. */
function isDue(row: string): string {
  return `${row}.state = 'WAITING' AND ${row}.next_attempt_at <= statement_timestamp()
     AND (${row}.leased_until IS NULL OR ${row}.leased_until <= statement_timestamp())`;
}

function lease(length: string): string {
  return `UPDATE ops.delivery d SET attempts = d.attempts + 1, leased_until = clock_timestamp() + interval '${length}'
     FROM due WHERE d.id = due.id RETURNING d.id, d.kind, d.target, d.attempts, d.digest_on AS "digestOn", d.holds`;
}
