/**
 * Points merged records to the one that stands for them, as the merged pairs have it, and tells analytics. Whoever changes
 * a pair locks, before it, the records that stand for either side: two who change the same people wait for each other.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { mergedHashes, rememberMergedHashes, type KeptRecord } from '../analytics/merged-hashes.ts';
import type { AuditLine } from '../audit.ts';
import { tell } from '../outbox.ts';
import { keptRecords, type MergedPair } from './kept-records.ts';

const rounds = 5;

/** The records that stand for these, locked by id. They may change while the locks are waited for: then once more. */
export async function lockStanding(tx: Tx, ids: readonly string[]): Promise<readonly string[]> {
  let standing = await standingFor(tx, ids);
  for (let round = 0; round < rounds; round += 1) {
    await tx.sql('SELECT id FROM people.patient WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [standing]);
    const now = await standingFor(tx, ids);
    if (now.join() === standing.join()) return standing;
    standing = now;
  }
  throw new Refusal('SERVER_BUSY', 'Others are merging the same records. Try again.', { retryable: true });
}

async function standingFor(tx: Tx, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await tx.sql<{ id: string }>(
    'SELECT DISTINCT coalesce(merged_into, id) AS id FROM people.patient WHERE id = ANY($1::uuid[]) ORDER BY 1',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Answers what was changed, for the audit. */
export async function settleRecords(tx: Tx, standing: readonly string[], action: string): Promise<AuditLine[]> {
  const records = await tx.sql<KeptRecord>(
    `SELECT id, merged_into AS "mergedIntoId" FROM people.patient WHERE id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[])`,
    [standing],
  );
  const ids = records.map(({ id }) => id);
  const pairs = await tx.sql<MergedPair>(
    `SELECT left_id AS "leftId", right_id AS "rightId", kept_id AS "keptId" FROM people.duplicate_candidate
     WHERE status = 'MERGED' AND left_id = ANY($1::uuid[]) ORDER BY decided_at, id`,
    [ids],
  );
  const kept = keptRecords(ids, pairs);
  const changes = records.flatMap(({ id, mergedIntoId: before }) => {
    const stands = kept.get(id) ?? id;
    const mergedIntoId = stands === id ? null : stands;
    return mergedIntoId === before ? [] : [{ id, mergedIntoId, before }];
  });
  if (changes.length > 0) await point(tx, changes);
  return changes.map(({ id, mergedIntoId, before }) => ({
    ...{ entity: 'patient', entityId: id, action },
    before: { mergedIntoId: before },
    after: { mergedIntoId },
  }));
}

async function point(tx: Tx, changes: readonly KeptRecord[]): Promise<void> {
  // At once: no record points to one that points on, not even for a moment.
  await tx.sql(
    `UPDATE people.patient p SET merged_into = c.stands FROM unnest($1::uuid[], $2::uuid[]) AS c(id, stands) WHERE p.id = c.id`,
    [changes.map(({ id }) => id), changes.map(({ mergedIntoId }) => mergedIntoId)],
  );
  await tx.sql(rememberMergedHashes, mergedHashes(tx, changes));
  await tell(tx, ...changes.map(({ id }) => ({ topic: 'patient.changed', payload: { patientId: id } }) as const));
}
