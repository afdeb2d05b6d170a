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
}

interface Begun {
  readonly id: string;
  readonly input: Payload | null;
}

export async function runJob(job: Job, delivery: Delivery, options: RunnerOptions): Promise<void> {
  await traced({ name: `job ${job.name}`, kind: 'consumer' }, () => attempt(job, delivery, options));
}

async function attempt(job: Job, delivery: Delivery, options: RunnerOptions): Promise<void> {
  const { db, logger, committed, stopping, notify = notifyOff } = options;
  const run = await begin(db, job, delivery);
  if (run === null) return;
  const started = performance.now();
  try {
    const outcome = await job.handle({
      db,
      committed,
      stopping,
      notify,
      input: run.input ?? {},
      progress: progressOf(db, run),
    });
    await finish(db, run, outcome);
    jobSucceeded.setToCurrentTime({ job: job.name });
    logger.info({ job: job.name, outcome, ms: Math.round(performance.now() - started) }, 'job done');
  } catch (error) {
    jobFailures.inc({ job: job.name });
    const isTerminal = error instanceof TerminalError || isFinal(error);
    logger.error({ job: job.name, err: error, isTerminal }, 'job failed');
    await fail(db, run, error, isTerminal || delivery.isLastAttempt);
    if (isTerminal) throw new UnrecoverableError(messageOf(error));
    throw error;
  } finally {
    jobDuration.observe({ job: job.name }, (performance.now() - started) / 1_000);
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
     WHERE r.state <> 'COMPLETED' RETURNING id, input`,
    [uuid(), job.name, id],
  );
  return rows[0] ?? null;
}

async function finish(db: DataSource, { id }: Begun, outcome: Outcome): Promise<void> {
  await poolOf(db).query(
    `UPDATE ops.job_run SET state = 'COMPLETED', finished_at = clock_timestamp(), progress = 1, error = NULL, result = $2 WHERE id = $1`,
    [id, JSON.stringify(outcome)],
  );
}

/** Where the database is what failed, the row stays ACTIVE until the next attempt. */
async function fail(db: DataSource, { id }: Begun, error: unknown, isOver: boolean): Promise<void> {
  await poolOf(db)
    .query(
      `UPDATE ops.job_run SET state = CASE WHEN $3 THEN 'FAILED' ELSE 'WAITING' END::ops.job_state, error = $2,
         finished_at = CASE WHEN $3 THEN clock_timestamp() END WHERE id = $1`,
      [id, messageOf(error), isOver],
    )
    .catch(() => undefined);
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
