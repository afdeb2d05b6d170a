/**
 * Writes what was planned, some at a time, each batch in a transaction: the pairs with their evidence, decided by the system
 * where they are merged, and what their records point to. Records keep all that they hold. What a batch finds decided is
 * left as it is, so that an interrupted run goes on.
 */
import { systemUserId } from '../../actor.ts';
import { stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { settlePeople, lockStanding } from './settle-people.ts';

const batchSize = 200;

export async function writeDuplicates(run: DedupeRun): Promise<void> {
  const { rows } = await run.client.query<{ planned: number }>('SELECT count(*)::integer AS planned FROM dedupe_plan');
  const planned = rows[0]?.planned ?? 0;
  for (let after = 0; after < planned; after += batchSize) {
    stopIfAsked(run);
    await writeBatch(run, after);
  }
}

/** Places are numbered from 1 without a gap. */
async function writeBatch(run: DedupeRun, after: number): Promise<void> {
  const { client } = run;
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ ids: string[] }>(insert, [after, run.runId, systemUserId]);
    const standing = await lockStanding(
      client,
      rows.flatMap(({ ids }) => ids),
    );
    if (standing.length > 0) await settlePeople(run, standing, 'mergePatients');
    await client.query('COMMIT');
  } catch (error) {
    // What went wrong is what must be heard, not that a lost connection could not roll back.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * A candidate's id is that of its pair. Decisions are a microsecond apart, in their order, and later than all before: what
 * stands for whom follows from it.
 */
const insert = `
  WITH moment AS (SELECT greatest(clock_timestamp(), max(decided_at)) AS at FROM people.duplicate_candidate WHERE run_id = $2),
  written AS (
    INSERT INTO people.duplicate_candidate (id, left_id, right_id, status, confidence, evidence, kept_id, decided_by, decided_at, run_id)
    SELECT overlay(overlay(md5('duplicate ' || least(l.id, r.id) || ' ' || greatest(l.id, r.id)) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid,
      least(l.id, r.id), greatest(l.id, r.id), CASE WHEN k.id IS NULL THEN 'PENDING' ELSE 'MERGED' END::people.duplicate_status,
      round(d.confidence::numeric, 6), d.evidence, k.id, CASE WHEN k.id IS NOT NULL THEN $3::uuid END,
      CASE WHEN k.id IS NOT NULL THEN moment.at + (p.place - $1) * interval '1 microsecond' END, $2
    FROM dedupe_plan p JOIN dedupe_pair d ON d.left_n = p.left_n AND d.right_n = p.right_n
    JOIN dedupe_record l ON l.n = p.left_n JOIN dedupe_record r ON r.n = p.right_n LEFT JOIN dedupe_record k ON k.n = p.kept_n
    CROSS JOIN moment WHERE p.place > $1 AND p.place <= $1 + ${batchSize}
    ON CONFLICT (left_id, right_id) DO NOTHING
    RETURNING left_id, right_id, status)
  SELECT ARRAY[left_id, right_id] AS ids FROM written WHERE status = 'MERGED'`;
