/** Projects of 3D work and their files. */
import { decoded, type Mapping } from '../mapping.ts';
import { finding, findings, pastMoment, type Step } from '../source.ts';
import type { Stage } from '../stage.ts';
import { patients } from './mdw-people.ts';

/**
 * The files that a project names: a JSON list of paths or of objects with path, kind or type, version, or one path alone.
 * One row a file; `malformed` where nobody can read it.
 */
function filesOf(stage: Stage, mapping: Mapping, rows: string): string {
  return `
    SELECT r.id, r.version, f.path, f.ordinal,
      coalesce(${decoded(mapping, 'kind', `f.entry->>'kind'`, 'NULL')}, ${decoded(mapping, 'kind', `f.entry->>'type'`, 'NULL')},
        ${decoded(mapping, 'file_ending', `substring(f.path FROM '\\.([A-Za-z0-9]+)$')`, 'NULL')}) AS kind,
      greatest(coalesce(legacy.whole_number(f.entry->>'version'), legacy.whole_number(r.version), 1), 1) AS file_version
    FROM ${rows} r
    CROSS JOIN LATERAL (SELECT legacy.parsed_json(r.files) AS list OFFSET 0) j
    CROSS JOIN LATERAL jsonb_path_query(coalesce(j.list, '[]'), 'lax $[*]') WITH ORDINALITY AS e(entry, ordinal)
    CROSS JOIN LATERAL (SELECT e.ordinal, CASE WHEN jsonb_typeof(e.entry) = 'object' THEN e.entry ELSE '{}' END AS entry,
      legacy.relative_path(CASE jsonb_typeof(e.entry) WHEN 'string' THEN e.entry #>> '{}'
        WHEN 'object' THEN coalesce(e.entry->>'path', e.entry->>'file', e.entry->>'name') END) AS path OFFSET 0) f
    WHERE r.files IS NOT NULL`;
}

const kindOfFiles = (stage: Stage, mapping: Mapping, rows: string) =>
  stage.has('dispatch_project', 'files')
    ? `(SELECT id, (array_agg(kind ORDER BY ordinal) FILTER (WHERE kind IS NOT NULL))[1] AS kind FROM (${filesOf(stage, mapping, rows)}) f GROUP BY id)`
    : `(SELECT NULL::text AS id, NULL::text AS kind WHERE false)`;

export const projects: Step = {
  name: 'projects',
  from: 'dispatch_project',
  target: 'workflow.project',
  columns: {
    name: 'text',
    kind: 'workflow.project_kind',
    status: 'text',
    version: 'integer',
    patient_id: 'uuid',
    notes: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  once: ['created_at'],
  isMain: true,
  parents: { patient_id: 'people.patient' },
  image: (stage, mapping) => {
    const rows = stage.rows('dispatch_project');
    const now = stage.snapshotAt;
    return `
      SELECT r.id AS source_id, true AS staged,
        ${findings([
          finding('r.patient_id IS NOT NULL AND p.legacy_id IS NULL', 'REFUSED', 'ORPHAN', 'patient_id'),
          finding('n.name IS NULL', 'NOTED', 'NO_NAME', 'name'),
          finding('legacy.is_spoilt(n.name)', 'REFUSED', 'MOJIBAKE', 'name'),
          finding('length(n.name) > 500', 'REFUSED', 'TOO_LONG', 'name'),
          finding(`n.name <> btrim(r.name, E' \\t\\r\\n')`, 'REPAIRED', 'MOJIBAKE', 'name'),
          finding('length(n.status) > 100', 'REFUSED', 'TOO_LONG', 'status'),
          finding('length(n.notes) > 10000', 'REFUSED', 'TOO_LONG', 'notes'),
          finding(
            `r.version <> '' AND coalesce(legacy.whole_number(r.version), 0) < 1`,
            'NOTED',
            'NO_VERSION',
            'version',
          ),
          finding(`strpos(r.files, '\\u0000') > 0 OR strpos(r.notes, '\\u0000') > 0`, 'REFUSED', 'NUL', 'files'),
          finding(
            `r.files IS NOT NULL AND strpos(r.files, '\\u0000') = 0 AND legacy.parsed_json(r.files) IS NULL`,
            'REFUSED',
            'NOT_JSON',
            'files',
          ),
          finding(`r.created_at IS NOT NULL AND t.made IS NULL`, 'NOTED', 'IMPOSSIBLE_DATE', 'created_at'),
          finding(`r.updated_at IS NOT NULL AND t.changed IS NULL`, 'NOTED', 'IMPOSSIBLE_DATE', 'updated_at'),
        ])} AS findings,
        coalesce(n.name, 'Project ' || r.id) AS name,
        coalesce(${decoded(mapping, 'kind', 'btrim(r.kind)', 'NULL')}, f.kind, 'OTHER') AS kind,
        coalesce(${decoded(mapping, 'status', 'n.status', 'n.status')}, 'unknown') AS status,
        greatest(coalesce(legacy.whole_number(r.version), 1), 1) AS version,
        CASE WHEN p.legacy_id IS NOT NULL THEN ${stage.id(patients.target, 'p.legacy_id')} END AS patient_id, n.notes,
        coalesce(least(t.made, t.changed), ${now}) AS created_at, coalesce(t.changed, t.made, ${now}) AS updated_at
      FROM ${rows} r
      LEFT JOIN ${stage.taken(patients)} p ON p.legacy_id = r.patient_id
      LEFT JOIN ${kindOfFiles(stage, mapping, rows)} f ON f.id = r.id
      CROSS JOIN LATERAL (SELECT legacy.cleaned(r.name) AS name, legacy.cleaned(r.status) AS status, legacy.cleaned(r.notes) AS notes OFFSET 0) n
      CROSS JOIN LATERAL (SELECT ${pastMoment('r.created_at', stage)} AS made, ${pastMoment('r.updated_at', stage)} AS changed OFFSET 0) t`;
  },
};

/** A new version of a file stands beside the old one. */
export const files: Step = {
  name: 'files',
  from: 'dispatch_project',
  target: 'workflow.project_file',
  columns: { project_id: 'uuid', path: 'text', kind: 'workflow.project_kind', version: 'integer' },
  isMain: false,
  parents: { project_id: 'workflow.project' },
  image: (stage, mapping) => `
    SELECT DISTINCT ON (f.id, f.path, f.file_version)
      f.id || '#' || coalesce(f.path, '(' || f.ordinal || ')') || '@' || f.file_version AS source_id, true AS staged,
      ${findings([finding('f.path IS NULL', 'REFUSED', 'NO_PATH', 'files'), finding('length(f.path) > 1000', 'REFUSED', 'TOO_LONG', 'files')])} AS findings,
      ${stage.id(projects.target, 'f.id')} AS project_id, f.path, coalesce(f.kind, 'OTHER') AS kind, f.file_version AS version
    FROM (${filesOf(stage, mapping, stage.rows('dispatch_project'))}) f
    JOIN ${stage.taken(projects)} p ON p.legacy_id = f.id
    ORDER BY f.id, f.path, f.file_version, f.ordinal`,
};
