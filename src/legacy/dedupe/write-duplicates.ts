/**
 * Writes what was planned, some at a time, each batch in a transaction: the pairs with their evidence, decided by the system
 * where they are merged, and what their records point to. Records keep all that they hold. What a batch finds decided is
 * left as it is, so that an interrupted run goes on.
 */
import type { Grouped } from '../../domain/people/duplicates/group-records.ts';
import { systemUserId } from '../../actor.ts';
import { stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { settlePeople, lockStanding } from './settle-people.ts';

interface Planned {
  /** In the batch. */
  readonly place: number;
  readonly left_n: number;
  readonly right_n: number;
  /** Null where the pair is proposed. */
  readonly kept_n: number | null;
}

const batchSize = 200;

export async function writeDuplicates(run: DedupeRun, { merges, proposals }: Grouped): Promise<void> {
  const planned = [
    ...merges.map(({ pair, kept }) => ({ left_n: pair.left, right_n: pair.right, kept_n: kept })),
    ...proposals.map(({ left, right }) => ({ left_n: left, right_n: right, kept_n: null })),
  ];
  for (let at = 0; at < planned.length; at += batchSize) {
    stopIfAsked(run);
    await writeBatch(
      run,
      planned.slice(at, at + batchSize).map((pair, place) => ({ place, ...pair })),
    );
  }
}

async function writeBatch(run: DedupeRun, planned: readonly Planned[]): Promise<void> {
  const { client } = run;
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ ids: string[] }>(insert, [JSON.stringify(planned), run.runId, systemUserId]);
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
      CASE WHEN k.id IS NOT NULL THEN moment.at + (p.place + 1) * interval '1 microsecond' END, $2
    FROM jsonb_to_recordset($1) AS p(place integer, left_n integer, right_n integer, kept_n integer)
    JOIN dedupe_pair d ON d.left_n = p.left_n AND d.right_n = p.right_n
    JOIN dedupe_record l ON l.n = p.left_n JOIN dedupe_record r ON r.n = p.right_n LEFT JOIN dedupe_record k ON k.n = p.kept_n
    CROSS JOIN moment
    ON CONFLICT (left_id, right_id) DO NOTHING
    RETURNING left_id, right_id, status)
  SELECT ARRAY[left_id, right_id] AS ids FROM written WHERE status = 'MERGED'`;
