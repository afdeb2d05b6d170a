/**
 * A worker is lost in the middle of a job: killed with its effect uncommitted, killed with the effect committed and the run
 * not recorded, or stopped for so long that another takes the job while it still holds it. The job comes back within
 * 15 s, is done, and its effect is there once. On both stores.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { dispense } from '../../src/domain/dispensing/dispense.ts';
import { requestJob } from '../../src/domain/jobs/request-job.ts';
import { Random } from '../../src/seed/random.ts';
import type { CliProcess } from '../live/cli-process.ts';
import { dueReservations, stockUp, wrongAlerts, wrongReservations } from './shelf.ts';
import { wrongSummaries } from './summaries.ts';
import { brokenBooks, expectWithin, onStage, type Check, type Run, type Stage } from './stage.ts';
import { hold, pause, until, untilSettled, type Held } from './waiting.ts';

export const killWorker: Check = {
  name: 'kill-worker',
  mutants: ['taken-when-read', 'ended-again', 'days-taken-when-read'],
  waits: true,
  run: runKillWorker,
};

const moments = ['in the middle', 'before it is recorded', 'while it holds the job'] as const;
type Moment = (typeof moments)[number];

/** A job, and where it is met: it cannot write there while we hold the table. */
interface Work {
  readonly job: string;
  readonly table: string;
  /** Answers what makes the job due, and what is wrong afterwards. */
  readonly prepare: (stage: Stage) => Promise<Task>;
}

interface Task {
  readonly begin: () => Promise<unknown>;
  readonly problems: () => Promise<string[]>;
}

const reorder: Work = {
  job: 'check-reorder',
  table: 'inventory.inventory_alert',
  async prepare({ clinic }) {
    const productIds = await stockUp(clinic, 5);
    const [kept, ...low] = productIds;
    const actor = await clinic.actor(['PHARMACIST']);
    const lines = low.map((productId) => ({ productId, quantity: '1' }));
    return {
      begin: () =>
        clinic.as(actor, (tx) => dispense(tx, { idempotencyKey: randomUUID(), locationId: clinic.locationId, lines })),
      problems: () => wrongAlerts(clinic, [...(kept === undefined ? [] : [kept]), ...low], new Set(low)),
    };
  },
};

const reservations: Work = {
  job: 'expire-reservations',
  table: 'inventory.inventory_transaction',
  async prepare({ clinic }) {
    const ids = await dueReservations(clinic, 5);
    const actor = await clinic.actor(['MANAGER']);
    return {
      begin: () => clinic.as(actor, (tx) => requestJob(tx, 'runJob', 'expire-reservations')),
      problems: () => wrongReservations(clinic, ids),
    };
  },
};

const summaries: Work = {
  job: 'aggregate-dispensing',
  table: 'dpap.daily_summary_cache',
  async prepare({ clinic }) {
    const productIds = await stockUp(clinic, 5);
    const actor = await clinic.actor(['PHARMACIST']);
    const lines = productIds.map((productId) => ({ productId, quantity: '1' }));
    const given = { locationId: clinic.locationId, lines };
    return {
      begin: () => clinic.as(actor, (tx) => dispense(tx, { idempotencyKey: randomUUID(), ...given })),
      problems: () => wrongSummaries(clinic),
    };
  },
};

const works = [reorder, reservations, summaries];

interface Cycle {
  readonly moment: Moment;
  readonly work: Work;
}

interface Show {
  readonly withRedis: boolean;
  readonly cycles: readonly Cycle[];
}

function showsOf({ short, mutant }: Run): Show[] {
  const one = (withRedis: boolean, moment: Moment, work: Work): Show => ({ withRedis, cycles: [{ moment, work }] });
  const two = [one(false, 'in the middle', reorder), one(true, 'before it is recorded', reservations)];
  const counting = one(false, 'in the middle', summaries);
  if (mutant === 'days-taken-when-read') return [counting];
  if (mutant !== null) return two;
  if (short) return [...two, one(false, 'while it holds the job', reorder), counting];
  const cycles = Array.from({ length: 20 }, (_none, cycle): Cycle => {
    const moment = moments[cycle % moments.length] ?? 'in the middle';
    return { moment, work: works[Math.floor(cycle / moments.length) % works.length] ?? reorder };
  });
  return [false, true].map((withRedis) => ({ withRedis, cycles }));
}

/** Locks are waited for as long as need be: a job that is met in the middle is to stay there, and others go on beside it. */
const settings = [`lock_timeout = '0'`, `statement_timeout = '0'`];
const workerArguments = ['--queues', 'alerts:8', 'deliveries', 'maintenance', 'metrics'];

