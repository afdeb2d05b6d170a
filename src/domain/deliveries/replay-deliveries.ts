/**
 * Sends deliveries once more, under the ids that they have: those given up, those since an instant, or one, with all that
 * goes in its mail. What waits already is left as it is. Later webhooks do not wait for them.
 * Refuses: BAD_USER_INPUT (of none of these). Locks: the deliveries.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { DeliveryKind } from '../../schema/enums.ts';
import { audit } from '../audit.ts';

export interface Replay {
  readonly kinds: readonly DeliveryKind[];
  readonly id?: string;
  /** Made then or later. */
  readonly since?: Date;
  /** Only those that were given up. */
  readonly isDead?: boolean;
}

export interface Replayed {
  readonly replayed: number;
  /** Left alone, as their receivers are no longer in the settings. */
  readonly withoutReceiver: number;
}

export async function replayDeliveries(tx: Tx, { kinds, id, since, isDead = false }: Replay): Promise<Replayed> {
  if (id === undefined && since === undefined && !isDead) {
    throw new Refusal('BAD_USER_INPUT', 'Say which: an id, those since an instant, or the dead ones.', {});
  }
  const [row] = await tx.sql<Replayed>(
    `WITH meant AS MATERIALIZED (
       SELECT d.id, d.target = ANY (CASE d.kind WHEN 'WEBHOOK' THEN s.webhook_urls ELSE s.alert_emails END) AS is_known
       FROM ops.delivery d, ops.settings s
       WHERE d.state <> 'WAITING' AND d.leader_id IN (
         SELECT leader_id FROM ops.delivery
         WHERE kind = ANY ($1::ops.delivery_kind[]) AND state <> 'WAITING' AND (state = 'DEAD' OR NOT $4)
           AND ($2::uuid IS NULL OR id = $2) AND ($3::timestamptz IS NULL OR created_at >= $3))
       ORDER BY d.id FOR UPDATE OF d),
     again AS (
       -- Of a mail that has gone out once the attempts stay above 0: no other alert may be put into it.
       UPDATE ops.delivery d SET state = 'WAITING', attempts = least(d.attempts, 1), holds = false, sent_at = NULL, last_error = NULL,
         next_attempt_at = statement_timestamp(), waiting_since = statement_timestamp()
       FROM meant WHERE d.id = meant.id AND meant.is_known RETURNING 1)
     SELECT (SELECT count(*) FROM again)::integer AS replayed, (SELECT count(*) FROM meant WHERE NOT is_known)::integer AS "withoutReceiver"`,
    [kinds, id ?? null, since ?? null, isDead],
  );
  if (row === undefined) throw new Error('The replay answered nothing');
  const after = { kinds, id, since, isDead, ...row };
  await audit(tx, { entity: 'delivery', entityId: id ?? kinds.join(), action: 'replayDeliveries', after });
  return row;
}
