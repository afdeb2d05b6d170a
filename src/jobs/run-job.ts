/**
 * Runs a job and records the run: one row for each job of the queue, whoever takes it and however often. A job that is
 * delivered again after it was done is not run again.
 */
import { UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { notifyOff, type NotifyConfig } from '../config.ts';
import { poolOf } from '../db/prepared.ts';
import { jobDuration, jobFailures, jobSucceeded } from '../observe/metrics.ts';
import { traced } from '../observe/tracing.ts';
import { Refusal } from '../refusal.ts';
import { TerminalError, type Job, type JobContext, type Outcome, type Payload } from './job.ts';

export interface Delivery {
  /** The queue's id of the job. */
  readonly id: string;
  /** Whether the queue will try again when this attempt fails. */
  readonly isLastAttempt: boolean;
}

export interface RunnerOptions {
  readonly db: DataSource;
  readonly logger: Logger;
  readonly committed: () => void;
  readonly stopping: AbortSignal;
  /** Nobody outside is told, unless said otherwise. */
  readonly notify?: NotifyConfig;
  readonly recallFeed?: string | null;
}

interface Begun {
  readonly id: string;
  readonly input: Payload | null;
  /** A worker that was thought lost, and comes back after another has taken its job, has no say any more. */
  readonly attempt: number;
}

export async function runJob(job: Job, delivery: Delivery, options: RunnerOptions): Promise<void> {
  await traced({ name: `job ${job.name}`, kind: 'consumer' }, () => attempt(job, delivery, options));
}

async function attempt(job: Job, delivery: Delivery, options: RunnerOptions): Promise<void> {
  const { db, logger, committed, stopping, notify = notifyOff, recallFeed = null } = options;
  const run = await begin(db, job, delivery);
  if (run === null) return;
  const started = performance.now();
  try {
    const outcome = await job.handle({
      db,
      committed,
      stopping,
      notify,
      recallFeed,
      input: run.input ?? {},
      progress: progressOf(db, run),
    });
    await finish(db, run, outcome);
    jobSucceeded.setToCurrentTime({ job_name: job.name });
    logger.info({ job: job.name, outcome, ms: Math.round(performance.now() - started) }, 'job done');
  } catch (error) {
    jobFailures.inc({ job_name: job.name });
    const isTerminal = error instanceof TerminalError || isFinal(error);
    logger.error({ job: job.name, err: error, isTerminal }, 'job failed');
    await fail(db, run, error, isTerminal || delivery.isLastAttempt);
    // The queue keeps what it is thrown, and shows it.
    throw isTerminal ? new UnrecoverableError(messageOf(error)) : new Error(messageOf(error));
  } finally {
    jobDuration.observe({ job_name: job.name }, (performance.now() - started) / 1_000);
  }
}

/** A refusal will be the same next time, unless it says otherwise. */
function isFinal(error: unknown): boolean {
  return error instanceof Refusal && !passing.has(error.code);
}

const passing: ReadonlySet<string> = new Set(['SERVER_BUSY', 'LOCK_TIMEOUT', 'SERVICE_UNAVAILABLE', 'INTERNAL']);

/** Null: it is done already. A run that somebody asked for has its row from then on, under the same id. */
async function begin(db: DataSource, job: Job, { id }: Delivery): Promise<Begun | null> {
  const { rows } = await poolOf(db).query<Begun>(
    `INSERT INTO ops.job_run AS r (id, name, queue_job_id, state, attempt, started_at)
     VALUES ($1, $2, $3, 'ACTIVE', 1, clock_timestamp())
     ON CONFLICT (queue_job_id) DO UPDATE SET state = 'ACTIVE', attempt = r.attempt + 1, started_at = clock_timestamp(), finished_at = NULL
     WHERE r.state <> 'COMPLETED' RETURNING id, input, attempt`,
    [uuid(), job.name, id],
  );
  return rows[0] ?? null;
}

async function finish(db: DataSource, { id, attempt }: Begun, outcome: Outcome): Promise<void> {
  await poolOf(db).query(
    `UPDATE ops.job_run SET state = 'COMPLETED', finished_at = clock_timestamp(), progress = 1, error = NULL, result = $3
     WHERE id = $1 AND attempt = $2`,
    [id, attempt, JSON.stringify(outcome)],
  );
}

/** Where the database is what failed, the row stays ACTIVE until the next attempt. */
async function fail(db: DataSource, { id, attempt }: Begun, error: unknown, isOver: boolean): Promise<void> {
  await poolOf(db)
    .query(
      `UPDATE ops.job_run SET state = CASE WHEN $4 THEN 'FAILED' ELSE 'WAITING' END::ops.job_state, error = $3,
         finished_at = CASE WHEN $4 THEN clock_timestamp() END WHERE id = $1 AND attempt = $2`,
      [id, attempt, messageOf(error), isOver],
    )
    .catch(() => undefined);
}

/** Of a job that the queue has given up without a last attempt of ours: it took its workers with it, or nobody knows it. */
export async function recordDead(
  db: DataSource,
  job: { readonly id: string; readonly name: string },
  error: Error,
): Promise<void> {
  await poolOf(db).query(
    `INSERT INTO ops.job_run AS r (id, name, queue_job_id, state, started_at, finished_at, error)
     VALUES ($1, $2, $3, 'FAILED', clock_timestamp(), clock_timestamp(), $4)
     ON CONFLICT (queue_job_id) DO UPDATE SET state = 'FAILED', finished_at = clock_timestamp(), error = $4 WHERE r.finished_at IS NULL`,
    [uuid(), job.name, job.id, messageOf(error)],
  );
}

function progressOf(db: DataSource, { id }: Begun): JobContext['progress'] {
  return async (share) => {
    await poolOf(db).query('UPDATE ops.job_run SET progress = $2 WHERE id = $1', [id, share]);
  };
}

/** The database's own words may repeat a row's values: of its errors only the code and the constraint are kept. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const source = 'driverError' in error && error.driverError instanceof Error ? error.driverError : error;
  if ('code' in source && 'severity' in source) {
    const constraint = 'constraint' in source && typeof source.constraint === 'string' ? ` (${source.constraint})` : '';
    return `The database refused: ${String(source.code)}${constraint}`;
  }
  return error.message.slice(0, 1_000);
}
