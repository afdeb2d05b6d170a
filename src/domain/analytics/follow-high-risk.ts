/** High-risk alerts as they are told to one subscriber: each once, when it was raised, of the subscriber's pharmacies. */
import type { DataSource } from 'typeorm';
import { worksAt, type Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { HighRiskAlert } from '../../entities/high-risk-alert.ts';
import { followFeed, type Stretch } from '../alerts/follow-feed.ts';
import { FeedTail, type TailOptions } from '../alerts/feed-tail.ts';
import { highRiskFeed } from '../alerts/number-alerts.ts';
import type { Follower } from '../follower.ts';
import { optionalUuid } from '../uuid.ts';
import { ofPharmacies } from './pharmacies.ts';

/** With the location that answers for its pharmacy. */
export type FollowedAlert = HighRiskAlert & { readonly answersAt: string };
export type HighRiskTail = FeedTail<FollowedAlert>;

export interface HighRiskWish {
  readonly pharmacyId?: string | null | undefined;
  readonly after?: string | null | undefined;
}

const columns = `${columnsOf(HighRiskAlert, 'a')}, a.seq::text AS cursor,
  (SELECT p.location_id FROM people.pharmacy p WHERE p.id = a.pharmacy_id) AS "answersAt"`;

export function openHighRiskTail(options: TailOptions): Promise<HighRiskTail> {
  return FeedTail.open({ feed: highRiskFeed, read: readAll }, options);
}

export async function followHighRisk(
  tail: HighRiskTail,
  { pharmacyId, after }: HighRiskWish,
  follower: Follower,
): Promise<AsyncGenerator<FollowedAlert>> {
  const wanted = optionalUuid(pharmacyId, 'pharmacyId');
  return followFeed<FollowedAlert>(
    tail,
    after,
    {
      isWanted: (alert) => wanted === null || alert.pharmacyId === wanted,
      isSeenBy: (actor, alert) => worksAt(actor, alert.answersAt),
      read: (actor, stretch) => readFor(tail.db, actor, wanted, stretch),
    },
    follower,
  );
}

async function readAll(db: DataSource, after: number, most: number): Promise<FollowedAlert[]> {
  return read(db, `SELECT ${columns} FROM dpap.high_risk_alert a WHERE a.seq > $1 ORDER BY a.seq LIMIT $2`, [
    after,
    most,
  ]);
}

async function readFor(
  db: DataSource,
  actor: Actor,
  pharmacyId: string | null,
  { after, upTo, most }: Stretch,
): Promise<FollowedAlert[]> {
  const values = new Values();
  const conditions = [
    `a.seq > ${values.add(after, 'bigint')} AND a.seq <= ${values.add(upTo, 'bigint')}`,
    ofPharmacies(actor, values, 'a.pharmacy_id'),
    ...(pharmacyId === null ? [] : [`a.pharmacy_id = ${values.add(pharmacyId, 'uuid')}`]),
  ];
  return read(
    db,
    `SELECT ${columns} FROM dpap.high_risk_alert a WHERE ${conditions.join(' AND ')} ORDER BY a.seq LIMIT ${values.add(most, 'integer')}`,
    values.list,
  );
}
