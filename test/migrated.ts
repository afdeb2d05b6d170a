/** Records as a migration leaves them: builders that take what matters and make up the rest. */
import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { localEmbeddings } from '../src/domain/workflow/local-embeddings.ts';
import type { TestClinic } from './clinic.ts';

export interface NewProject {
  readonly name?: string;
  readonly status?: string;
  readonly patientId?: string | null;
  readonly createdAt?: string;
  /** The states that its instructions were in, each for an hour; the last goes on. */
  readonly states?: readonly string[];
}

/** With a file, its states and its vector. */
export async function aProject(clinic: TestClinic, project: NewProject = {}): Promise<string> {
  const id = uuid();
  const { name = `Bridge ${id}`, status = 'open', patientId = null, states = ['new'] } = project;
  const begun = project.createdAt ?? '2024-05-01T08:00:00Z';
  await clinic.owner.query(
    `INSERT INTO workflow.project (id, name, kind, status, version, patient_id, created_at, updated_at) VALUES ($1, $2, 'STL', $3, 2, $4, $5, $5)`,
    [id, name, status, patientId, begun],
  );
  await clinic.owner.query(
    `INSERT INTO workflow.project_file (id, project_id, path, kind, version, bytes, checksum, url)
     VALUES (gen_random_uuid(), $1, 'upper.stl', 'STL', 1, 84, repeat('a', 64), 'file:///store/upper.stl'), (gen_random_uuid(), $1, 'upper.stl', 'STL', 2, 3000000000, NULL, NULL)`,
    [id],
  );
  await clinic.owner.query(
    `INSERT INTO workflow.instruction_state (id, project_id, state, previous_state, entered_at, left_at)
     SELECT gen_random_uuid(), $1, s.state, lag(s.state) OVER w, $3::timestamptz + s.nth * interval '1 hour',
       lead($3::timestamptz + s.nth * interval '1 hour') OVER w
     FROM unnest($2::text[]) WITH ORDINALITY AS s(state, nth) WINDOW w AS (ORDER BY s.nth)`,
    [id, states, begun],
  );
  const [outcome] = await localEmbeddings.embed([name]);
  if (outcome === undefined || !('vector' in outcome)) throw new Error('The name has no letters');
  await clinic.owner.query(
    `INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash) VALUES ($1, $2, 384, $3, $4)`,
    [id, localEmbeddings.model, outcome.vector, createHash('sha256').update(name).digest()],
  );
  return id;
}

/** A pair that waits for a decision. */
export async function aDuplicate(clinic: TestClinic, one: string, other: string, confidence = 0.9): Promise<string> {
  const id = uuid();
  await clinic.owner.query(
    `INSERT INTO people.duplicate_candidate (id, left_id, right_id, confidence, evidence)
     VALUES ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, '{"lastName": 1}')`,
    [id, one, other, confidence],
  );
  return id;
}
