/** `lotkeeper doctor`: one line a check, with what to do. Looks only; changes nothing. */
import { statfs } from 'node:fs/promises';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { migrationStatus } from '../db/migrate.ts';
import { missingMonths, strayRows } from '../db/month-partitions.ts';
import { adviceOnNames, namedStatementsHold, namesAreLost } from '../db/named-statements.ts';
import { withClosers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import { commandConfig, openDatabase, type Database } from './database.ts';
import { grantFindings, guardFindings, othersDisk, settingFindings, workFindings } from './doctor-database.ts';
import { mailFindings, webhookFindings } from './doctor-deliveries.ts';
import { directFindings } from './doctor-direct.ts';
import { redisFinding } from './doctor-redis.ts';
import { replicaFindings } from './doctor-replica.ts';
import { secretFindings } from './doctor-secrets.ts';
import { sentenceFor } from './fail.ts';
import type { JsonOption } from './options.ts';
import { paint, say, sayJson } from './out.ts';
import { version } from './version.ts';

export type Health = 'OK' | 'WARN' | 'FAIL';

export interface Finding {
  readonly check: string;
  readonly health: Health;
  readonly found: string;
  /** What to do, where something should be done. */
  readonly advice?: string;
}

type Check = (patient: Patient) => Promise<Finding[]>;

export interface Patient {
  readonly config: Config;
  readonly database: Database;
  readonly db: DataSource;
}

export async function doctor({ json }: JsonOption): Promise<void> {
  await withClosers(async (closers) => {
    const config = await commandConfig();
    const database = await openDatabase(config, closers);
    const db = await connectDatabase(database.appUrl, closers, { poolSize: 2, applicationName: 'lotkeeper-doctor' });
    const findings = await examine({ config, database, db });
    if (json === true) sayJson({ findings });
    else for (const finding of findings) say(lineOf(finding));
    if (findings.some(({ health }) => health === 'FAIL')) process.exitCode = 1;
  });
}

/** A check that fails itself is a finding too. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [check, look] of Object.entries(checks)) {
    try {
      findings.push(...(await look(patient)));
    } catch (error) {
      findings.push({ check, health: 'FAIL', found: sentenceFor(error) });
    }
  }
  return findings;
}

const colours = { OK: 'green', WARN: 'yellow', FAIL: 'red' } as const;

function lineOf({ check, health, found, advice }: Finding): string {
  const line = `${paint(colours[health], health.padEnd(4))}  ${check.padEnd(12)}  ${found}`;
  return advice === undefined ? line : `${line}\n${' '.repeat(20)}${advice}`;
}

const checks: Readonly<Record<string, Check>> = {
  versions: async ({ db }) => {
    const { server_version_num: number } = await one<{ server_version_num: string }>(db, 'SHOW server_version_num');
    const major = Math.floor(Number(number) / 10_000);
    const found = `Lotkeeper ${version}, Node ${process.versions.node}, PostgreSQL ${major}`;
    const [node = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const advice =
      node < 20 || (node === 20 && minor < 19)
        ? 'Node 20.19 or later is needed.'
        : major < 15
          ? 'PostgreSQL 15 or later is needed.'
          : null;
    return [advice === null ? ok('versions', found) : { check: 'versions', health: 'FAIL', found, advice }];
  },
  migrations: async ({ db }) => {
    const pending = (await migrationStatus(db)).filter(({ applied }) => !applied);
    if (pending.length === 0) return [ok('migrations', 'all have been run')];
    return [
      {
        check: 'migrations',
        health: 'FAIL',
        found: `${pending.length} are pending`,
        advice: 'Run lotkeeper db migrate.',
      },
    ];
  },
  rights: async ({ db }) => {
    const { user, is_super, owns } = await one<{ user: string; is_super: boolean; owns: boolean }>(
      db,
      `SELECT current_user AS user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS is_super,
         EXISTS (SELECT FROM pg_tables WHERE schemaname = 'inventory' AND pg_has_role(current_user, tableowner, 'USAGE')) AS owns`,
    );
    if (!is_super && !owns) return [ok('rights', `the application signs in as ${user}, which owns no table`)];
    const advice =
      'Make a login role that is only a member of lotkeeper_app for DATABASE_URL, and keep the owner for DATABASE_OWNER_URL.';
    const found = `the application signs in as ${user}, which ${is_super ? 'is a superuser' : 'owns the tables'} and could take the guards off the ledger`;
    return [{ check: 'rights', health: 'WARN', found, advice }];
  },
  grants: grantFindings,
  guards: guardFindings,
  settings: settingFindings,
  timeouts: async ({ db }) => {
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const rows = await db.query<{ name: string; setting: string }[]>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
      [names],
    );
    const missing = rows.filter(({ setting }) => setting === '0').map(({ name }) => name);
    if (missing.length === 0) return [ok('timeouts', 'set')];
    const advice = `As the owner or a superuser: ALTER ROLE <the application's login> SET ${missing[0] ?? ''} = '5s' (lock_timeout '1200ms').`;
    return [
      {
        check: 'timeouts',
        health: 'WARN',
        found: `${missing.join(', ')} not set: one stuck statement can hold others`,
        advice,
      },
    ];
  },
  statements: async ({ config, database }) => {
    if (!config.databasePrepared) return [ok('statements', 'named statements are off')];
    if (await namedStatementsHold(database.appUrl)) return [ok('statements', 'named statements hold')];
    return [{ check: 'statements', health: 'FAIL', found: namesAreLost, advice: adviceOnNames }];
  },
  partitions: async ({ db }) => {
    const missing = await missingMonths(db);
    const strays = await strayRows(db);
    if (missing.length === 0 && strays.length === 0) return [ok('partitions', 'this month and the next are there')];
    const found = [
      ...(missing.length > 0 ? [`missing: ${missing.join(', ')}`] : []),
      ...strays.map(({ table, rows }) => `${rows} rows of ${table} lie in no month`),
    ];
    const advice = 'Start a worker: at its start and daily it makes months, and daily it moves what lies in none.';
    return [{ check: 'partitions', health: 'WARN', found: found.join('; '), advice }];
  },
  outbox: async ({ db }) => {
    const { waiting, seconds } = await one<{ waiting: number; seconds: number }>(
      db,
      `SELECT count(*)::integer AS waiting, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::integer AS seconds
       FROM ops.outbox WHERE sent_at IS NULL`,
    );
    const found = waiting === 0 ? 'nothing waits' : `${waiting} wait, the oldest for ${seconds} s`;
    if (seconds < 60) return [ok('outbox', found)];
    return [
      { check: 'outbox', health: 'WARN', found, advice: 'Start a worker (lotkeeper worker), or look into its log.' },
    ];
  },
  work: workFindings,
  clock: async ({ db }) => {
    const before = Date.now();
    const { at } = await one<{ at: Date }>(db, 'SELECT clock_timestamp() AS at');
    const apart = Math.abs(at.getTime() - (before + Date.now()) / 2) / 1000;
    const found = `${apart.toFixed(1)} s apart from the database's`;
    if (apart < 2) return [ok('clock', found)];
    return [
      {
        check: 'clock',
        health: 'WARN',
        found,
        advice: 'Set both machines by NTP: expiry days and tokens go by the clock.',
      },
    ];
  },
  direct: directFindings,
  replica: replicaFindings,
  disk: async ({ config, database, db }) => {
    if (config.databaseUrl !== null) return [await othersDisk(db)];
    const disk = await statfs(config.dataFolder);
    const free = (disk.bavail * disk.bsize) / 1024 ** 3;
    const found = `${free.toFixed(1)} GB free at ${config.dataFolder}`;
    if (free >= 1) return [ok('disk', found)];
    const health = database.embedded !== null && free < 0.2 ? 'FAIL' : 'WARN';
    return [{ check: 'disk', health, found, advice: 'Free some space, or move the data folder (LOTKEEPER_DATA).' }];
  },
  redis: async ({ config }) => (config.redisUrl === null ? [] : [await redisFinding(config.redisUrl)]),
  secrets: ({ config }) => Promise.resolve(secretFindings(config)),
  webhooks: webhookFindings,
  mail: mailFindings,
};

function ok(check: string, found: string): Finding {
  return { check, health: 'OK', found };
}

async function one<Row>(db: DataSource, statement: string): Promise<Row> {
  const [row] = await db.query<Row[]>(statement);
  if (row === undefined) throw new Error('The database answered no row.');
  return row;
}
