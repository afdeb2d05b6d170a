/** Turns the table of events into a hypertable of TimescaleDB with its rollup, and back into months. As the owner of the tables. */
import type { QueryRunner } from 'typeorm';
import { afterHypertable, hasPolicy, toHypertable, toMonths } from '../../migrations/optional/timescale.ts';
import { asOwner } from './migrate.ts';
import { StartRefusal } from './start-refusal.ts';

type Kind = 'months' | 'hypertable';

/** Answers whether there was something to do. Refuses where the extension is not there, or is the edition without rollups. */
export async function keepEventsAs(ownerUrl: string, kind: Kind): Promise<boolean> {
  return asOwner(ownerUrl, async (db) => {
    const runner = db.createQueryRunner();
    try {
      await refuseWithout(runner);
      const isThere = (await presentKind(runner)) === kind;
      // What an earlier run has moved, and could not refresh, is refreshed now.
      if (isThere && (kind === 'months' || (await isRefreshed(runner)))) return false;
      if (!isThere) await inOne(runner, kind === 'hypertable' ? toHypertable : toMonths);
      if (kind === 'hypertable') for (const statement of afterHypertable) await runner.query(statement);
      return true;
    } finally {
      await runner.release();
    }
  });
}

async function refuseWithout(runner: QueryRunner): Promise<void> {
  const [found] = (await runner.query(
    `SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS installed, current_setting('timescaledb.license', true) AS licence`,
  )) as { installed: boolean; licence: string | null }[];
  if (found?.installed !== true) {
    throw new StartRefusal(
      'This database has no TimescaleDB: name it in shared_preload_libraries, start the server again, and run CREATE EXTENSION timescaledb as a superuser.',
    );
  }
  if (found.licence !== 'timescale') {
    throw new StartRefusal(
      'This TimescaleDB is the edition without continuous aggregates: set timescaledb.license to timescale, or install the community edition.',
    );
  }
}

async function presentKind(runner: QueryRunner): Promise<Kind> {
  const [row] = (await runner.query(`SELECT relkind FROM pg_class WHERE oid = 'dpap.dispensing_event'::regclass`)) as {
    relkind: string;
  }[];
  return row?.relkind === 'p' ? 'months' : 'hypertable';
}

async function isRefreshed(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(hasPolicy)) as { found: boolean }[];
  return row?.found === true;
}

async function inOne(runner: QueryRunner, statements: readonly string[]): Promise<void> {
  await runner.startTransaction();
  try {
    for (const statement of statements) await runner.query(statement);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}
