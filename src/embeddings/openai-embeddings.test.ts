import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosine, type EmbeddingOutcome } from '../domain/workflow/embedding-provider.ts';
import { EmbeddingServer, fail, hangUp, silence, type Mishap } from '../../test/embedding-server.ts';
import { OpenaiEmbeddings, type OpenaiPatience } from './openai-embeddings.ts';

let server: EmbeddingServer;
beforeEach(async () => {
  server = await EmbeddingServer.open();
});
afterEach(() => server.close());

function provider(patience: Partial<OpenaiPatience> = {}, model = 'a-model-of-ours'): OpenaiEmbeddings {
  return new OpenaiEmbeddings({ apiKey: 'secret-key', baseUrl: server.url, model }, { maxRetries: 2, ...patience });
}

const kindsOf = (outcomes: readonly EmbeddingOutcome[]) =>
  outcomes.map((outcome) => ('vector' in outcome ? 'vector' : outcome.reason));

describe('vectors from a server', () => {
  it('are asked for with the key and the model, put in the order of the texts, and made of length 1', async () => {
    const outcomes = await provider().embed(['crown', 'bridge']);
    const [crown, bridge] = outcomes.map((outcome) => ('vector' in outcome ? outcome.vector : []));
    const [alone] = await provider().embed(['crown']);
    expect(cosine(crown ?? [], crown ?? [])).toBeCloseTo(1, 12);
    expect(crown).toEqual(alone !== undefined && 'vector' in alone ? alone.vector : null);
    expect(bridge).not.toEqual(crown);
    expect(server.requests[0]).toMatchObject({ authorization: 'Bearer secret-key', model: 'a-model-of-ours' });
  });

  it('come in batches of at most 256 texts and 200 000 characters', async () => {
    const outcomes = await provider().embed([
      ...Array.from({ length: 300 }, (_, i) => `text ${i}`),
      'x'.repeat(150_000),
      'y'.repeat(60_000),
    ]);
    expect(outcomes).toHaveLength(302);
    expect(new Set(kindsOf(outcomes))).toEqual(new Set(['vector']));
    expect(server.requests.map(({ input }) => input.length)).toEqual([256, 45, 1]);
  });

  it('of another number of dimensions than the model has are refused, one by one', async () => {
    const ours = provider();
    await ours.embed(['first']);
    expect(ours.dimensions).toBe(8);
    server.dimensions = 9;
    expect(kindsOf(await ours.embed(['second']))).toEqual(['The server answered 9 dimensions; a-model-of-ours has 8.']);
    const known = provider({}, 'text-embedding-3-small');
    expect(kindsOf(await known.embed(['third']))).toEqual([
      'The server answered 9 dimensions; text-embedding-3-small has 1536.',
    ]);
  });
});

describe('a server that fails', () => {
  it('is asked again no sooner than Retry-After says', async () => {
    server.mishaps.push(fail(429, 'slow down', { 'retry-after': '1' }));
    expect(kindsOf(await provider().embed(['text']))).toEqual(['vector']);
    const [first, second] = server.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it.each<[string, Mishap]>([
    ['500', fail(500, 'oh')],
    ['503', fail(503, 'oh')],
    ['a lost connection', hangUp],
  ])('is asked again after %s', async (_, mishap) => {
    server.mishaps.push(mishap);
    expect(kindsOf(await provider().embed(['text']))).toEqual(['vector']);
    expect(server.requests).toHaveLength(2);
  });

  it('is asked again after a time without an answer', async () => {
    server.mishaps.push(silence);
    expect(kindsOf(await provider({ timeoutMs: 300 }).embed(['text']))).toEqual(['vector']);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Mishap, string]>([
    ['500', fail(500, 'oh'), 'The server failed (500), also when asked again.'],
    [
      '429',
      fail(429, 'oh', { 'retry-after-ms': '1' }),
      'The server asks for fewer requests, or the account is exhausted (429), also when asked again.',
    ],
    ['no answer', silence, 'The server did not answer in time, also when asked again.'],
    ['a lost connection', hangUp, 'The server could not be reached, also when asked again.'],
  ])('again and again with %s costs that batch its vectors and no other', async (_, mishap, reason) => {
    server.mishaps.push(mishap, mishap);
    const texts = Array.from({ length: 257 }, (_, i) => `text ${i}`);
    const outcomes = await provider({ maxRetries: 1, timeoutMs: 300 }).embed(texts);
    expect(kindsOf(outcomes.slice(0, 256)).every((kind) => kind === reason)).toBe(true);
    expect(kindsOf(outcomes.slice(256))).toEqual(['vector']);
  });

  it('over one text is told in its place, and the others have their vectors', async () => {
    const refuse: Mishap = (request, response) =>
      request.input.includes('bad') && fail(400, 'the text "bad" is too long')(request, response);
    server.mishaps.push(...Array.from({ length: 20 }, () => refuse));
    const outcomes = await provider().embed(['one', 'two', 'bad', 'four', 'five']);
    expect(kindsOf(outcomes)).toEqual(['vector', 'vector', 'The server refused the text (400).', 'vector', 'vector']);
  });

  it('over whatever it is asked is not asked for each text alone', async () => {
    server.mishaps.push(...Array.from({ length: 2_000 }, () => fail(400, 'no such encoding')));
    const outcomes = await provider().embed(Array.from({ length: 1_000 }, (_, i) => `text ${i}`));
    expect(new Set(kindsOf(outcomes))).toEqual(new Set(['The server refused the text (400).']));
    expect(server.requests.length).toBeLessThan(60);
  });

  it('over the key says so without it', async () => {
    server.mishaps.push(fail(401, 'Incorrect API key provided: secret-key'));
    expect(kindsOf(await provider().embed(['text']))).toEqual(['The server refused OPENAI_API_KEY (401).']);
    expect(server.requests).toHaveLength(1);
  });

  it('is left at once when the run stops', async () => {
    server.mishaps.push(silence);
    const stop = new AbortController();
    const embedding = provider().embed(['text'], stop.signal);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await expect(embedding).rejects.toThrow(/abort/i);
    expect(server.requests).toHaveLength(1);
  });
});

it('that asks to wait is left at once when the run stops', async () => {
  server.mishaps.push(fail(429, 'slow down', { 'retry-after': '3' }));
  const stop = new AbortController();
  const began = performance.now();
  const embedding = provider().embed(['text'], stop.signal);
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  setTimeout(() => {
    stop.abort();
  }, 100);
  await expect(embedding).rejects.toThrow(/abort/i);
  expect(performance.now() - began).toBeLessThan(2_000);
});

it('a vector of no length says nothing of the dimensions of a model that is not known', async () => {
  const empty: Mishap = (_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [] }], model: 'm' }));
    return true;
  };
  server.mishaps.push(empty);
  const other = provider();
  expect(kindsOf(await other.embed(['text']))).toEqual(['The server answered a vector of no length.']);
  expect(kindsOf(await other.embed(['text']))).toEqual(['vector']);
});

describe('what it would cost', () => {
  it('is told by the model, and nobody is asked', () => {
    const texts = ['x'.repeat(4_000_000), 'y'];
    expect(provider({}, 'text-embedding-3-small').estimate(texts)).toEqual({
      texts: 2,
      tokens: 1_000_001,
      dollars: '0.02',
    });
    expect(provider({}, 'text-embedding-3-large').estimate(texts)).toMatchObject({ dollars: '0.13' });
    expect(provider().estimate(texts)).toEqual({ texts: 2, tokens: 1_000_001, dollars: null });
    expect(server.requests).toEqual([]);
  });
});
