/** What must hold of our own database, of the disk, and between the two databases, before anything is touched. */
import { statfs } from 'node:fs/promises';
import type pg from 'pg';
import { LegacyFailure } from './failure.ts';
import type { Target } from './target.ts';

const oldestVersion = 150_000;
const where = 'preparation, our database';

export async function checkTarget(target: Target): Promise<void> {
  const found = await target.one<{
    version: number;
    named: string;
    encoding: string;
    migrated: boolean;
    standby: boolean;
  }>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS named,
       current_setting('server_encoding') AS encoding, to_regnamespace('legacy') IS NOT NULL AS migrated, pg_is_in_recovery() AS standby`,
  );
  if (found.version < oldestVersion) {
    throw new LegacyFailure({ what: `PostgreSQL ${found.named} is too old.`, where, todo: 'Use 15 or later.' });
  }
  if (found.encoding !== 'UTF8') {
    throw new LegacyFailure({ what: `The encoding is ${found.encoding}.`, where, todo: 'Use a database in UTF8.' });
  }
  if (found.standby) {
    throw new LegacyFailure({
      what: 'DATABASE_URL names a standby, which cannot be written.',
      where,
      todo: 'Name the primary.',
    });
  }
  if (!found.migrated) {
    throw new LegacyFailure({ what: 'It is not migrated.', where, todo: 'Run lotkeeper db migrate.' });
  }
  const { owns } = await target.one<{ owns: boolean }>(
    `SELECT has_schema_privilege('legacy', 'CREATE, USAGE') AND has_table_privilege('people.patient', 'INSERT, DELETE') AS owns`,
  );
  if (!owns) {
    throw new LegacyFailure({
      what: 'The user may not write there as the owner.',
      where,
      todo: 'Set DATABASE_OWNER_URL to the owner of the tables.',
    });
  }
}

/** A server's start to the microsecond and the database's number: no two databases share both. */
const identity = `SELECT pg_postmaster_start_time()::text || ' ' || oid AS name FROM pg_database WHERE datname = current_database()`;

export async function checkThatTheyDiffer(target: Target, old: pg.Client): Promise<void> {
  const ours = await target.one<{ name: string }>(identity);
  const { rows } = await old.query<{ name: string }>(identity);
  if (rows[0]?.name !== ours.name) return;
  throw new LegacyFailure({
    what: 'The old database and ours are one and the same.',
    where: 'preparation',
    todo: 'Correct LEGACY_DATABASE_URL (or LEGACY_DB_…) or DATABASE_URL.',
  });
}

/** Staging and target hold each row once, with indexes and the log: four times what the source takes. */
const timesTheSource = 4;
const leastBytes = 100 * 2 ** 20;

export interface Disk {
  /** Of the folder's disk; null where it cannot be seen. */
  readonly freeBytes: number | null;
  readonly neededBytes: number;
}

/** Of the folder on this machine; a server elsewhere keeps its own to itself, and the need is told instead. */
export async function checkDisk(folder: string | null, sourceBytes: number): Promise<Disk> {
  const neededBytes = leastBytes + timesTheSource * sourceBytes;
  if (folder === null) return { freeBytes: null, neededBytes };
  const disk = await statfs(folder).catch(() => null);
  const freeBytes = disk === null ? null : disk.bavail * disk.bsize;
  if (freeBytes === null || freeBytes >= neededBytes) return { freeBytes, neededBytes };
  throw new LegacyFailure({
    what: `The disk of ${folder} has ${megabytes(freeBytes)} free, and ${megabytes(neededBytes)} are needed.`,
    where: 'preparation',
    todo: 'Make room first.',
  });
}

export const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`;

/** Where the server keeps its data, if it says so and if that folder is on this machine; null otherwise. */
export async function dataFolder(target: Target, host: string): Promise<string | null> {
  if (!/^(localhost|127\.|\[?::1)/.test(host)) return null;
  const [row] = await target
    .sql<{ folder: string }>(`SELECT setting AS folder FROM pg_settings WHERE name = 'data_directory'`)
    .catch(() => []);
  return row?.folder ?? null;
}
