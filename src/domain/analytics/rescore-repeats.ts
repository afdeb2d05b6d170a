/**
 * What a patient had of a controlled product within a week after another that came late, or was taken back, is scored anew:
 * the order in which events come makes no difference to their risk. Locks: the rows that change.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { anyRecord, sameDrug, thisRecord } from './last-given.ts';
import { keptEvents, rescore } from './rescore-events.ts';

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
  // OFFSET 0: looked up from what is given.
  const followers = await keptEvents(
    tx,
    `(SELECT DISTINCT f.timestamp, f.id FROM unnest($1::bytea[], $2::text[], $3::timestamptz[]) AS n(hash, drug_id, at)
       CROSS JOIN LATERAL (
         SELECT g.timestamp, g.id FROM dpap.dispensing_event g WHERE g.patient_hash ${patientOf('n.hash')} AND g.is_controlled_drug AND ${sameDrug('g.drug_id', 'n.drug_id')}
           AND g.timestamp >= n.at AND g.timestamp <= n.at + interval '168 hours' OFFSET 0) AS f
       WHERE NOT EXISTS (SELECT FROM unnest($4::uuid[]) AS s(id) WHERE s.id = f.id)) AS k
     CROSS JOIN LATERAL (SELECT * FROM dpap.dispensing_event o WHERE o.timestamp = k.timestamp AND o.id = k.id OFFSET 0) AS e`,
    [given.map(({ hash }) => hash), given.map(({ drugId }) => drugId), given.map(({ at }) => at), scored],
    patientOf,
  );
  await rescore(tx, followers);
}
