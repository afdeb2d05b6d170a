import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import { EmbeddingServer, fail, type Mishap } from '../../../test/embedding-server.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { localEmbeddings } from '../../domain/workflow/local-embeddings.ts';
import { OpenaiEmbeddings } from '../../embeddings/openai-embeddings.ts';
import { embedProjects, estimateEmbeddings, type EmbedRun } from './embed-projects.ts';

let clinic: TestClinic;
let client: pg.Client;
beforeAll(async () => {
  clinic = await TestClinic.open();
  client = new pg.Client({ connectionString: clinic.database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await clinic.close();
});
beforeEach(async () => {
  await clinic.owner.query('DELETE FROM workflow.project_embedding; DELETE FROM workflow.project');
});

/** Answers their ids. */
async function addProjects(...names: string[]): Promise<string[]> {
  const ids = names.map(() => uuid());
  await clinic.owner.query(
    `INSERT INTO workflow.project (id, name, kind, status, created_at, updated_at)
     SELECT unnest($1::uuid[]), unnest($2::text[]), 'STL', 'open', now(), now()`,
    [ids, names],
  );
  return ids;
}

const run = (more: Partial<EmbedRun> = {}): EmbedRun => ({ client, provider: localEmbeddings, dryRun: false, ...more });
const kept = () =>
  clinic.all<{ project_id: string; model: string; dimensions: number; vector: number[] }>(
    'SELECT project_id, model, dimensions, vector FROM workflow.project_embedding ORDER BY project_id, model',
  );

describe('the texts of projects', () => {
  it('have their vectors of length 1, by name and notes', async () => {
    const [id] = await addProjects('Upper jaw');
    await clinic.owner.query(`UPDATE workflow.project SET notes = 'with a bridge' WHERE id = $1`, [id]);
    expect(await embedProjects(run())).toEqual({ projects: 1, embedded: 1, unchanged: 0, withoutText: 0, failed: 0 });
    const [found] = await kept();
    const [outcome] = await localEmbeddings.embed(['Upper jaw\nwith a bridge']);
    expect(found).toMatchObject({ project_id: id, model: 'local-trigrams-1', dimensions: 384 });
    const expected = outcome !== undefined && 'vector' in outcome ? outcome.vector : [];
    expect(found?.vector.every((x, i) => Math.abs(x - (expected[i] ?? 0)) < 1e-6)).toBe(true);
  });

  it('are embedded again only where they have changed', async () => {
    const [first] = await addProjects('one', 'two');
    await embedProjects(run());
    expect(await embedProjects(run())).toMatchObject({ embedded: 0, unchanged: 2 });
    await clinic.owner.query(`UPDATE workflow.project SET name = 'uno' WHERE id = $1`, [first]);
    expect(await embedProjects(run())).toMatchObject({ embedded: 1, unchanged: 1 });
  });

  it('without letters or digits have none', async () => {
    await addProjects('…', 'one');
    expect(await embedProjects(run())).toEqual({ projects: 2, embedded: 1, unchanged: 0, withoutText: 1, failed: 0 });
  });

  it('are counted alike in a dry run, which asks nobody and writes nothing', async () => {
    const server = await EmbeddingServer.open();
    try {
      const provider = new OpenaiEmbeddings({ apiKey: 'k', baseUrl: server.url, model: 'm' }, { maxRetries: 0 });
      await addProjects('…', 'one', 'two');
      const dry = await embedProjects(run({ provider, dryRun: true }));
      expect(server.requests).toEqual([]);
      expect(await kept()).toEqual([]);
      expect(await embedProjects(run({ provider }))).toEqual(dry);
    } finally {
      await server.close();
    }
  });

  it('beyond one batch are all met, and the progress is told', async () => {
    await addProjects(...Array.from({ length: 257 }, (_, i) => `project ${i}`));
    const told: (readonly [number, number])[] = [];
    const figures = await embedProjects(run({ progress: (done, total) => told.push([done, total]) }));
    expect(figures).toMatchObject({ projects: 257, embedded: 257 });
    expect(told).toEqual([
      [256, 257],
      [257, 257],
    ]);
  });

  it('stop where the run stops', async () => {
    await addProjects('one');
    await expect(embedProjects(run({ signal: AbortSignal.abort(new Error('stopped')) }))).rejects.toThrow('stopped');
  });
});

describe('a text that cannot be embedded', () => {
  it('is told, and tried again by the next run; the others have their vectors', async () => {
    const server = await EmbeddingServer.open();
    try {
      const provider = new OpenaiEmbeddings({ apiKey: 'k', baseUrl: server.url, model: 'm' }, { maxRetries: 0 });
      const [, bad] = await addProjects('one', 'bad', 'three');
      const refuse: Mishap = (request, response) => request.input.includes('bad') && fail(400, 'no')(request, response);
      server.mishaps.push(...Array.from({ length: 5 }, () => refuse));
      const failed: string[][] = [];
      const figures = await embedProjects(run({ provider, onFailed: (...told) => failed.push(told) }));
      expect(figures).toMatchObject({ projects: 3, embedded: 2, failed: 1 });
      expect(failed).toEqual([[bad, 'The server refused the text (400).']]);
      server.mishaps.length = 0;
      expect(await embedProjects(run({ provider }))).toMatchObject({ embedded: 1, unchanged: 2, failed: 0 });
    } finally {
      await server.close();
    }
  });
});

it('what is still to be embedded is told beforehand with its price', async () => {
  await addProjects('x'.repeat(400), 'y'.repeat(400));
  const server = { apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1', model: 'text-embedding-3-large' };
  const provider = new OpenaiEmbeddings(server, { maxRetries: 0 });
  expect(await estimateEmbeddings(run({ provider }))).toEqual({ texts: 2, tokens: 200, dollars: '0.000026' });
  expect(await estimateEmbeddings(run())).toEqual({ texts: 2, tokens: 0, dollars: '0' });
  await embedProjects(run());
  expect(await estimateEmbeddings(run())).toEqual({ texts: 0, tokens: 0, dollars: '0' });
});
