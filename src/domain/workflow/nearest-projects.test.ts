/** On PGlite with its build of pgvector: the very migrations, with the extension and without it. */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrations } from '../../../migrations/all.ts';
import { VectorIndex1760000000057 } from '../../../migrations/0057-vector-index.ts';
import { NearestProjects1760000000051 } from '../../../migrations/0051-nearest-projects.ts';
import { Random } from '../../seed/random.ts';
import { unitVector } from './embedding-provider.ts';
import { localEmbeddings } from './local-embeddings.ts';

let db: PGlite;
let runner: QueryRunner;
const projects = 600;

beforeAll(async () => {
  db = await PGlite.create({ extensions: { vector } });
  runner = { query: async (sql: string) => (await db.exec(sql)).at(-1)?.rows } as unknown as QueryRunner;
  for (const Migration of migrations) await new Migration().up(runner);
  await db.exec(`INSERT INTO workflow.project (id, name, kind, status, created_at, updated_at)
    SELECT overlay(md5(i::text) PLACING '8' FROM 13)::uuid, 'Project ' || i, 'STL', 'open', now(), now() FROM generate_series(1, ${projects}) i`);
}, 120_000);
afterAll(() => db.close());

const words =
  'upper lower jaw molar crown bridge scan night guard aligner splint implant insole arch heel model second revised'.split(
    ' ',
  );

/** Of texts of a few words each. */
async function keepLocalVectors(): Promise<void> {
  const random = new Random(7);
  const texts = Array.from({ length: projects }, () => Array.from({ length: 4 }, () => random.pick(words)).join(' '));
  const outcomes = await localEmbeddings.embed(texts);
  await keep(
    'local-trigrams-1',
    outcomes.flatMap((outcome) => ('vector' in outcome ? [outcome.vector] : [])),
  );
}

async function keep(model: string, vectors: readonly (readonly number[])[]): Promise<void> {
  await db.query(
    `INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash)
     SELECT p.id, $2, cardinality(v.vector), v.vector, sha256('') FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM workflow.project) p
     JOIN (SELECT (e->>0)::integer AS n, ARRAY(SELECT jsonb_array_elements_text(e->1)::real) AS vector FROM jsonb_array_elements($1::jsonb) e) v USING (n)`,
    [JSON.stringify(vectors.map((each, i) => [i + 1, each])), model],
  );
}

interface Near {
  readonly project_id: string;
  readonly similarity: number;
}

async function nearest(
  model: string,
  of: readonly number[],
  count: number,
  besides: string | null = null,
): Promise<Near[]> {
  const { rows } = await db.query<Near>('SELECT * FROM workflow.nearest_projects($1, $2, $3, $4)', [
    model,
    of,
    besides,
    count,
  ]);
  return rows;
}

async function vectorOf(text: string): Promise<readonly number[]> {
  const [outcome] = await localEmbeddings.embed([text]);
  if (outcome === undefined || !('vector' in outcome)) throw new Error('It has letters');
  return outcome.vector;
}

const plan = async () =>
  (
    await db.query<{ indexdef: string }>(
      `SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'project_embedding_hnsw%' ORDER BY 1`,
    )
  ).rows;

describe('the projects nearest to a text', () => {
  const near = (found: readonly Near[]) => found.map(({ similarity }) => Math.round(similarity * 1e4) / 1e4);

  it('are the same with an index of pgvector as without the extension', async () => {
    await keepLocalVectors();
    const asked = await vectorOf('lower molar crwn');
    expect((await db.query('SELECT workflow.pgvector() AS place, workflow.index_vectors() AS indexes')).rows).toEqual([
      { place: null, indexes: 0 },
    ]);
    const exact = await nearest('local-trigrams-1', asked, 100);
    expect(exact).toHaveLength(100);
    const first = exact[0]?.project_id ?? '';
    const besides = await nearest('local-trigrams-1', asked, 5, first);
    expect(besides.map(({ project_id }) => project_id)).not.toContain(first);

    await db.exec('CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions');
    expect((await db.query('SELECT workflow.pgvector() AS place, workflow.index_vectors() AS indexes')).rows).toEqual([
      { place: 'extensions', indexes: 1 },
    ]);
    expect((await plan())[0]?.indexdef).toMatch(/USING hnsw .*vector\(384\)/);
    const indexed = await nearest('local-trigrams-1', asked, 100);
    expect(near(indexed)).toEqual(near(exact));
    expect(near(await nearest('local-trigrams-1', asked, 5, first))).toEqual(near(besides));
  });

  it('come from the index', async () => {
    await db.exec('SET enable_seqscan = off; SET enable_sort = off');
    const asked = await vectorOf('lower molar crown');
    await db.exec(`SELECT pg_stat_force_next_flush()`);
    const scans = async () => {
      await db.exec(`SELECT pg_stat_force_next_flush()`);
      const { rows } = await db.query<{ scans: number }>(
        `SELECT idx_scan::integer AS scans FROM pg_stat_user_indexes WHERE indexrelname LIKE 'project_embedding_hnsw%'`,
      );
      return rows[0]?.scans ?? 0;
    };
    const before = await scans();
    await nearest('local-trigrams-1', asked, 3);
    expect(await scans()).toBe(before + 1);
    await db.exec('RESET enable_seqscan; RESET enable_sort');
  });

  it('are found among vectors of more than 2 000 dimensions, by halves', async () => {
    const random = new Random(9);
    const vectors = Array.from(
      { length: 40 },
      () => unitVector(Array.from({ length: 3_072 }, () => random.next() - 0.5)) ?? [],
    );
    await keep('large', vectors);
    const exact = await nearest('large', vectors[3] ?? [], 10);
    expect((await db.query('SELECT workflow.index_vectors() AS indexes')).rows).toEqual([{ indexes: 2 }]);
    expect((await plan()).map(({ indexdef }) => /(vector|halfvec)\(\d+\)/.exec(indexdef)?.[0]).sort()).toEqual([
      'halfvec(3072)',
      'vector(384)',
    ]);
    const indexed = await nearest('large', vectors[3] ?? [], 10);
    expect(indexed[0]?.similarity).toBeCloseTo(1, 3);
    expect(indexed.map(({ project_id }) => project_id)[0]).toBe(exact[0]?.project_id);
    expect(indexed.every(({ similarity }, i) => Math.abs(similarity - (exact[i]?.similarity ?? 0)) < 0.01)).toBe(true);
  });

  it('are gone through where pgvector is too old for an index, or for one of halves', async () => {
    const indexes = async () => (await db.query('SELECT workflow.index_vectors() AS indexes')).rows;
    await db.exec('BEGIN; ALTER TYPE extensions.halfvec RENAME TO not_yet');
    expect(await indexes()).toEqual([{ indexes: 1 }]);
    await db.exec(`UPDATE pg_am SET amname = 'not_yet' WHERE amname = 'hnsw'`);
    expect(await indexes()).toEqual([{ indexes: 0 }]);
    await db.exec('ROLLBACK');
  });

  it('are gone through where a model has no index, and none are where it has no vectors', async () => {
    await keep('another', [
      [1, 0],
      [0, 1],
    ]);
    expect(near(await nearest('another', [0.6, 0.8], 10))).toEqual([0.8, 0.6]);
    expect(await nearest('none', [1, 0], 10)).toEqual([]);
    expect(await nearest('another', [1, 0, 0], 10)).toEqual([]);
  });
});

it('the migration goes back, its indexes too', async () => {
  await new NearestProjects1760000000051().down(runner);
  expect(await plan()).toEqual([]);
  await new NearestProjects1760000000051().up(runner);
  await new VectorIndex1760000000057().up(runner);
});
