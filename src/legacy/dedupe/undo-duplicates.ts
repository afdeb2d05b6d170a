/**
 * Takes back what the deduplication of a run merged and proposed, for the run's rollback, in the transaction of the caller:
 * as if its pairs had never been decided, whatever was merged after them. Where people have decided upon its proposals it
 * changes nothing, and answers how many stand in its way.
 */
import { systemUserId } from '../../actor.ts';
import { settlePeople, lockStanding, type Settling } from './settle-people.ts';

export interface UndoneDuplicates {
  readonly unmerged: number;
  readonly withdrawn: number;
  /** Decisions of people. */
  readonly blockedBy: number;
}

export async function undoDuplicates(run: Settling): Promise<UndoneDuplicates> {
  const { client, runId } = run;
  const { rows: decided } = await client.query<{ blockers: number }>(
    'SELECT count(*)::integer AS blockers FROM people.duplicate_candidate WHERE run_id = $1 AND decided_by <> $2',
    [runId, systemUserId],
  );
  const blockedBy = decided[0]?.blockers ?? 0;
  if (blockedBy > 0) return { unmerged: 0, withdrawn: 0, blockedBy };
  const { rows: pairs } = await client.query<{ leftId: string; rightId: string; isMerged: boolean }>(
    `DELETE FROM people.duplicate_candidate WHERE run_id = $1
     RETURNING left_id AS "leftId", right_id AS "rightId", status = 'MERGED' AS "isMerged"`,
    [runId],
  );
  const merged = pairs.filter(({ isMerged }) => isMerged);
  const standing = await lockStanding(
    client,
    merged.flatMap(({ leftId, rightId }) => [leftId, rightId]),
  );
  if (standing.length > 0) await settlePeople(run, standing, 'unmergePatients');
  return { unmerged: merged.length, withdrawn: pairs.length - merged.length, blockedBy };
}
