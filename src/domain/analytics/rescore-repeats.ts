/**
 * What a patient had of a controlled product within a week after another that came late, or was taken back, is scored anew:
 * the order in which events come makes no difference to their risk. Locks: the rows that change.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { keptEvents, rescore } from './rescore-events.ts';

/** That came or was taken back. */
export interface Given {
  readonly hash: Buffer;
  readonly drugId: string;
  readonly at: Date;
}

export async function rescoreRepeats(tx: Tx, given: readonly Given[]): Promise<void> {
  if (given.length === 0) return;
  const followers = await keptEvents(
    tx,
    `WHERE (e.timestamp, e.id) IN (
       SELECT f.timestamp, f.id FROM unnest($1::bytea[], $2::text[], $3::timestamptz[]) AS n(hash, drug_id, at)
       JOIN dpap.dispensing_event f ON f.patient_hash = n.hash AND f.is_controlled_drug AND f.drug_id = n.drug_id
         AND f.timestamp >= n.at AND f.timestamp <= n.at + interval '168 hours')`,
    [given.map(({ hash }) => hash), given.map(({ drugId }) => drugId), given.map(({ at }) => at)],
  );
  await rescore(tx, followers);
}
