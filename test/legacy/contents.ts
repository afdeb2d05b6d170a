/** Everything that a migration writes, row for row, in an order of its own. */
import type pg from 'pg';

const tables = [
  'people.user',
  'people.patient',
  'people.duplicate_candidate',
  'workflow.project',
  'workflow.project_file',
  'workflow.project_embedding',
  'workflow.instruction_state',
  'workflow.state_analytics',
  'workflow.workflow_template',
  'workflow.workflow_template_task',
  'workflow.workflow_performance',
  'ops.legacy_row',
];

/** When and in which run it came is no part of it. */
const ofTheRun = ['counted_at', 'made_by', 'run_id', 'decided_at'];

const alsoOfTheRun: Readonly<Record<string, readonly string[]>> = {
  'ops.legacy_row': ['changed_by'],
  'people.duplicate_candidate': ['created_at'],
  'workflow.project_embedding': ['created_at'],
};

/** By table: the rows as text, sorted. */
export async function contentsOf(db: pg.Pool | pg.Client): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of tables) {
    const [schema = '', name = ''] = table.split('.');
    const without = [...ofTheRun, ...(alsoOfTheRun[table] ?? [])];
    const rowsOf = `SELECT (to_jsonb(t) - '{${without.join(',')}}'::text[])::text AS row FROM "${schema}"."${name}" t`;
    const { rows } = await db.query<{ row: string }>(`${rowsOf} ORDER BY 1`);
    all[table] = rows.map(({ row }) => row);
  }
  return all;
}
