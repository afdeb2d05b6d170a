/** Migrations, forward and one back; two processes that start at once do not run them twice. */
import { createDataSource } from '../../ormconfig.ts';
import type { DataSource } from 'typeorm';
import { advisoryLocks } from './advisory-locks.ts';
import { migrateQueue } from './queue-schema.ts';
import { StartRefusal } from './start-refusal.ts';

/** On connections of the owner, with nobody else at the tables: migrations and what is like them take turns. */
export async function asOwner<T>(ownerUrl: string, work: (db: DataSource) => Promise<T>): Promise<T> {
  const db = await createDataSource(ownerUrl, { poolSize: 2, applicationName: 'lotkeeper-migrate' }).initialize();
  try {
    const holder = db.createQueryRunner();
    await holder.query('SELECT pg_advisory_lock($1)', [advisoryLocks.migration]);
    try {
      return await work(db);
    } finally {
      await holder.query('SELECT pg_advisory_unlock($1)', [advisoryLocks.migration]);
      await holder.release();
    }
  } finally {
    await db.destroy();
  }
}

/** Runs what is pending, the queue's tables included; answers the names of what ran. */
export async function migrate(ownerUrl: string): Promise<string[]> {
  return asOwner(ownerUrl, async (db) => {
    const ran = await db.runMigrations();
    await db.query('GRANT SELECT ON public.migration TO lotkeeper_app');
    await migrateQueue(ownerUrl);
    return ran.map((migration) => migration.name);
  });
}

/**
 * Marks the next pending migration as applied without running it, where its change was made by hand.
 * Refuses: a name that there is not, one that was run already, and one before which others are pending.
 */
export async function markApplied(ownerUrl: string, name: string): Promise<void> {
  await asOwner(ownerUrl, async (db) => {
    const all = await migrationStatus(db);
    const wanted = all.find((migration) => migration.name === name);
    if (wanted === undefined) throw new StartRefusal(`There is no migration ${name}: lotkeeper db status names them.`);
    if (wanted.applied) throw new StartRefusal(`${name} has been run already.`);
    const next = all.find(({ applied }) => !applied)?.name ?? '';
    if (next !== name)
      throw new StartRefusal(`${next} comes before ${name} and is pending: run or mark that one first.`);
    await db.query('INSERT INTO public.migration ("timestamp", name) VALUES ($1, $2)', [timestampOf(name), name]);
  });
}

/** A migration's name ends in the time at which it was begun; its order is that of these times. */
function timestampOf(name: string): string {
  const [digits] = /\d{13}$/.exec(name) ?? [];
  if (digits === undefined) throw new Error(`${name} does not end in a time`);
  return digits;
}

/** Takes the newest migration back. */
export async function revert(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, (db) => db.undoLastMigration());
}

export interface MigrationStatus {
  readonly name: string;
  readonly applied: boolean;
}

export async function migrationStatus(db: DataSource): Promise<MigrationStatus[]> {
  const [known] = await db.query<[{ exists: boolean }]>(`SELECT to_regclass('public.migration') IS NOT NULL AS exists`);
  const applied = known.exists ? await db.query<{ name: string }[]>('SELECT name FROM public.migration') : [];
  const names = new Set(applied.map((row) => row.name));
  return db.migrations.map(({ name }) => ({ name: name ?? '', applied: names.has(name ?? '') }));
}
