import { describe, expect, it } from 'vitest';
import { OpenaiEmbeddings } from './openai-embeddings.ts';
import { chooseEmbeddings } from './choose-embeddings.ts';
import { readEmbeddingsConfig } from './embeddings-config.ts';

describe('who makes the vectors', () => {
  it.each<[string, Record<string, string>, object]>([
    ['we ourselves, by default', {}, { provider: 'local' }],
    ['we ourselves, although there is a key', { OPENAI_API_KEY: 'k', EMBEDDING_MODEL: 'local' }, { provider: 'local' }],
    [
      'OpenAI, with a key',
      { OPENAI_API_KEY: 'k' },
      { provider: 'openai', apiKey: 'k', baseUrl: null, model: 'text-embedding-3-small' },
    ],
    [
      'a server of the same API',
      { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://models:1/v1', EMBEDDING_MODEL: 'm' },
      { provider: 'openai', apiKey: 'k', baseUrl: 'http://models:1/v1', model: 'm' },
    ],
  ])('%s', (_, env, config) => {
    expect(readEmbeddingsConfig(env)).toEqual(config);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ EMBEDDING_MODEL: 'text-embedding-3-small' }, /^OPENAI_API_KEY/],
    [{ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'models' }, /^OPENAI_BASE_URL/],
    [{ OPENAI_API_KEY: 'k', EMBEDDING_MODEL: 'm'.repeat(101) }, /^EMBEDDING_MODEL/],
  ])('%j is refused by name', (env, message) => {
    expect(() => readEmbeddingsConfig(env)).toThrow(message);
  });

  it('is one of the two providers', () => {
    expect(chooseEmbeddings({ provider: 'local' }, { maxRetries: 3 }).model).toBe('local-trigrams-1');
    const config = { provider: 'openai', apiKey: 'k', baseUrl: null, model: 'text-embedding-3-large' } as const;
    const chosen = chooseEmbeddings(config, { maxRetries: 3 });
    expect(chosen).toBeInstanceOf(OpenaiEmbeddings);
    expect(chosen.dimensions).toBe(3_072);
  });
});
