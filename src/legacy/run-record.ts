/** What is on record of runs and their steps: written with the work that it tells of, read by a run that goes on. */
import { v7 as uuid } from 'uuid';
import { advisoryLocks } from '../db/advisory-locks.ts';
import type { LegacyOptions } from './legacy-options.ts';
import type { Mapping } from './mapping.ts';
import type { Phase } from './phases.ts';
import type { Target } from './target.ts';

export interface RunRecord {
  readonly id: string;
  readonly number: number;
  readonly source: string;
  readonly type: LegacyOptions['type'];
  readonly dryRun: boolean;
  readonly status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'ROLLED_BACK';
  readonly phase: Phase | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly error: string | null;
  readonly options: LegacyOptions;
  readonly mapping: Mapping;
  readonly snapshotAt: string | null;
  readonly watermark: Readonly<Record<string, string>> | null;
  readonly report: unknown;
}

const columns = `r.id, o.number, r.source, r.type, r.dry_run AS "dryRun", r.status, r.phase, r.started_at AS "startedAt", r.finished_at AS "finishedAt",
  r.error, o.options, o.mapping, o.snapshot_at::text AS "snapshotAt", r.watermark, o.report`;
const from = 'FROM ops.migration_run r JOIN legacy.run o ON o.run_id = r.id';

export async function beginRun(
  target: Target,
  source: string,
  options: LegacyOptions,
  mapping: Mapping,
): Promise<RunRecord> {
  const id = uuid();
  return target.inTransaction('COMMIT', async () => {
    await target.sql(`INSERT INTO ops.migration_run (id, source, type, dry_run) VALUES ($1, $2, $3, $4)`, [
      id,
      source,
      options.type,
      options.dryRun,
    ]);
    await target.sql('INSERT INTO legacy.run (run_id, options, mapping) VALUES ($1, $2, $3)', [
      id,
      JSON.stringify(options),
      JSON.stringify(mapping),
    ]);
    return target.one<RunRecord>(`SELECT ${columns} ${from} WHERE r.id = $1`, [id]);
  });
}

/** By its number or its id; null where there is none. */
export async function findRun(target: Target, name: string): Promise<RunRecord | null> {
  const [run] = await target.sql<RunRecord>(
    `SELECT ${columns} ${from} WHERE o.number::text = $1 OR r.id::text = lower($1)`,
    [name],
  );
  return run ?? null;
}

export async function listRuns(target: Target): Promise<RunRecord[]> {
  return target.sql<RunRecord>(`SELECT ${columns} ${from} ORDER BY o.number DESC LIMIT 100`);
}

/** Whether one is being worked at now: who works at it holds the lock. */
export async function isUnderWay(target: Target): Promise<boolean> {
  const { held } = await target.one<{ held: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = $1 AND objsubid = 1
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held`,
    [advisoryLocks.legacy],
  );
  return held;
}

/** The one that stopped before its end, or whose process was lost: its writer must hold the lock to ask. */
export async function unfinishedRun(target: Target, source: string): Promise<RunRecord | null> {
  const [run] = await target.sql<RunRecord>(
    `SELECT ${columns} ${from} WHERE r.source = $1 AND r.status IN ('RUNNING', 'FAILED') ORDER BY o.number DESC LIMIT 1`,
    [source],
  );
  return run ?? null;
}

/** The last that ended well, dry runs left out. */
export async function lastCompletedRun(target: Target, source: string): Promise<RunRecord | null> {
  const [run] = await target.sql<RunRecord>(
    `SELECT ${columns} ${from} WHERE r.source = $1 AND r.status = 'COMPLETED' AND NOT r.dry_run ORDER BY o.number DESC LIMIT 1`,
    [source],
  );
  return run ?? null;
}

export async function goOn(target: Target, { id }: RunRecord): Promise<void> {
  await target.sql(`UPDATE ops.migration_run SET status = 'RUNNING', finished_at = NULL, error = NULL WHERE id = $1`, [
    id,
  ]);
}

export async function enterPhase(target: Target, id: string, phase: Phase): Promise<void> {
  await target.sql('UPDATE ops.migration_run SET phase = $2 WHERE id = $1', [id, phase]);
}

/** FAILED can be resumed; a dry run that is given up has left nothing, and is as good as taken back. */
export async function failRun(
  target: Target,
  id: string,
  error: string,
  status: 'FAILED' | 'ROLLED_BACK' = 'FAILED',
): Promise<void> {
  await target.sql(
    'UPDATE ops.migration_run SET status = $3, finished_at = clock_timestamp(), error = $2 WHERE id = $1',
    [id, error.slice(0, 10_000), status],
  );
}

/** For a source whose runs are not resumed: the one whose process was lost. Its writer must hold the lock to ask. */
export async function endBrokenOff(
  target: Target,
  source: string,
  error: string,
  status: 'FAILED' | 'ROLLED_BACK',
): Promise<void> {
  await target.sql(
    `UPDATE ops.migration_run SET status = $3, finished_at = clock_timestamp(), error = $2 WHERE source = $1 AND status = 'RUNNING'`,
    [source, error, status],
  );
}

/** For a source whose runs have no phases. */
export async function completeRun(target: Target, id: string, counts: object, report: object): Promise<void> {
  await target.sql(
    `UPDATE ops.migration_run SET status = 'COMPLETED', phase = 'completion', finished_at = clock_timestamp(), counts = $2 WHERE id = $1`,
    [id, JSON.stringify(counts)],
  );
  await target.sql('UPDATE legacy.run SET report = $2 WHERE run_id = $1', [id, JSON.stringify(report)]);
}

export interface StepRecord {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly finished: boolean;
  readonly milliseconds: number;
  readonly figures: Readonly<Record<string, unknown>>;
}

const stepColumns = `name, done::float8 AS done, total::float8 AS total, finished_at IS NOT NULL AS finished, milliseconds, figures`;

export async function stepOf(target: Target, runId: string, name: string): Promise<StepRecord | null> {
  const [step] = await target.sql<StepRecord>(
    `SELECT ${stepColumns} FROM legacy.step WHERE run_id = $1 AND name = $2`,
    [runId, name],
  );
  return step ?? null;
}

export async function stepsOf(target: Target, runId: string): Promise<StepRecord[]> {
  return target.sql<StepRecord>(`SELECT ${stepColumns} FROM legacy.step WHERE run_id = $1 ORDER BY name`, [runId]);
}

export async function finishStep(
  target: Target,
  runId: string,
  name: string,
  { total, figures, began }: { readonly total: number; readonly figures: object; readonly began: number },
): Promise<void> {
  await target.sql(
    `INSERT INTO legacy.step (run_id, name, done, total, figures, milliseconds, finished_at) VALUES ($1, $2, $3, $3, $4, $5, clock_timestamp())
     ON CONFLICT (run_id, name) DO UPDATE SET done = EXCLUDED.done, total = EXCLUDED.total, figures = EXCLUDED.figures,
       milliseconds = legacy.step.milliseconds + EXCLUDED.milliseconds, finished_at = EXCLUDED.finished_at`,
    [runId, name, total, JSON.stringify(figures), performance.now() - began],
  );
}
