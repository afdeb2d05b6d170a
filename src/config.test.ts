import { expect, test } from 'vitest';
import { ConfigRefusal, readConfig } from './config.ts';

test('an empty environment gives a server for this machine with a database of its own', () => {
  expect(readConfig({})).toMatchObject({
    production: false,
    host: '127.0.0.1',
    port: 4000,
    databaseUrl: null,
    databasePrepared: true,
    databasePoolSize: 10,
    redisUrl: null,
    jwtSecret: null,
    tokenTtlMinutes: 720,
    oidc: null,
    logLevel: 'warn',
    trustedProxies: 0,
    corsOrigins: [],
    rateLimitPerMinute: 6000,
    metricsToken: null,
    metricsPort: null,
    readyLagSeconds: 60,
    slowStatementMs: 500,
    otlpEndpoint: null,
  });
});

test('one database address serves the owner and the direct connections too, until they have their own', () => {
  const shared = 'postgres://app:secret@db:5432/lotkeeper';
  expect(readConfig({ DATABASE_URL: shared })).toMatchObject({
    databaseUrl: shared,
    databaseOwnerUrl: shared,
    databaseDirectUrl: shared,
  });
  const owner = 'postgres://owner:secret@db:5432/lotkeeper';
  expect(readConfig({ DATABASE_URL: shared, DATABASE_OWNER_URL: owner }).databaseOwnerUrl).toBe(owner);
});

test.each([
  ['PORT', '80a'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['DATABASE_URL', 'mysql://root:hunter2@db/x'],
  ['DATABASE_URL', 'not an address hunter2'],
  ['DATABASE_PREPARED', 'yes'],
  ['DATABASE_POOL_SIZE', '0'],
  ['REDIS_URL', 'http://cache:6379'],
  ['JWT_SECRET', 'hunter2'],
  ['TOKEN_TTL_MINUTES', '1.5'],
  ['OIDC_ISSUER', 'https://only.one.of.three'],
  ['LOG_LEVEL', 'loud'],
  ['NODE_ENV', 'prod'],
  ['TRUST_PROXY', 'true'],
  ['CORS_ORIGINS', 'https://app.example.org/path'],
  ['CORS_ORIGINS', '*'],
  ['RATE_LIMIT_PER_MINUTE', '0'],
  ['METRICS_TOKEN', 'hunter2'],
  ['METRICS_PORT', 'none'],
  ['READY_LAG_SECONDS', '15m'],
  ['SLOW_STATEMENT_MS', '0.5'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4317'],
])('%s=%s is refused in one sentence that names it and repeats no secret', (name, value) => {
  const refused = () => readConfig({ [name]: value });
  expect(refused).toThrow(ConfigRefusal);
  expect(refused).toThrow(new RegExp(`^[^.]*${name}.* should be .*\\.$`));
  expect(refused).not.toThrow(/hunter2/);
});

test('in production a foreign database asks for a signing secret; our own does not', () => {
  const NODE_ENV = 'production';
  const DATABASE_URL = 'postgres://app:secret@db:5432/lotkeeper';
  expect(() => readConfig({ NODE_ENV, DATABASE_URL })).toThrow(/JWT_SECRET/);
  expect(readConfig({ NODE_ENV, DATABASE_URL, JWT_SECRET: 'x'.repeat(32) }).jwtSecret).toHaveLength(32);
  expect(readConfig({ NODE_ENV }).jwtSecret).toBeNull();
});
