import { describe, expect, it } from 'vitest';
import { LegacyUsage } from './failure.ts';
import { readLegacyOptions, readSourceAddress, refuseFlags } from './legacy-options.ts';

describe('options of a migration', () => {
  it('have defaults', () => {
    expect(readLegacyOptions({}, {})).toEqual({
      type: 'full',
      dryRun: false,
      batchSize: 100,
      ai: true,
      logLevel: 'info',
      maxRetries: 3,
      resume: false,
      mapping: null,
      report: null,
      files: null,
    });
  });

  it('come from the environment, and a flag beats it', () => {
    const env = { MIGRATION_BATCH_SIZE: '7', MIGRATION_MAX_RETRIES: '0', MIGRATION_LOG_LEVEL: 'debug' };
    expect(readLegacyOptions({}, env)).toMatchObject({ batchSize: 7, maxRetries: 0, logLevel: 'debug' });
    const flags = { batchSize: '9', maxRetries: '1', logLevel: 'warn' };
    expect(readLegacyOptions(flags, env)).toMatchObject({ batchSize: 9, maxRetries: 1, logLevel: 'warn' });
  });

  it.each([
    [{ batchSize: '100001' }, {}, '--batch-size should be a whole number from 1 to 100000'],
    [{ batchSize: '1e3' }, {}, '--batch-size should be'],
    [{ maxRetries: '-1' }, {}, '--max-retries should be a whole number from 0 to 100'],
    [{ logLevel: 'loud' }, {}, '--log-level should be one of debug, info, warn, error'],
    [{}, { MIGRATION_LOG_LEVEL: 'loud' }, 'MIGRATION_LOG_LEVEL should be one of'],
  ])('%j with %j is refused by name', (flags, env, words) => {
    expect(() => readLegacyOptions(flags, env)).toThrow(LegacyUsage);
    expect(() => readLegacyOptions(flags, env)).toThrow(words);
  });
});

describe('where the old database is', () => {
  it('is told by parts', () => {
    const env = { LEGACY_DB_NAME: 'mdw', LEGACY_DB_USER: 'u', LEGACY_DB_PASSWORD: '', LEGACY_DB_SSL: 'on' };
    expect(readSourceAddress(env)).toEqual({
      ...{ host: 'localhost', port: 5432, database: 'mdw', user: 'u', password: '', ssl: 'on' },
    });
  });

  it('is told by one address', () => {
    const env = { LEGACY_DATABASE_URL: 'postgres://u%40x:p%23@h:6000/mdw?sslmode=require' };
    expect(readSourceAddress(env)).toEqual({
      ...{ host: 'h', port: 6000, database: 'mdw', user: 'u@x', password: 'p#', ssl: 'no-verify' },
    });
  });

  it.each([
    [{}, 'LEGACY_DB_NAME, LEGACY_DB_USER, LEGACY_DB_PASSWORD are missing'],
    [{ LEGACY_DB_NAME: 'a', LEGACY_DB_USER: 'b' }, 'LEGACY_DB_PASSWORD is missing'],
    [{ LEGACY_DATABASE_URL: 'mysql://x' }, 'LEGACY_DATABASE_URL should be an address'],
    [{ LEGACY_DATABASE_URL: 'postgres://host' }, 'names no database or no user'],
    [{ LEGACY_DB_NAME: 'a', LEGACY_DB_USER: 'b', LEGACY_DB_PASSWORD: 'c', LEGACY_DB_PORT: '0' }, 'LEGACY_DB_PORT'],
  ])('%j is refused by name', (env, words) => {
    expect(() => readSourceAddress(env)).toThrow(words);
  });
});

describe('flags that have no part in a source', () => {
  const reasons = { batchSize: 'the run is one transaction', ai: 'there are no texts' };
  it('are refused by name, with the reason', () => {
    expect(() => {
      refuseFlags({ batchSize: '10' }, reasons);
    }).toThrow('--batch-size has no part here: the run is one transaction. Leave it out.');
    expect(() => {
      refuseFlags({ ai: false }, reasons);
    }).toThrow('--no-ai has no part here: there are no texts.');
  });
  it('are silent where they are not given', () => {
    refuseFlags({ ai: true, dryRun: true, mapping: 'x.yaml' }, reasons);
  });
});
