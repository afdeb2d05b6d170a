/** The statements by which a batch of an image becomes rows of ours. */
import { keyOf, tableOf, type LegacySource, type Step } from './source.ts';
import type { Stage } from './stage.ts';

/** $1 the run, $2 and $3 the batch (after, up to), $4 the step's name, $5 milliseconds since the last one. */
export function batchStatement(stage: Stage, step: Step): string {
  const key = keyOf(step);
  const columns = Object.keys(step.columns);
  const isSame = `l.source = '${stage.source}' AND l.source_table = '${step.from}' AND l.target_table = '${step.target}' AND l.legacy_id = b.source_id`;
  return `
    WITH batch AS MATERIALIZED (SELECT * FROM ${stage.image(step.name)} WHERE seq > $2 AND seq <= $3 AND NOT refused),
    before AS (
      INSERT INTO ops.legacy_before (run_id, target_table, target_id, content, content_hash, changed_by)
      SELECT $1, '${step.target}', b.id, to_jsonb(t), l.content_hash, l.changed_by
      FROM batch b
      -- One by one: for a batch of a hundred no plan may go through the whole of our table.
      CROSS JOIN LATERAL (SELECT * FROM ${tableOf(step)} t WHERE t.${key} = b.id OFFSET 0) t
      CROSS JOIN LATERAL (SELECT * FROM ops.legacy_row l WHERE ${isSame} OFFSET 0) l
      WHERE b.known ON CONFLICT DO NOTHING),
    written AS (
      INSERT INTO ${tableOf(step)} (${key}, ${columns.join(', ')}) SELECT id, ${columns.join(', ')} FROM batch
      ON CONFLICT (${key}) DO UPDATE SET ${columns
        .filter((column) => step.once?.includes(column) !== true)
        .map((column) => `${column} = EXCLUDED.${column}`)
        .join(', ')}),
    mapped AS (
      INSERT INTO ops.legacy_row (source, source_table, legacy_id, target_table, target_id, content_hash, made_by, changed_by)
      SELECT '${stage.source}', '${step.from}', source_id, '${step.target}', id, content_hash, $1, $1 FROM batch
      ON CONFLICT (source, source_table, target_table, legacy_id)
        DO UPDATE SET content_hash = EXCLUDED.content_hash, changed_by = EXCLUDED.changed_by)
    UPDATE legacy.step SET done = $3, milliseconds = milliseconds + $5 WHERE run_id = $1 AND name = $4`;
}

/**
 * For a dry run: the rows that a batch's rows point to, and those that these point to, come first. What another batch wrote
 * has been rolled back.
 */
export function parentStatements(source: LegacySource, stage: Stage, step: Step): string[] {
  return above(source, stage, step, 'i.seq > $1 AND i.seq <= $2');
}

function above(source: LegacySource, stage: Stage, step: Step, which: string): string[] {
  return Object.entries(step.parents).flatMap(([column, target]) => {
    const parent = source.steps.find((each) => each.target === target);
    if (parent === undefined) return [];
    const ids = `SELECT i.${column === keyOf(step) ? 'id' : column} FROM ${stage.image(step.name)} i WHERE ${which} AND NOT i.refused`;
    const columns = Object.keys(parent.columns).join(', ');
    return [
      ...above(source, stage, parent, `i.id IN (${ids})`),
      `INSERT INTO ${tableOf(parent)} (${keyOf(parent)}, ${columns}) SELECT i.id, ${columns} FROM ${stage.image(parent.name)} i
       WHERE i.id IN (${ids}) AND NOT i.refused ON CONFLICT (${keyOf(parent)}) DO NOTHING`,
    ];
  });
}

/** $1 the run: rows of ours whose parent was read and no longer has them. Their record stays, so that a rollback finds it. */
export function mirrorStatement(stage: Stage, step: Step, image: string, isDry: boolean): string {
  const key = keyOf(step);
  const gone = `
    gone AS (
      SELECT l.legacy_id, l.target_id, l.content_hash, l.changed_by FROM ops.legacy_row l JOIN ${stage.rows(step.from)} s ON s.id = split_part(l.legacy_id, '#', 1)
      WHERE l.source = '${stage.source}' AND l.source_table = '${step.from}' AND l.target_table = '${step.target}' AND l.content_hash IS NOT NULL
        AND NOT EXISTS (SELECT FROM legacy.finding f WHERE f.run_id = $1 AND f.source_table = '${step.from}' AND f.kind = 'REFUSED' AND f.legacy_id = s.id)
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.source_id = l.legacy_id))`;
  const wanted = `WITH wanted AS MATERIALIZED (SELECT source_id FROM (${image}) i), ${gone}`;
  if (isDry) return `${wanted} SELECT count(*)::float8 AS gone FROM gone`;
  return `${wanted},
    before AS (
      INSERT INTO ops.legacy_before (run_id, target_table, target_id, content, content_hash, changed_by)
      SELECT $1, '${step.target}', t.${key}, to_jsonb(t), g.content_hash, g.changed_by FROM gone g JOIN ${tableOf(step)} t ON t.${key} = g.target_id
      ON CONFLICT DO NOTHING),
    deleted AS (DELETE FROM ${tableOf(step)} t USING gone g WHERE t.${key} = g.target_id),
    marked AS (
      UPDATE ops.legacy_row l SET content_hash = NULL, changed_by = $1 FROM gone g
      WHERE l.source = '${stage.source}' AND l.source_table = '${step.from}' AND l.target_table = '${step.target}' AND l.legacy_id = g.legacy_id)
    SELECT count(*)::float8 AS gone FROM gone`;
}
