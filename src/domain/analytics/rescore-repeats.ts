/**
 * What a patient had of a controlled product within a week after another that came late, or was taken back, is scored anew:
 * the order in which events come makes no difference to their risk. Locks: the rows that change.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { anyRecord, isSoonAfter, monthsAround, sameDrug, thisRecord } from './last-given.ts';
import { keptEvents, rescore, type EventKey } from './rescore-events.ts';

/** That came or was taken back. */
export interface Given {
  readonly hash: Buffer;
  readonly drugId: string;
  readonly at: Date;
}

/** After events of our own were taken back in this transaction. */
export async function rescoreAfterReversal(tx: Tx, eventIds: readonly string[]): Promise<void> {
  const given = await tx.sql<Given>(
    `SELECT e.patient_hash AS hash, e.drug_id AS "drugId", e.timestamp AS at FROM dpap.event_reversal r
     JOIN dpap.dispensing_event e ON e.timestamp = r.event_timestamp AND e.id = r.event_id
     WHERE r.event_id = ANY($1::uuid[]) AND e.is_controlled_drug AND e.patient_hash IS NOT NULL`,
    [eventIds],
  );
  await rescoreFollowers(tx, given, [], anyRecord);
}

/** Of what other systems sent. `scored`: ids of events that this transaction has scored, knowing of all that is given. */
export async function rescoreRepeats(tx: Tx, given: readonly Given[], scored: readonly string[] = []): Promise<void> {
  await rescoreFollowers(tx, given, scored, thisRecord);
}

async function rescoreFollowers(
  tx: Tx,
  given: readonly Given[],
  scored: readonly string[],
  patientOf: typeof anyRecord,
): Promise<void> {
  if (given.length === 0) return;
  const followers = await findFollowers(tx, given, scored, patientOf);
  if (followers.length === 0) return;
  const kept = await keptEvents(
    tx,
    `unnest($1::timestamptz[], $2::uuid[]) AS k(at, id)
     CROSS JOIN LATERAL (SELECT * FROM dpap.dispensing_event o WHERE o.timestamp = k.at AND o.id = k.id OFFSET 0) AS e`,
    [followers.map(({ at }) => at), followers.map(({ id }) => id)],
    patientOf,
  );
  await rescore(tx, kept);
}

/** As a rule there are none: a statement of its own, because that which reads all that scoring needs takes ten times as long to plan. */
function findFollowers(
  tx: Tx,
  given: readonly Given[],
  scored: readonly string[],
  patientOf: typeof anyRecord,
): Promise<EventKey[]> {
  // OFFSET 0: looked up from what is given. A list of ids in the condition itself would be weighed for each month, 9 ms.
  return tx.sql<EventKey>(
    `SELECT DISTINCT f.timestamp::text AS at, f.id FROM unnest($1::bytea[], $2::text[], $3::timestamptz[]) AS n(hash, drug_id, at)
     CROSS JOIN LATERAL (
       SELECT g.timestamp, g.id FROM dpap.dispensing_event g WHERE g.patient_hash ${patientOf('n.hash')} AND g.is_controlled_drug
         AND ${sameDrug('g.drug_id', 'n.drug_id')} AND ${isSoonAfter('n.at', 'g.timestamp')} AND g.timestamp BETWEEN $5 AND $6 OFFSET 0) AS f
     WHERE NOT EXISTS (SELECT FROM unnest($4::uuid[]) AS s(id) WHERE s.id = f.id)`,
    [
      ...[given.map(({ hash }) => hash), given.map(({ drugId }) => drugId), given.map(({ at }) => at), scored],
      ...monthsAround(given.map(({ at }) => at)),
    ],
  );
}
