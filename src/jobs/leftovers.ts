/**
 * What was left undone because the queue, or a worker with it, was lost: dirty work that nothing has woken, and runs that
 * will get no attempt any more.
 */
import type { DataSource } from 'typeorm';
import { read } from '../db/prepared.ts';
import type { Job } from './job.ts';
import { request } from './outbox-relay.ts';
import type { Queues } from './queues.ts';
import { recordDead } from './run-job.ts';

/** Longer than any wake takes. */
const leftMs = 10_000;
/** Much longer than a job takes that is given to another worker. */
const lostMs = 60_000;
const mostRuns = 100;

/** Answers how many jobs were woken. */
export async function wakeLeftovers(db: DataSource, queues: Queues, jobs: readonly Job[]): Promise<number> {
  const left = await read<{ readonly name: string }>(
    db,
    `SELECT DISTINCT job AS name FROM ops.dirty_work WHERE since < now() - interval '${leftMs} ms'`,
  );
  for (const { name } of left) {
    const job = jobs.find((each) => each.name === name);
    if (job === undefined) continue;
    const jobId = `${name}-left-${Math.floor(Date.now() / leftMs)}`;
    // What fails is still left, and woken again: with retries of their own, a job that cannot succeed would pile them up.
    await queues.queue(job.queue).add(name, {}, { jobId, attempts: 1 });
  }
  return left.length;
}

interface OpenRun {
  readonly id: string;
  readonly name: string;
  readonly isRequested: boolean;
}

/** What somebody has asked for is asked for again; of others, and of what the queue has given up, the run is over. */
export async function lookForLostRuns(db: DataSource, queues: Queues, jobs: readonly Job[]): Promise<void> {
  const runs = await read<OpenRun>(
    db,
    `SELECT queue_job_id AS id, name, requested_by IS NOT NULL AS "isRequested" FROM ops.job_run WHERE finished_at IS NULL
       AND coalesce(started_at, requested_at) < now() - CASE state WHEN 'WAITING' THEN interval '${leftMs} ms' ELSE interval '${lostMs} ms' END
     ORDER BY requested_at LIMIT ${mostRuns}`,
  );
  for (const run of runs) {
    const job = jobs.find(({ name }) => name === run.name);
    if (job === undefined) continue;
    const state = await queues.queue(job.queue).getJobState(run.id);
    const isLost = state === 'unknown';
    if (isLost && run.isRequested) await request(queues, jobs, { name: run.name, runId: run.id });
    else if (isLost || state === 'failed') await recordDead(db, run, new Error(lostWords));
  }
}

const lostWords = 'Its worker ended, and the queue does not know it any more, or has given it up.';
