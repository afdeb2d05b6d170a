/** Templates of work, their tasks, and how they have run. */
import { finding, findings, pastMoment, type Step } from '../source.ts';
import type { Stage } from '../stage.ts';

const rowsOf = (stage: Stage) => stage.rows('dispatch_template');

export const templates: Step = {
  name: 'templates',
  from: 'dispatch_template',
  target: 'workflow.workflow_template',
  columns: { name: 'text', body: 'text', state: 'text', updated_at: 'timestamptz' },
  isMain: true,
  parents: {},
  image: (stage) => `
    SELECT r.id AS source_id, true AS staged,
      ${findings([
        finding('n.name IS NULL', 'NOTED', 'NO_NAME', 'name'),
        finding('legacy.is_spoilt(n.name)', 'REFUSED', 'MOJIBAKE', 'name'),
        finding('length(n.name) > 500', 'REFUSED', 'TOO_LONG', 'name'),
        finding(`n.name <> btrim(r.name, E' \\t\\r\\n')`, 'REPAIRED', 'MOJIBAKE', 'name'),
        finding('length(n.body) > 100000', 'REFUSED', 'TOO_LONG', 'body'),
        finding('r.state_id IS NOT NULL AND x.state IS NULL', 'NOTED', 'ORPHAN', 'state_id'),
        finding(`strpos(r.tasks, '\\u0000') > 0`, 'REFUSED', 'NUL', 'tasks'),
        finding(
          `r.tasks IS NOT NULL AND strpos(r.tasks, '\\u0000') = 0 AND legacy.parsed_json(r.tasks) IS NULL`,
          'REFUSED',
          'NOT_JSON',
          'tasks',
        ),
      ])} AS findings,
      coalesce(n.name, 'Template ' || r.id) AS name, n.body, x.state,
      coalesce(${pastMoment('r.updated_at', stage)}, ${stage.snapshotAt}) AS updated_at
    FROM ${rowsOf(stage)} r
    LEFT JOIN ${stage.rows('dispatch_state')} s ON s.id = r.state_id
    CROSS JOIN LATERAL (SELECT legacy.cleaned(r.name) AS name, legacy.cleaned(r.body) AS body OFFSET 0) n
    CROSS JOIN LATERAL (SELECT coalesce(left(legacy.cleaned(s.name), 100),
      (SELECT k.state FROM workflow.instruction_state k WHERE k.id = ${stage.id('workflow.instruction_state', 'r.state_id')})) AS state OFFSET 0) x`,
};

/** In the order of their positions, else of the list; numbered anew from 1. */
export const tasks: Step = {
  name: 'tasks',
  from: 'dispatch_template',
  target: 'workflow.workflow_template_task',
  columns: { template_id: 'uuid', position: 'integer', name: 'text', role: 'text', expected_minutes: 'integer' },
  isMain: false,
  parents: { template_id: 'workflow.workflow_template' },
  mirrors: 'template_id',
  image: (stage) => `
    SELECT t.id || '#' || t.position AS source_id, true AS staged,
      ${findings([
        finding('t.name IS NULL', 'NOTED', 'NO_NAME', 'tasks'),
        finding('length(t.name) > 500 OR length(t.role) > 100', 'REFUSED', 'TOO_LONG', 'tasks'),
        finding('t.minutes IS NOT NULL AND m.minutes IS NULL', 'NOTED', 'NO_NUMBER', 'tasks'),
      ])} AS findings,
      ${stage.id(templates.target, 't.id')} AS template_id, t.position, coalesce(t.name, 'Task ' || t.position) AS name, coalesce(t.role, 'unknown') AS role,
      m.minutes AS expected_minutes
    FROM (
      SELECT r.id, row_number() OVER (PARTITION BY r.id ORDER BY legacy.whole_number(e.entry->>'position'), e.ordinal)::integer AS position,
        legacy.cleaned(CASE jsonb_typeof(e.entry) WHEN 'string' THEN e.entry #>> '{}' ELSE e.entry->>'name' END) AS name,
        legacy.cleaned(e.entry->>'role') AS role, e.entry->>'minutes' AS minutes
      FROM ${rowsOf(stage)} r
      CROSS JOIN LATERAL jsonb_path_query(coalesce(legacy.parsed_json(r.tasks), '[]'), 'lax $[*]') WITH ORDINALITY AS e(entry, ordinal)
    ) t
    JOIN ${stage.taken(templates)} k ON k.legacy_id = t.id
    CROSS JOIN LATERAL (SELECT CASE WHEN legacy.plain_number(t.minutes) < 1e9 THEN round(legacy.plain_number(t.minutes))::integer END AS minutes) n
    CROSS JOIN LATERAL (SELECT CASE WHEN n.minutes >= 0 THEN n.minutes END AS minutes) m`,
};

export const performance: Step = {
  name: 'performance',
  from: 'dispatch_template',
  target: 'workflow.workflow_performance',
  key: { column: 'template_id', of: 'workflow.workflow_template' },
  columns: {
    runs: 'integer',
    completed_runs: 'integer',
    average_minutes: 'double precision',
    on_time_rate: 'double precision',
  },
  isMain: false,
  parents: { template_id: 'workflow.workflow_template' },
  image: (stage) => `
    SELECT r.id AS source_id, true AS staged,
      ${findings([finding('r.runs IS NOT NULL AND (n.runs IS NULL OR n.runs < 0 OR n.completed NOT BETWEEN 0 AND n.runs)', 'NOTED', 'NO_NUMBER', 'runs')])} AS findings,
      greatest(coalesce(n.runs, 0), 0) AS runs, least(greatest(coalesce(n.completed, 0), 0), greatest(coalesce(n.runs, 0), 0)) AS completed_runs,
      CASE WHEN n.average >= 0 THEN n.average END AS average_minutes, CASE WHEN n.rate BETWEEN 0 AND 1 THEN n.rate END AS on_time_rate
    FROM ${rowsOf(stage)} r
    JOIN ${stage.taken(templates)} k ON k.legacy_id = r.id
    CROSS JOIN LATERAL (SELECT legacy.whole_number(r.runs) AS runs, legacy.whole_number(r.completed_runs) AS completed,
      legacy.plain_number(r.average_minutes) AS average, legacy.plain_number(r.on_time_rate) AS rate) n
    WHERE r.runs IS NOT NULL`,
};
