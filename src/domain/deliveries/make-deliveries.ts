/**
 * Makes the feed of alerts into deliveries: each numbered row once to each receiver of that moment, however many workers
 * do it and wherever they crash. Webhooks hear of every raise, rise and resolve; mail at once only of what is or becomes
 * CRITICAL. With nobody in the settings nothing is made, and a receiver that is added later hears of what comes later.
 * Locks: the cursor of the kind, taken or left at once; for mail then the mails that are still open, by id.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { DeliveryKind } from '../../schema/enums.ts';

export const mostMadeAtOnce = 500;

/** How many rows of the feed were taken; 0 also where somebody else is at it. */
export async function makeWebhooks(tx: Tx): Promise<number> {
  const cursor = await takeTurn(tx, 'WEBHOOK');
  if (cursor === null) return 0;
  const seqs = await newsAfter(tx, cursor);
  await tx.sql(
    `INSERT INTO ops.delivery (id, kind, target, feed_seq, leader_id)
     SELECT id, 'WEBHOOK', target, seq, id FROM (
       SELECT gen_random_uuid() AS id, r.target, n.seq
       FROM ops.settings s, unnest(s.webhook_urls) AS r(target), unnest($1::bigint[]) AS n(seq)) AS made`,
    [seqs.map(({ seq }) => seq)],
  );
  return advance(tx, 'WEBHOOK', seqs);
}

/**
 * The first alert after a quiet minute goes at once, and those that follow within the minute go together in the next
 * mail. A mail that somebody has begun to send takes nothing more in: sent again after a crash, it says the same.
 */
export async function makeMails(tx: Tx): Promise<number> {
  const cursor = await takeTurn(tx, 'MAIL');
  if (cursor === null) return 0;
  const seqs = await newsAfter(tx, cursor);
  const urgent = seqs.filter(({ isUrgent }) => isUrgent).map(({ seq }) => seq);
  if (urgent.length > 0) await mail(tx, urgent);
  return advance(tx, 'MAIL', seqs);
}

async function mail(tx: Tx, seqs: readonly string[]): Promise<void> {
  const open = await tx.sql<{ id: string; target: string }>(
    `SELECT id, target FROM ops.delivery WHERE kind = 'MAIL' AND state = 'WAITING' AND attempts = 0 AND id = leader_id ORDER BY id FOR UPDATE`,
  );
  await tx.sql(
    `WITH receiver AS MATERIALIZED (
       SELECT r.target, o.id AS open, coalesce(o.id, gen_random_uuid()) AS leader,
         greatest(clock_timestamp(), (SELECT max(coalesce(l.sent_at, l.created_at)) + interval '1 minute'
           FROM ops.delivery l WHERE l.kind = 'MAIL' AND l.target = r.target AND l.id = l.leader_id)) AS due
       FROM ops.settings s, unnest(s.alert_emails) AS r(target)
         LEFT JOIN unnest($2::uuid[], $3::text[]) AS o(id, target) ON o.target = r.target)
     INSERT INTO ops.delivery (id, kind, target, feed_seq, leader_id, next_attempt_at)
     SELECT CASE WHEN n.place = 1 AND open IS NULL THEN leader ELSE gen_random_uuid() END, 'MAIL', target, n.seq, leader, due
     FROM receiver, unnest($1::bigint[]) WITH ORDINALITY AS n(seq, place)`,
    [seqs, open.map(({ id }) => id), open.map(({ target }) => target)],
  );
}

interface News {
  readonly seq: string;
  readonly isUrgent: boolean;
}

async function takeTurn(tx: Tx, kind: DeliveryKind): Promise<string | null> {
  const [turn] = await tx.sql<{ seq: string }>(
    'SELECT feed_seq AS seq FROM ops.delivery_cursor WHERE kind = $1 FOR UPDATE SKIP LOCKED',
    [kind],
  );
  return turn?.seq ?? null;
}

async function newsAfter(tx: Tx, cursor: string): Promise<News[]> {
  return tx.sql<News>(
    `SELECT seq, severity = 'CRITICAL' AND status <> 'RESOLVED' AS "isUrgent" FROM inventory.alert_feed
     WHERE seq > $1 ORDER BY seq LIMIT ${mostMadeAtOnce}`,
    [cursor],
  );
}

async function advance(tx: Tx, kind: DeliveryKind, seqs: readonly News[]): Promise<number> {
  const last = seqs.at(-1);
  if (last !== undefined) {
    await tx.sql('UPDATE ops.delivery_cursor SET feed_seq = $2 WHERE kind = $1', [kind, last.seq]);
  }
  return seqs.length;
}
