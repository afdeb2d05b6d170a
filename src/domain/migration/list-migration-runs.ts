/** Migrations from older systems, the last started first, at most 200. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { MigrationRun } from '../../entities/migration-run.ts';

export async function listMigrationRuns(db: DataSource): Promise<MigrationRun[]> {
  return read<MigrationRun>(
    db,
    `SELECT ${columnsOf(MigrationRun, 'r')} FROM ops.migration_run r ORDER BY r.started_at DESC, r.id DESC LIMIT 200`,
  );
}
