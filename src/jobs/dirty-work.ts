/**
 * What changes have left to be looked at again, by job and key. A job reads keys with their versions, does its work, and
 * takes a key away only at the version that it has read: a change that came meanwhile keeps it there.
 */
import type { DataSource } from 'typeorm';
import type { Tx } from '../db/in-transaction.ts';
import { read } from '../db/prepared.ts';

export interface DirtyKey {
  readonly job: string;
  readonly key: string;
}

export interface ReadKey {
  readonly key: string;
  readonly version: string;
}

export async function markDirty(tx: Tx, keys: readonly DirtyKey[]): Promise<void> {
  if (keys.length === 0) return;
  // Sorted: two relays that mark the same keys would otherwise wait for each other.
  await tx.sql(
    `INSERT INTO ops.dirty_work AS d (job, key)
     SELECT DISTINCT job, key FROM unnest($1::text[], $2::text[]) AS k(job, key) ORDER BY job, key
     ON CONFLICT (job, key) DO UPDATE SET version = nextval('ops.dirty_version')`,
    [keys.map(({ job }) => job), keys.map(({ key }) => key)],
  );
}

/** The oldest first. Locks nothing. */
export async function readDirty(db: DataSource, job: string, most: number): Promise<ReadKey[]> {
  return read<ReadKey>(
    db,
    'SELECT key, version::text AS version FROM ops.dirty_work WHERE job = $1 ORDER BY since, key LIMIT $2',
    [job, most],
  );
}

export async function clearDirty(tx: Tx, job: string, keys: readonly ReadKey[]): Promise<void> {
  // Locked in the order of marking.
  await tx.sql(
    `WITH done AS MATERIALIZED (
       SELECT d.job, d.key FROM ops.dirty_work d JOIN unnest($2::text[], $3::bigint[]) AS k(key, version)
         ON d.key = k.key AND d.version = k.version
       WHERE d.job = $1 ORDER BY d.key FOR UPDATE OF d)
     DELETE FROM ops.dirty_work d USING done WHERE d.job = done.job AND d.key = done.key`,
    [job, keys.map(({ key }) => key), keys.map(({ version }) => version)],
  );
}
