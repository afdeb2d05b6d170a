/** The environment, read and checked once. A wrong value ends with its name and what it should be. */
import path from 'node:path';

export class ConfigRefusal extends Error {
  override readonly name = 'ConfigRefusal';
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface OidcConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
}

export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** Null: Lotkeeper runs a PostgreSQL of its own in the data folder. */
  readonly databaseUrl: string | null;
  /** Runs migrations; the owner of the tables. */
  readonly databaseOwnerUrl: string | null;
  /** Past any pooler: LISTEN, the queue and migrations. */
  readonly databaseDirectUrl: string | null;
  readonly databasePrepared: boolean;
  readonly databasePoolSize: number;
  readonly redisUrl: string | null;
  readonly dataFolder: string;
  /** Signs our own tokens. Null: one is made and kept in the data folder. */
  readonly jwtSecret: string | null;
  readonly tokenTtlMinutes: number;
  /** Null: only our own tokens are taken. */
  readonly oidc: OidcConfig | null;
  readonly logLevel: LogLevel;
  /** How many proxies stand before us, whose X-Forwarded-For is believed; 0 believes nobody. */
  readonly trustedProxies: number;
  /** Browser origins other than our own that may call. */
  readonly corsOrigins: readonly string[];
  readonly rateLimitPerMinute: number;
  /** Null: only this machine may read /metrics; otherwise only who shows the token. */
  readonly metricsToken: string | null;
  /** Where a worker process answers /metrics and /readyz. Null: nowhere. */
  readonly metricsPort: number | null;
  /** When a change has waited so long for a worker, workers are not ready and APIs say so; 0: never. */
  readonly readyLagSeconds: number;
  /** Slower statements are logged with their plan; 0: none. */
  readonly slowStatementMs: number;
  /** Traces go to this OTLP/HTTP receiver. Null: none are made. */
  readonly otlpEndpoint: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(env: Environment): Config {
  const databaseUrl = postgresUrl(env, 'DATABASE_URL');
  const mode = oneOf(env, 'NODE_ENV', ['development', 'test', 'production'], 'development');
  const production = mode === 'production';
  const config: Config = {
    production,
    host: text(env, 'HOST') ?? '127.0.0.1',
    port: integer(env, 'PORT', 4000, 0, 65_535),
    databaseUrl,
    databaseOwnerUrl: postgresUrl(env, 'DATABASE_OWNER_URL') ?? databaseUrl,
    databaseDirectUrl: postgresUrl(env, 'DATABASE_DIRECT_URL') ?? databaseUrl,
    databasePrepared: oneOf(env, 'DATABASE_PREPARED', ['on', 'off'], 'on') === 'on',
    databasePoolSize: integer(env, 'DATABASE_POOL_SIZE', 10, 1, 200),
    redisUrl: url(env, 'REDIS_URL', ['redis:', 'rediss:'], 'redis://host:6379'),
    dataFolder: path.resolve(text(env, 'LOTKEEPER_DATA') ?? '.lotkeeper'),
    jwtSecret: secret(env, 'JWT_SECRET', production && databaseUrl !== null),
    tokenTtlMinutes: integer(env, 'TOKEN_TTL_MINUTES', 720, 1, 10_080),
    oidc: oidc(env),
    logLevel: oneOf(env, 'LOG_LEVEL', logLevels, production ? 'info' : 'warn'),
    trustedProxies: integer(env, 'TRUST_PROXY', 0, 0, 10),
    corsOrigins: origins(env),
    rateLimitPerMinute: integer(env, 'RATE_LIMIT_PER_MINUTE', 6_000, 1, 100_000_000),
    metricsToken: secret(env, 'METRICS_TOKEN', false),
    metricsPort: text(env, 'METRICS_PORT') === null ? null : integer(env, 'METRICS_PORT', 0, 0, 65_535),
    readyLagSeconds: integer(env, 'READY_LAG_SECONDS', 60, 0, 604_800),
    slowStatementMs: integer(env, 'SLOW_STATEMENT_MS', mode === 'test' ? 0 : 500, 0, 600_000),
    otlpEndpoint: url(env, 'OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://collector:4318'),
  };
  return config;
}

function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

function integer(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const value = text(env, name);
  if (value === null) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new ConfigRefusal(`${name} should be a whole number from ${least} to ${most}.`);
}

function oneOf<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const value = text(env, name);
  if (value === null) return fallback;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new ConfigRefusal(`${name} should be one of ${choices.join(', ')}.`);
}

/** The value itself is never repeated: it may hold a password. */
function url(env: Environment, name: string, protocols: readonly string[], example: string): string | null {
  const value = text(env, name);
  if (value === null) return null;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
  throw new ConfigRefusal(`${name} should be an address such as ${example}.`);
}

function postgresUrl(env: Environment, name: string): string | null {
  return url(env, name, ['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/lotkeeper');
}

function secret(env: Environment, name: string, required: boolean): string | null {
  const value = text(env, name);
  if (value === null && !required) return null;
  if (value !== null && value.length >= 32) return value;
  throw new ConfigRefusal(`${name} should be a random text of at least 32 characters.`);
}

function oidc(env: Environment): OidcConfig | null {
  const issuer = text(env, 'OIDC_ISSUER');
  const audience = text(env, 'OIDC_AUDIENCE');
  const jwksUrl = url(env, 'OIDC_JWKS_URL', ['https:', 'http:'], 'https://login.example.org/jwks');
  if (issuer === null && audience === null && jwksUrl === null) return null;
  if (issuer !== null && audience !== null && jwksUrl !== null) return { issuer, audience, jwksUrl };
  throw new ConfigRefusal('OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URL should be given together, or none of them.');
}

function origins(env: Environment): string[] {
  const listed = (text(env, 'CORS_ORIGINS') ?? '')
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
  for (const origin of listed) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new ConfigRefusal('CORS_ORIGINS should be origins such as https://app.example.org, parted by commas.');
    }
  }
  return listed;
}
