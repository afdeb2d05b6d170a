/** Flags and variables of `lotkeeper legacy`, read and checked before anything is touched. A flag beats the environment. */
import { ConfigRefusal, integer, oneOf, postgresUrl, text, type Environment } from '../config.ts';
import { LegacyUsage } from './failure.ts';

export const sourceNames = ['mdw', 'stock', 'csv'] as const;
export type SourceName = (typeof sourceNames)[number];
const types = ['full', 'incremental'] as const;
const logLevels = ['debug', 'info', 'warn', 'error'] as const;

/** As commander hands them over. */
export interface LegacyFlags {
  readonly type?: string;
  readonly dryRun?: boolean;
  readonly batchSize?: string;
  /** False where --no-ai was given. */
  readonly ai?: boolean;
  readonly logLevel?: string;
  readonly maxRetries?: string;
  readonly resume?: boolean;
  readonly mapping?: string;
  readonly report?: string;
  readonly files?: string;
}

export interface LegacyOptions {
  readonly type: (typeof types)[number];
  readonly dryRun: boolean;
  readonly batchSize: number;
  readonly ai: boolean;
  readonly logLevel: (typeof logLevels)[number];
  readonly maxRetries: number;
  readonly resume: boolean;
  /** A mapping file that renames and maps; null: the built-in one alone. */
  readonly mapping: string | null;
  /** Where reports and logs go; null: under the data folder. */
  readonly report: string | null;
  /** The folder from which the projects' files are copied; null: none are. */
  readonly files: string | null;
}

/** Where the old system's database is, and as whom it is read. */
export interface SourceAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `on`: encrypted, the certificate checked; `no-verify`: encrypted, whoever answers. */
  readonly ssl: 'off' | 'on' | 'no-verify';
}

export function readLegacyOptions(flags: LegacyFlags, env: Environment): LegacyOptions {
  const number = (flag: string, variable: string, given: string | undefined, fallback: number, range: Range) =>
    given === undefined
      ? integer(env, variable, fallback, ...range)
      : integer({ [flag]: given }, flag, fallback, ...range);
  return asUsage(() => ({
    type: oneOf({ '--type': flags.type }, '--type', types, 'full'),
    dryRun: flags.dryRun ?? false,
    batchSize: number('--batch-size', 'MIGRATION_BATCH_SIZE', flags.batchSize, 100, [1, 100_000]),
    ai: flags.ai ?? true,
    logLevel:
      flags.logLevel === undefined
        ? oneOf(env, 'MIGRATION_LOG_LEVEL', logLevels, 'info')
        : oneOf({ '--log-level': flags.logLevel }, '--log-level', logLevels, 'info'),
    maxRetries: number('--max-retries', 'MIGRATION_MAX_RETRIES', flags.maxRetries, 3, [0, 100]),
    resume: flags.resume ?? false,
    mapping: flags.mapping ?? null,
    report: flags.report ?? null,
    files: flags.files ?? text(env, 'LEGACY_FILES'),
  }));
}

/** For a source in which some flags have no part: each is refused by its name, with the reason. */
export function refuseFlags(flags: LegacyFlags, reasons: Readonly<Partial<Record<keyof LegacyFlags, string>>>): void {
  for (const [name, reason] of Object.entries(reasons)) {
    const given: unknown = Reflect.get(flags, name);
    // --no-ai is told as `ai`, which is true where it was not given.
    if (given === undefined || (name === 'ai' && given === true)) continue;
    const flag = name === 'ai' ? 'no-ai' : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new LegacyUsage(`--${flag} has no part here: ${reason}. Leave it out.`);
  }
}

type Range = readonly [least: number, most: number];

const missing = (names: readonly string[]) =>
  new LegacyUsage(
    `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing: say where the old database is, or give LEGACY_DATABASE_URL.`,
  );

export function readSourceAddress(env: Environment): SourceAddress {
  return asUsage(() => {
    const url = postgresUrl(env, 'LEGACY_DATABASE_URL');
    if (url !== null) return addressOf(new URL(url));
    const absent = ['LEGACY_DB_NAME', 'LEGACY_DB_USER'].filter((name) => text(env, name) === null);
    if (env['LEGACY_DB_PASSWORD'] === undefined) absent.push('LEGACY_DB_PASSWORD');
    if (absent.length > 0) throw missing(absent);
    return {
      host: text(env, 'LEGACY_DB_HOST') ?? 'localhost',
      port: integer(env, 'LEGACY_DB_PORT', 5432, 1, 65_535),
      database: text(env, 'LEGACY_DB_NAME') ?? '',
      user: text(env, 'LEGACY_DB_USER') ?? '',
      password: env['LEGACY_DB_PASSWORD'] ?? '',
      ssl: sslWords[oneOf(env, 'LEGACY_DB_SSL', sslChoices, 'off')],
    };
  });
}

const sslChoices = ['off', 'false', '0', 'on', 'true', '1', 'no-verify'] as const;
const sslWords = {
  off: 'off',
  false: 'off',
  0: 'off',
  on: 'on',
  true: 'on',
  1: 'on',
  'no-verify': 'no-verify',
} as const;

function addressOf(url: URL): SourceAddress {
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '' || url.username === '') {
    throw new LegacyUsage('LEGACY_DATABASE_URL names no database or no user: postgres://user:password@host:5432/name.');
  }
  return {
    host: url.hostname,
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ssl: mode === 'disable' ? 'off' : /^(require|no-verify)$/.test(mode) ? 'no-verify' : 'on',
  };
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ConfigRefusal ? new LegacyUsage(error.message) : error;
  }
}
