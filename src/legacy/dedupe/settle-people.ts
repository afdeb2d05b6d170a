/**
 * Points records to the one that stands for them, as the merged pairs have it, tells analytics, and audits what changed: for
 * a migration what domain/people/settle-records.ts does for a person's decision.
 */
import type pg from 'pg';
import { mergedHashes, rememberMergedHashes } from '../../domain/analytics/merged-hashes.ts';
import { keptRecords, type MergedPair } from '../../domain/people/kept-records.ts';
import { systemUserId } from '../../actor.ts';

export interface Settling {
  readonly client: pg.ClientBase;
  readonly runId: string;
  /** Under which analytics know a patient again. */
  readonly patientKey: string;
}

interface Pointing {
  readonly id: string;
  readonly before: string | null;
}

/** The records that stand for these, locked by id, as settle-records.ts does it: a person may be merging them meanwhile. */
export async function lockStanding(client: pg.ClientBase, ids: readonly string[]): Promise<string[]> {
  for (let standing = await standingFor(client, ids); ;) {
    await client.query('SELECT id FROM people.patient WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
      standing,
    ]);
    const now = await standingFor(client, ids);
    if (now.join() === standing.join()) return standing;
    standing = now;
  }
}

async function standingFor(client: pg.ClientBase, ids: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT DISTINCT coalesce(merged_into, id) AS id FROM people.patient WHERE id = ANY($1::uuid[]) ORDER BY 1',
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Of the groups of those that stood before the pairs were changed. */
export async function settlePeople(
  run: Settling,
  standing: readonly string[],
  action: 'mergePatients' | 'unmergePatients',
): Promise<void> {
  const { rows: records } = await run.client.query<Pointing>(
    'SELECT id, merged_into AS before FROM people.patient WHERE id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[])',
    [standing],
  );
  const ids = records.map(({ id }) => id);
  const { rows: pairs } = await run.client.query<MergedPair>(
    `SELECT left_id AS "leftId", right_id AS "rightId", kept_id AS "keptId" FROM people.duplicate_candidate
     WHERE status = 'MERGED' AND left_id = ANY($1::uuid[]) ORDER BY decided_at, id`,
    [ids],
  );
  const kept = keptRecords(ids, pairs);
  const changes = records.flatMap(({ id, before }) => {
    const stands = kept.get(id) ?? id;
    const mergedIntoId = stands === id ? null : stands;
    return mergedIntoId === before ? [] : [{ id, mergedIntoId, before }];
  });
  if (changes.length === 0) return;
  await run.client.query(point, [
    changes.map(({ id }) => id),
    changes.map(({ mergedIntoId }) => mergedIntoId),
    changes.map(({ before }) => before),
    action,
    systemUserId,
    `migration ${run.runId}`,
  ]);
  await run.client.query(rememberMergedHashes, mergedHashes(run, changes));
}

/** At once: no record points to one that points on, not even for a moment. */
const point = `
  WITH changed AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS c(id, stands, before)),
  pointed AS (UPDATE people.patient p SET merged_into = c.stands FROM changed c WHERE p.id = c.id)
  INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, before, after, request_id)
  SELECT gen_random_uuid(), 'patient', id, $4, $5, jsonb_build_object('mergedIntoId', before), jsonb_build_object('mergedIntoId', stands), $6
  FROM changed`;