async function runKillWorker(run: Run): Promise<string[]> {
  const played = await Promise.all(
    showsOf(run).map(({ withRedis, cycles }) => {
      const own = { ...run, random: new Random(run.random.between(1, 1_000_000_000)) };
      return onStage(own, { workers: 1, workerArguments, withRedis, settings }, async (stage) => {
        const ways = new Map<Moment, number>();
        const problems: string[] = [];
        let slowest = 0;
        for (const { moment, work } of cycles) {
          const { problems: found, backMs } = await loseWorker(own, stage, moment, work);
          problems.push(...found.map((each) => `${work.job}, lost ${moment}, ${storeOf(stage)}: ${each}`));
          slowest = Math.max(slowest, backMs);
          ways.set(moment, (ways.get(moment) ?? 0) + 1);
        }
        return { store: storeOf(stage), ways, slowest, problems: [...problems, ...(await brokenBooks(stage))] };
      });
    }),
  );
  for (const { store, ways, slowest } of played) {
    const told = [...ways].map(([moment, count]) => `${count} × ${moment}`).join(', ');
    run.say(`${store}: ${told}, back after at most ${(slowest / 1_000).toFixed(1)} s`);
  }
  const slowest = Math.max(...played.map((each) => each.slowest));
  return [...played.flatMap(({ problems }) => problems), ...expectWithin(run, 'the job back', slowest, 15_000)];
}

const storeOf = ({ redis }: Stage) => (redis === null ? 'PostgreSQL' : 'Redis');

async function loseWorker(
  run: Run,
  stage: Stage,
  moment: Moment,
  work: Work,
): Promise<{ problems: string[]; backMs: number }> {
  await untilSettled(stage);
  const task = await work.prepare(stage);
  const [worker] = stage.workers.splice(0);
  if (worker === undefined) throw new Error('There is no worker to lose');
  const table = await hold(stage, `LOCK TABLE ${work.table} IN SHARE MODE`);
  await task.begin();
  await table.untilWaitedFor();
  const id = await underWay(stage, work.job);
  await stage.addWorker();
  await pause(run, 0, 300);
  const lostAt = await lose[moment](stage, worker, id, table);
  const problems = await untilDone(stage, id);
  await worker.kill();
  await untilSettled(stage);
  const back = await stage.clinic.one<{ ms: number }>(
    `SELECT extract(epoch FROM started_at - $2::timestamptz)::float8 * 1000 AS ms FROM ops.job_run WHERE queue_job_id = $1`,
    [id, lostAt],
  );
  return { problems: [...problems, ...(await task.problems())], backMs: back.ms };
}

/** While another one works. Each answers when the worker was lost. */
const lose: Readonly<Record<Moment, (stage: Stage, worker: CliProcess, id: string, table: Held) => Promise<string>>> = {
  async 'in the middle'(stage, worker, _id, table) {
    await worker.kill();
    const lostAt = await now(stage);
    await table.release();
    return lostAt;
  },
  /** As when its machine is lost: what it had asked of the database last is not done either. */
  async 'before it is recorded'(stage, worker, id, table) {
    const record = await hold(stage, `SELECT FROM ops.job_run WHERE queue_job_id = '${id}' FOR UPDATE`);
    await table.release();
    await record.untilWaitedFor();
    await worker.kill();
    await stage.endSessions('lotkeeper-worker');
    const lostAt = await now(stage);
    await record.release();
    return lostAt;
  },
  async 'while it holds the job'(stage, worker, id, table) {
    worker.signal('SIGSTOP');
    const lostAt = await now(stage);
    await untilAttempt(stage, id, 2);
    worker.signal('SIGCONT');
    await table.release();
    return lostAt;
  },
};

async function now({ clinic }: Stage): Promise<string> {
  const { at } = await clinic.one<{ at: string }>('SELECT clock_timestamp()::text AS at');
  return at;
}

const patienceMs = 120_000;

async function untilAttempt({ clinic }: Stage, id: string, wanted: number): Promise<void> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const { attempt } = await clinic.one<{ attempt: number }>(
      'SELECT attempt FROM ops.job_run WHERE queue_job_id = $1',
      [id],
    );
    if (attempt >= wanted) return;
    await delay(20);
  }
  throw new Error('The job did not come back');
}

/** Its id, as soon as it is under way. */
async function underWay({ clinic }: Stage, job: string): Promise<string> {
  let ids: string[] = [];
  await until(
    () => `${job} is under way`,
    async () => {
      const runs = await clinic.all<{ id: string }>(
        `SELECT queue_job_id AS id FROM ops.job_run WHERE name = $1 AND state = 'ACTIVE'`,
        [job],
      );
      ids = runs.map((run) => run.id);
      return ids.length > 0;
    },
  );
  return ids[0] ?? '';
}

async function untilDone({ clinic }: Stage, id: string): Promise<string[]> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const run = await clinic.one<{ state: string; attempt: number; error: string | null }>(
      'SELECT state, attempt, error FROM ops.job_run WHERE queue_job_id = $1',
      [id],
    );
    if (run.state === 'COMPLETED') return run.attempt === 2 ? [] : [`${run.attempt} attempts`];
    if (performance.now() > until) return [`the job is lost: ${JSON.stringify(run)}`];
    await delay(20);
  }
}
