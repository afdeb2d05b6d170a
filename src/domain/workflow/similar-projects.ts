/**
 * Projects whose texts are most alike a text, or the text of a project, by the cosine of their vectors. Vectors of one
 * model are compared: of the provider's for a text, of the one that embedded it last for a project.
 * Refuses: BAD_USER_INPUT (not one of text and project, a text without letters or digits, too many asked for),
 * SERVICE_UNAVAILABLE (the provider does not answer). Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Project } from '../../entities/project.ts';
import { Refusal } from '../../refusal.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import type { EmbeddingProvider } from './embedding-provider.ts';

export interface SimilarTo {
  readonly text?: string | null | undefined;
  readonly projectId?: string | null | undefined;
}

export interface Similar {
  readonly project: Project;
  /** The cosine, −1 to 1. */
  readonly similarity: number;
}

const most = 100;

interface Vector {
  readonly model: string;
  readonly vector: readonly number[];
}

export async function similarProjects(
  db: DataSource,
  provider: EmbeddingProvider,
  to: SimilarTo,
  first: number | null,
): Promise<Similar[]> {
  const count = first ?? 10;
  if (count < 1 || count > most)
    throw new Refusal('BAD_USER_INPUT', `first must be 1 to ${most}.`, { field: 'first', first: count });
  const text = optionalText(to.text, 'text', 10_000);
  const projectId = optionalUuid(to.projectId, 'projectId');
  if ((text === null) === (projectId === null))
    throw new Refusal('BAD_USER_INPUT', 'Give either text or projectId.', { field: 'text' });
  const vector = text === null ? await vectorOfProject(db, projectId ?? '') : await vectorOfText(provider, text);
  return vector === null ? [] : nearest(db, vector, projectId, count);
}

/** Null for a project that is not there, or that has no vector yet. */
async function vectorOfProject(db: DataSource, projectId: string): Promise<Vector | null> {
  const [found] = await read<Vector>(
    db,
    'SELECT model, vector FROM workflow.project_embedding WHERE project_id = $1 ORDER BY created_at DESC, model LIMIT 1',
    [projectId],
  );
  return found ?? null;
}

async function vectorOfText(provider: EmbeddingProvider, text: string): Promise<Vector> {
  const [outcome] = await provider.embed([text]);
  if (outcome !== undefined && 'vector' in outcome) return { model: provider.model, vector: outcome.vector };
  if (!/[\p{L}\p{N}]/u.test(text))
    throw new Refusal('BAD_USER_INPUT', 'text has no letters or digits.', { field: 'text' });
  throw new Refusal('SERVICE_UNAVAILABLE', 'The text could not be compared now. Try again later.', { retryable: true });
}

/** By an index of pgvector's where there is one; else every vector of the model is gone through. */
async function nearest(db: DataSource, of: Vector, not: string | null, count: number): Promise<Similar[]> {
  const rows = await read<Project & { readonly similarity: number }>(
    db,
    `SELECT n.similarity, ${columnsOf(Project, 'p')} FROM workflow.nearest_projects($1, $2::real[], $3::uuid, $4::integer) n
     JOIN workflow.project p ON p.id = n.project_id ORDER BY n.similarity DESC, p.id`,
    [of.model, of.vector, not, count],
  );
  return rows.map(({ similarity, ...project }) => ({ project, similarity }));
}
