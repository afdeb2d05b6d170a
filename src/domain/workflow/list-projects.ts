/** Projects of an older system, the last begun first, with what belongs to them. They belong to the organisation. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InstructionState } from '../../entities/instruction-state.ts';
import { ProjectFile } from '../../entities/project-file.ts';
import { Project } from '../../entities/project.ts';
import { StateAnalytics } from '../../entities/state-analytics.ts';
import { contains } from '../like.ts';
import { optionalText } from '../text.ts';

const newestFirst: KeyOrder = {
  name: 'projects',
  direction: 'DESC',
  keys: [
    { sql: 'p.created_at', type: 'timestamptz' },
    { sql: 'p.id', type: 'uuid' },
  ],
};

export interface ProjectFilter {
  /** A part of the name. */
  readonly search?: string | null | undefined;
  readonly status?: string | null | undefined;
}

export async function listProjects(
  db: DataSource,
  filter: ProjectFilter,
  request: PageRequest,
): Promise<Page<Project>> {
  const values = new Values();
  const search = optionalText(filter.search, 'search', 500);
  const status = optionalText(filter.status, 'status', 100);
  const where = [
    ...(search === null ? [] : [`p.name ILIKE ${values.add(contains(search), 'text')}`]),
    ...(status === null ? [] : [`p.status = ${values.add(status, 'text')}`]),
  ];
  const list = { order: newestFirst, columns: columnsOf(Project, 'p'), from: 'workflow.project p', where, values };
  return readPage<Project>(db, list, request);
}

export async function projectsById(db: DataSource, ids: readonly string[]): Promise<Project[]> {
  return read<Project>(db, `SELECT ${columnsOf(Project, 'p')} FROM workflow.project p WHERE p.id = ANY($1::uuid[])`, [
    ids,
  ]);
}

/** The last version of a path first. */
export async function filesOfProjects(db: DataSource, projectIds: readonly string[]): Promise<ProjectFile[]> {
  return read<ProjectFile>(
    db,
    `SELECT ${columnsOf(ProjectFile, 'f')} FROM workflow.project_file f WHERE f.project_id = ANY($1::uuid[]) ORDER BY f.path, f.version DESC`,
    [projectIds],
  );
}

/** In the order in which they were entered. */
export async function statesOfProjects(db: DataSource, projectIds: readonly string[]): Promise<InstructionState[]> {
  return read<InstructionState>(
    db,
    `SELECT ${columnsOf(InstructionState, 's')} FROM workflow.instruction_state s
     WHERE s.project_id = ANY($1::uuid[]) ORDER BY s.entered_at, s.id`,
    [projectIds],
  );
}

/** As they were counted after the last migration, by name. */
export async function listStateAnalytics(db: DataSource): Promise<StateAnalytics[]> {
  return read<StateAnalytics>(
    db,
    `SELECT ${columnsOf(StateAnalytics, 's')} FROM workflow.state_analytics s ORDER BY s.state`,
  );
}
