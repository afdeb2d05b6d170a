/**
 * What happens by the clock. Schedules are put into the queues at the start and again and again, so that a queue that
 * lost its data has them back; and so is what was left undone. What is due is read from PostgreSQL by each job, never
 * from the queue.
 */
import type { DataSource } from 'typeorm';
import { poolOf, read } from '../db/prepared.ts';
import { queueNames, type Job } from './job.ts';
import { request } from './outbox-relay.ts';
import type { Queues } from './queues.ts';

const againMs = 20_000;

export interface Schedules {
  close(): void;
}

/** Does not wait for the queue: where that is away, everything else goes on. */
export function startSchedules(
  db: DataSource,
  queues: Queues,
  jobs: readonly Job[],
  onError: (error: unknown) => void,
): Schedules {
  let closed = false;
  const register = () => {
    registerSchedules(db, queues, jobs)
      .then(() => wakeLeftovers(db, queues, jobs))
      .catch((error: unknown) => {
        if (!closed) onError(error);
      });
  };
  register();
  const again = setInterval(register, againMs);
  return {
    close() {
      closed = true;
      clearInterval(again);
    },
  };
}

export async function registerSchedules(db: DataSource, queues: Queues, jobs: readonly Job[]): Promise<void> {
  for (const name of queueNames)
    await registerQueue(
      db,
      queues,
      name,
      jobs.filter(({ queue }) => queue === name),
    );
}

async function registerQueue(db: DataSource, queues: Queues, name: string, jobs: readonly Job[]): Promise<void> {
  const queue = queues.queue(name);
  for (const { name: job, schedule } of jobs) {
    const { everyMs, pattern } = schedule;
    const repeat = everyMs === undefined ? { pattern: pattern ?? '', tz: 'UTC' } : { every: everyMs };
    await queue.upsertJobScheduler(job, repeat, { name: job });
  }
  const known = await queue.getJobSchedulers(0, -1);
  // Of a job that an earlier version had, or had elsewhere.
  const strange = known.filter(({ key }) => !jobs.some((job) => job.name === key));
  for (const { key } of strange) await queue.removeJobScheduler(key);
  const nextOf = (job: Job) => known.find(({ key }) => key === job.name)?.next;
  await tellJobs(db, jobs, nextOf);
}

/** For people: which jobs there are, and when they will run. */
async function tellJobs(db: DataSource, jobs: readonly Job[], nextOf: (job: Job) => number | undefined): Promise<void> {
  const next = jobs.map((job) => {
    const at = nextOf(job);
    return at === undefined ? null : new Date(at);
  });
  await poolOf(db).query(
    `INSERT INTO ops.job (name, queue, schedule, next_run_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
     ON CONFLICT (name) DO UPDATE SET queue = excluded.queue, schedule = excluded.schedule, next_run_at = excluded.next_run_at,
       registered_at = clock_timestamp()`,
    [jobs.map(({ name }) => name), jobs.map(({ queue }) => queue), jobs.map(({ schedule }) => schedule.words), next],
  );
}

interface Leftover {
  readonly name: string;
  /** Null for dirty work. */
  readonly runId: string | null;
}

/** Dirty work that no wake has found, and runs that were asked for and that the queue has lost. */
export async function wakeLeftovers(db: DataSource, queues: Queues, jobs: readonly Job[]): Promise<number> {
  const left = await read<Leftover>(
    db,
    `SELECT DISTINCT job AS name, NULL AS "runId" FROM ops.dirty_work WHERE since < now() - interval '${againMs} ms'
     UNION ALL
     SELECT name, queue_job_id FROM ops.job_run WHERE requested_by IS NOT NULL AND finished_at IS NULL
       AND CASE state WHEN 'WAITING' THEN requested_at < now() - interval '${againMs} ms' ELSE started_at < now() - interval '15 minutes' END`,
  );
  for (const { name, runId } of left) {
    const id = runId ?? `${name}-left-${Math.floor(Date.now() / againMs)}`;
    await request(queues, jobs, { name, runId: id });
  }
  return left.length;
}
