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

export interface WebhookConfig {
  /** Sign what is sent: the present one, and the former one while receivers change over. None: nothing is sent. */
  readonly secrets: readonly string[];
  /** Also to addresses of private networks, and over plain http. */
  readonly allowPrivate: boolean;
}

export interface MailConfig {
  readonly host: string;
  readonly port: number;
  /** TLS from the start. */
  readonly secure: boolean;
  /** STARTTLS: `off`, where the server offers it, or not without it. */
  readonly startTls: 'off' | 'offered' | 'required';
  readonly auth: { readonly user: string; readonly pass: string } | null;
  readonly from: { readonly name: string; readonly address: string };
  readonly digest: { readonly time: string; readonly timeZone: string };
}

/** How receivers outside are told of alerts. */
export interface NotifyConfig {
  readonly webhooks: WebhookConfig;
  /** Null: no mail is sent. */
  readonly mail: MailConfig | null;
}

export const notifyOff: NotifyConfig = { webhooks: { secrets: [], allowPrivate: false }, mail: null };

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
  /** A streaming standby that answers lists and figures. Null: the primary answers everything. */
  readonly databaseReplicaUrl: string | null;
  readonly databasePrepared: boolean;
  readonly databasePoolSize: number;
  readonly redisUrl: string | null;
  readonly dataFolder: string;
  /** Signs our own tokens. Null: one is made and kept in the data folder. */
  readonly jwtSecret: string | null;
  readonly tokenTtlMinutes: number;
  /** Under which analytics know a patient again, as a keyed hash. Null: one is made and kept in the data folder. */
  readonly patientKey: string | null;
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
  readonly notify: NotifyConfig;
  /** Where recall notices are read: an address, or the path of a file. Null: nowhere. */
  readonly recallFeed: string | null;
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
    databaseReplicaUrl: postgresUrl(env, 'DATABASE_REPLICA_URL'),
    databasePrepared: oneOf(env, 'DATABASE_PREPARED', ['on', 'off'], 'on') === 'on',
    databasePoolSize: integer(env, 'DATABASE_POOL_SIZE', 10, 1, 200),
    redisUrl: url(env, 'REDIS_URL', ['redis:', 'rediss:'], 'redis://host:6379'),
    dataFolder: path.resolve(text(env, 'LOTKEEPER_DATA') ?? '.lotkeeper'),
    jwtSecret: secret(env, 'JWT_SECRET', production && databaseUrl !== null),
    patientKey: secret(env, 'PATIENT_KEY', production && databaseUrl !== null),
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
    notify: {
      webhooks: {
        secrets: webhookSecrets(env),
        allowPrivate: oneOf(env, 'WEBHOOK_ALLOW_PRIVATE', ['on', 'off'], 'off') === 'on',
      },
      mail: mail(env),
    },
    recallFeed: recallFeed(env),
  };
  return config;
}

export function text(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

export function integer(env: Environment, name: string, fallback: number, least: number, most: number): number {
  const value = text(env, name);
  if (value === null) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new ConfigRefusal(`${name} should be a whole number from ${least} to ${most}.`);
}

export function oneOf<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const value = text(env, name);
  if (value === null) return fallback;
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new ConfigRefusal(`${name} should be one of ${choices.join(', ')}.`);
}

/** The value itself is never repeated: it may hold a password. */
export function url(env: Environment, name: string, protocols: readonly string[], example: string): string | null {
  const value = text(env, name);
  if (value === null) return null;
  if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
  throw new ConfigRefusal(`${name} should be an address such as ${example}.`);
}

/** Whatever looks like an address must be one; everything else is a path. */
function recallFeed(env: Environment): string | null {
  const value = text(env, 'RECALL_FEED_URL');
  if (value === null || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return value === null ? null : path.resolve(value);
  return url(env, 'RECALL_FEED_URL', ['http:', 'https:'], 'https://api.fda.gov/drug/enforcement.json, or a path');
}

export function postgresUrl(env: Environment, name: string): string | null {
  return url(env, name, ['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/lotkeeper');
}

function secret(env: Environment, name: string, required: boolean): string | null {
  const value = text(env, name);
  if (value === null && !required) return null;
  if (value !== null && value.length >= 32) return value;
  throw new ConfigRefusal(`${name} should be a random text of at least 32 characters.`);
}

function webhookSecrets(env: Environment): string[] {
  const present = secret(env, 'WEBHOOK_SECRET', false);
  const former = secret(env, 'WEBHOOK_SECRET_PREVIOUS', false);
  if (present !== null) return former === null ? [present] : [present, former];
  if (former === null) return [];
  throw new ConfigRefusal('WEBHOOK_SECRET should be given where WEBHOOK_SECRET_PREVIOUS is.');
}

function mail(env: Environment): MailConfig | null {
  const smtpUrl = url(env, 'SMTP_URL', ['smtp:', 'smtps:'], 'smtp://user:password@mail.example.org:587');
  const from = text(env, 'MAIL_FROM');
  const digest = digestTime(text(env, 'MAIL_DIGEST_AT') ?? '07:00 UTC');
  if (smtpUrl === null && from === null) return null;
  if (smtpUrl === null || from === null) {
    throw new ConfigRefusal('SMTP_URL and MAIL_FROM should be given together, or neither of them.');
  }
  return { ...smtpServer(new URL(smtpUrl)), from: mailbox(from), digest };
}

/** A password goes over TLS or not at all, unless it is said otherwise. */
function smtpServer(server: URL): Pick<MailConfig, 'host' | 'port' | 'secure' | 'startTls' | 'auth'> {
  const secure = server.protocol === 'smtps:';
  const auth = server.username === '' ? null : { user: decoded(server.username), pass: decoded(server.password) };
  const isOff = server.search === '?tls=off';
  if (server.hostname === '' || (server.search !== '' && !isOff)) {
    throw new ConfigRefusal('SMTP_URL should be an address such as smtp://mail.example.org:587, or end in ?tls=off.');
  }
  return {
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: server.port === '' ? (secure ? 465 : 587) : Number(server.port),
    secure,
    startTls: isOff ? 'off' : auth === null ? 'offered' : 'required',
    auth,
  };
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new ConfigRefusal('SMTP_URL should have %25 for each % in its user and password.');
  }
}

function mailbox(value: string): MailConfig['from'] {
  const named = /^([^<>"@\p{Cc}]*)<([^\s<>@]+@[^\s<>@]+)>$/u.exec(value);
  const [name = '', address = ''] = named === null ? ['', value] : [named[1]?.trim(), named[2]];
  if (/^[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+$/.test(address)) return { name: name === '' ? 'Lotkeeper' : name, address };
  throw new ConfigRefusal('MAIL_FROM should be an address such as Lotkeeper <lotkeeper@clinic.example>.');
}

function digestTime(value: string): MailConfig['digest'] {
  const [, time, timeZone = 'UTC'] = /^((?:[01]\d|2[0-3]):[0-5]\d)(?: (\S+))?$/.exec(value) ?? [];
  if (time !== undefined && isTimeZone(timeZone)) return { time, timeZone };
  throw new ConfigRefusal('MAIL_DIGEST_AT should be a time of day and a time zone such as 07:00 America/New_York.');
}

/** By name only: PostgreSQL and JavaScript read offsets with opposite signs. */
function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!/^[A-Za-z]+\/[A-Za-z0-9_+/-]+$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
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
