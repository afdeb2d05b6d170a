/** How a project's instructions went from state to state; which state came before, and how long each lasted, is derived. */
import { finding, findings, type Step } from '../source.ts';
import { accounts } from './mdw-people.ts';
import { projects } from './mdw-projects.ts';

/** A state lasts less than 68 years: its seconds are an integer. */
const oldestState = `timestamptz '1970-01-01 00:00:00+00'`;

export const states: Step = {
  name: 'states',
  from: 'dispatch_state',
  target: 'workflow.instruction_state',
  columns: {
    project_id: 'uuid',
    state: 'text',
    previous_state: 'text',
    instruction: 'text',
    entered_at: 'timestamptz',
    left_at: 'timestamptz',
    changed_by: 'uuid',
  },
  isMain: true,
  parents: { project_id: 'workflow.project', changed_by: 'people.user' },
  image: (stage) => {
    const now = stage.snapshotAt;
    const own = stage.id('workflow.instruction_state', 's.id');
    return `
      WITH read AS (
        SELECT s.id AS source_id, true AS staged, p.legacy_id IS NOT NULL AS has_project, ${stage.id(projects.target, 's.project_id')} AS project_id,
          coalesce(n.state, 'unknown') AS state, n.instruction, t.entered AS entered_at, u.legacy_id AS user_id,
          ${findings([
            finding('s.project_id IS NULL', 'REFUSED', 'NO_PROJECT', 'project_id'),
            finding('s.project_id IS NOT NULL AND p.legacy_id IS NULL', 'REFUSED', 'ORPHAN', 'project_id'),
            finding('n.state IS NULL', 'NOTED', 'NO_NAME', 'name'),
            finding('length(n.state) > 100', 'REFUSED', 'TOO_LONG', 'name'),
            finding('legacy.is_spoilt(n.state)', 'REFUSED', 'MOJIBAKE', 'name'),
            finding('length(n.instruction) > 10000', 'REFUSED', 'TOO_LONG', 'instruction'),
            finding(`n.instruction <> btrim(s.instruction, E' \\t\\r\\n')`, 'REPAIRED', 'MOJIBAKE', 'instruction'),
            finding(
              `t.told IS NOT NULL AND (t.entered IS NULL OR t.entered < ${oldestState})`,
              'REFUSED',
              'IMPOSSIBLE_DATE',
              'created_at',
            ),
            finding(`t.entered > ${now}`, 'REFUSED', 'FUTURE_DATE', 'created_at'),
            finding('s.changed_by_id IS NOT NULL AND u.legacy_id IS NULL', 'NOTED', 'ORPHAN', 'changed_by_id'),
          ])} AS findings
        FROM ${stage.rows('dispatch_state')} s
        LEFT JOIN ${stage.taken(projects)} p ON p.legacy_id = s.project_id
        LEFT JOIN ${stage.taken(accounts)} u ON u.legacy_id = s.changed_by_id
        CROSS JOIN LATERAL (SELECT legacy.cleaned(s.name) AS state, legacy.cleaned(s.instruction) AS instruction OFFSET 0) n
        CROSS JOIN LATERAL (SELECT coalesce(s.created_at, s.updated_at) AS told, CASE WHEN coalesce(s.created_at, s.updated_at) IS NOT NULL
          THEN legacy.real_instant(coalesce(s.created_at, s.updated_at))
          ELSE coalesce((SELECT k.entered_at FROM workflow.instruction_state k WHERE k.id = ${own}), ${now}) END AS entered OFFSET 0) t
      ), taken AS MATERIALIZED (
        SELECT * FROM read WHERE has_project AND array_to_string(findings, ' ') NOT LIKE '%REFUSED %'
      ), beside AS (
        SELECT l.legacy_id AS source_id, false AS staged, k.project_id, k.state, k.instruction, k.entered_at, k.changed_by, '{}'::text[] AS findings
        FROM (SELECT DISTINCT project_id FROM taken) a JOIN workflow.instruction_state k ON k.project_id = a.project_id
        JOIN ops.legacy_row l ON l.source = '${stage.source}' AND l.source_table = 'dispatch_state' AND l.target_table = 'workflow.instruction_state' AND l.target_id = k.id
        WHERE l.content_hash IS NOT NULL AND NOT EXISTS (SELECT FROM taken t WHERE t.source_id = l.legacy_id)
      ), whole AS (
        SELECT source_id, staged, project_id, state, instruction, entered_at,
          CASE WHEN user_id IS NOT NULL THEN ${stage.id(accounts.target, 'user_id')} END AS changed_by, findings FROM taken
        UNION ALL SELECT source_id, staged, project_id, state, instruction, entered_at, changed_by, findings FROM beside
      )
      SELECT source_id, staged, findings, project_id, state, lag(state) OVER w AS previous_state, instruction, entered_at, lead(entered_at) OVER w AS left_at, changed_by
      FROM whole WINDOW w AS (PARTITION BY project_id ORDER BY entered_at, length(source_id), source_id)
      UNION ALL
      SELECT source_id, staged, findings, project_id, state, NULL, instruction, entered_at, NULL, NULL
      FROM read WHERE array_to_string(findings, ' ') LIKE '%REFUSED %'`;
  },
};
