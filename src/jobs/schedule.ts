/**
 * What happens by the clock. Schedules are looked at again and again, so that a queue that lost its data has them back;
 * and so is what was left undone. What is due is read from PostgreSQL by each job, never from the queue.
 */
import type { DataSource } from 'typeorm';
import { poolOf, read } from '../db/prepared.ts';
import { queueNames, type Job } from './job.ts';
import { lookForLostRuns, wakeLeftovers } from './leftovers.ts';
import type { JobQueue, Queues } from './queues.ts';

const againMs = 10_000;
const retryMs = 1_000;

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
  let timer: NodeJS.Timeout | undefined;
  /** One after the other: what a queue that is away was asked would be asked again and again. */
  const look = async () => {
    const isThere = queues.isThere();
    try {
      if (isThere) {
        await registerSchedules(db, queues, jobs);
        await wakeLeftovers(db, queues, jobs);
        await lookForLostRuns(db, queues, jobs);
      }
    } catch (error) {
      if (!closed) onError(error);
    }
    if (!closed) timer = setTimeout(() => void look(), isThere ? againMs : retryMs);
  };
  void look();
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

export async function registerSchedules(db: DataSource, queues: Queues, jobs: readonly Job[]): Promise<void> {
  for (const name of queueNames)
    await registerQueue(
      db,
      queues.queue(name),
      jobs.filter(({ queue }) => queue === name),
    );
}

type Scheduler = Awaited<ReturnType<JobQueue['getJobSchedulers']>>[number];

async function registerQueue(db: DataSource, queue: JobQueue, jobs: readonly Job[]): Promise<void> {
  const known = await queue.getJobSchedulers(0, -1);
  for (const job of jobs) {
    const scheduler = known.find(({ key }) => key === job.name);
    if (scheduler === undefined || !(await isRunning(queue, job, scheduler))) await schedule(db, queue, job);
  }
  const strange = known.map(({ key }) => key).filter((key) => !jobs.some((job) => job.name === key));
  for (const key of await formerJobs(db, queue.name, strange)) await queue.removeJobScheduler(key);
  await tellJobs(db, jobs, await queue.getJobSchedulers(0, -1));
}

/**
 * As it should be, and its next job still to come. Such a one is left alone: to register it anew would take away a job
 * that is due and waits for a free worker, and one that comes by the hour would come a day later.
 */
async function isRunning(queue: JobQueue, { schedule }: Job, scheduler: Scheduler): Promise<boolean> {
  const { key, next = 0, every, pattern } = scheduler;
  if (every !== schedule.everyMs || pattern !== schedule.pattern) return false;
  const state = await queue.getJobState(`repeat:${key}:${next}`);
  return state !== 'completed' && state !== 'failed' && state !== 'unknown';
}

async function schedule(db: DataSource, queue: JobQueue, { name, schedule }: Job): Promise<void> {
  const { everyMs, pattern } = schedule;
  if (everyMs !== undefined) {
    // A new one of these runs at once.
    await queue.upsertJobScheduler(name, { every: everyMs }, { name });
    return;
  }
  await queue.upsertJobScheduler(name, { pattern: pattern ?? '', tz: 'UTC' }, { name });
  const missed = await missedRun(db, name);
  if (missed !== null) await queue.add(name, {}, { jobId: `${name}-missed-${missed}` });
}

/** The time for which it was told, where that is over and nothing has run since: the queue was lost meanwhile. */
async function missedRun(db: DataSource, name: string): Promise<string | null> {
  const [missed] = await read<{ at: string }>(
    db,
    `SELECT extract(epoch FROM j.next_run_at)::bigint::text AS at FROM ops.job j WHERE j.name = $1 AND j.next_run_at <= now()
       AND NOT EXISTS (SELECT FROM ops.job_run r WHERE r.name = j.name AND r.started_at >= j.next_run_at)`,
    [name],
  );
  return missed?.at ?? null;
}

/**
 * Those that an earlier version had, or had elsewhere. While processes are updated one after the other, each knows jobs
 * that others do not: what any process has told of within a minute is nobody's former job.
 */
async function formerJobs(db: DataSource, queue: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const former = await read<{ name: string }>(
    db,
    `SELECT name FROM unnest($1::text[]) AS name
     WHERE NOT EXISTS (SELECT FROM ops.job j WHERE j.name = name.name AND j.queue = $2 AND j.registered_at > now() - interval '1 minute')`,
    [names, queue],
  );
  return former.map(({ name }) => name);
}

/** For people: which jobs there are, and when they will run. */
async function tellJobs(db: DataSource, jobs: readonly Job[], known: readonly Scheduler[]): Promise<void> {
  const next = jobs.map((job) => {
    const at = known.find(({ key }) => key === job.name)?.next;
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
