/**
 * Gives up what nobody shall get any more: what waits for a receiver that is no longer in the settings, what has waited
 * for a week, and a digest when the next one comes. It stays in the table and can be asked for again.
 * Locks: these deliveries, those free only.
 */
import type { Tx } from '../../db/in-transaction.ts';

/** How many were given up. */
export async function retireDeliveries(tx: Tx): Promise<number> {
  const gone = await tx.sql(
    `UPDATE ops.delivery d SET state = 'DEAD', leased_until = NULL,
       last_error = CASE WHEN due.is_known THEN left(concat_ws(' ', 'Not delivered in time.', d.last_error), 300)
         ELSE 'The receiver was taken out of the settings.' END
     FROM (
       SELECT w.id, w.is_known FROM (
         SELECT d.*, d.target = ANY (CASE d.kind WHEN 'WEBHOOK' THEN s.webhook_urls ELSE s.alert_emails END) AS is_known
         FROM ops.delivery d, ops.settings s WHERE d.state = 'WAITING') AS w
       WHERE (NOT w.is_known OR w.waiting_since < statement_timestamp() - CASE w.kind WHEN 'DIGEST' THEN interval '23 hours' ELSE interval '7 days' END)
         AND NOT EXISTS (SELECT FROM ops.delivery l WHERE l.id = w.leader_id AND l.leased_until > statement_timestamp())) AS due
     WHERE d.id = due.id AND d.state = 'WAITING' RETURNING 1`,
  );
  return gone.length;
}
