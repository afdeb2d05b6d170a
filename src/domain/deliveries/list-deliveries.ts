/** Deliveries for the people who operate them, and their counts. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { DeliveryKind, DeliveryState } from '../../schema/enums.ts';

export interface ListedDelivery {
  readonly id: string;
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly target: string;
  /** Of the alert, or of the day's digest. */
  readonly title: string;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date;
  readonly sentAt: Date | null;
  readonly lastError: string | null;
}

export interface DeliveryList {
  readonly kinds: readonly DeliveryKind[];
  /** Null: in any. */
  readonly state: DeliveryState | null;
  readonly most: number;
}

/** The newest first. */
export async function listDeliveries(db: DataSource, { kinds, state, most }: DeliveryList): Promise<ListedDelivery[]> {
  return read<ListedDelivery>(
    db,
    `SELECT d.id, d.kind, d.state, d.target, coalesce(f.title, 'Digest of ' || d.digest_on) AS title, l.attempts,
       d.created_at AS "createdAt", l.next_attempt_at AS "nextAttemptAt", d.sent_at AS "sentAt", d.last_error AS "lastError"
     FROM ops.delivery d JOIN ops.delivery l ON l.id = d.leader_id LEFT JOIN inventory.alert_feed f ON f.seq = d.feed_seq
     WHERE d.kind = ANY ($1::ops.delivery_kind[]) AND ($2::ops.delivery_state IS NULL OR d.state = $2)
     ORDER BY d.created_at DESC, d.feed_seq DESC, d.id LIMIT $3`,
    [kinds, state, most],
  );
}

export interface DeliveryCount {
  readonly kind: DeliveryKind;
  readonly waiting: number;
  readonly dead: number;
}

/** Kinds of which nothing waits or is dead are left out. */
export async function countDeliveries(db: DataSource): Promise<DeliveryCount[]> {
  return read<DeliveryCount>(
    db,
    `SELECT kind, count(*) FILTER (WHERE state = 'WAITING')::integer AS waiting, count(*) FILTER (WHERE state = 'DEAD')::integer AS dead
     FROM ops.delivery WHERE state <> 'SENT' GROUP BY kind ORDER BY kind`,
  );
}
