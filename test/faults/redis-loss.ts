/**
 * Redis loses everything in the middle of the work, then is away for 10 s and comes back empty; and once more it loses
 * everything just after the last change, when nothing else will wake its job. Mutations go on; what they told is handled
 * within 60 s, once; the schedules are back.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { allJobs } from '../../src/jobs/all-jobs.ts';
import { queueNames } from '../../src/jobs/job.ts';
import { openQueues } from '../../src/jobs/queues.ts';
import type { RedisServer } from '../redis-server.ts';
import { Customers } from './customers.ts';
import { stockUp, wrongAlerts } from './shelf.ts';
import { brokenBooks, expectWithin, onStage, type Check, type Run, type Stage } from './stage.ts';
import { pause, until, untilSettled } from './waiting.ts';

export const redisLoss: Check = { name: 'redis-loss', mutants: ['looked-after-once'], waits: true, run: runRedisLoss };

async function runRedisLoss(run: Run): Promise<string[]> {
  const workers = run.mutant === null ? 2 : 1;
  return onStage(run, { apis: 1, clients: 8, workers, withRedis: true }, async (stage) => {
    const { redis } = stage;
    if (redis === null) throw new Error('There is no Redis to lose');
    await untilSettled(stage);
    const productIds = await stockUp(stage.clinic, 5_000);
    const customers = new Customers(stage, productIds);
    const problems = run.mutant === null ? await loseUnderLoad(run, stage, redis, customers) : [];
    problems.push(...(await loseLastWake(run, stage, redis, customers)));
    return [
      ...problems,
      ...customers.wrongAnswers(),
      ...(await wrongAlerts(stage.clinic, productIds, customers.low)),
      ...(await brokenBooks(stage)),
    ];
  });
}

async function loseUnderLoad(run: Run, stage: Stage, redis: RedisServer, customers: Customers): Promise<string[]> {
  customers.begin(8);
  await pause(run, 1_000, 2_000);
  await redis.flushAll();
  await pause(run, 1_000, 2_000);
  await redis.kill();
  const before = customers.low.size;
  await delay(run.short ? 3_000 : 10_000);
  const meanwhile = customers.low.size - before;
  await redis.startAgain();
  const back = performance.now();
  await pause(run, 500, 1_000);
  await customers.rest();
  await customers.settle();
  await untilSettled(stage);
  const handledMs = performance.now() - back;
  await untilScheduled(stage, redis);
  const scheduledMs = performance.now() - back;
  run.say(
    `${customers.low.size} changes, ${meanwhile} of them while Redis was away; all handled ${seconds(handledMs)} after its return, schedules back after ${seconds(scheduledMs)}`,
  );
  return [
    ...(meanwhile > 0 ? [] : ['no mutation went on while Redis was away']),
    ...expectWithin(run, 'all handled', handledMs, 60_000),
    ...expectWithin(run, 'schedules back', scheduledMs, 60_000),
  ];
}

/** The job that the last change has woken is lost before it begins. */
async function loseLastWake(run: Run, stage: Stage, redis: RedisServer, customers: Customers): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    customers.begin(1);
    await customers.rest();
    await until(
      () => 'the change is handed on',
      async () => (await stage.clinic.all('SELECT FROM ops.outbox WHERE sent_at IS NULL')).length === 0,
    );
    await redis.flushAll();
    if (await isDirty(stage)) break;
    if (attempt === 20) throw new Error('The jobs are too fast to be lost');
  }
  const lost = performance.now();
  await until(
    () => 'the change is looked at, or left although leftovers were looked for',
    async () => !(await isDirty(stage)) || (await wasLookedFor(stage)),
  );
  const handledMs = performance.now() - lost;
  if (await isDirty(stage)) return ['the last change is not looked at'];
  await untilSettled(stage);
  run.say(`the last change, lost with its wake, after ${seconds(handledMs)}`);
  return expectWithin(run, 'the last change', handledMs, 60_000);
}

async function isDirty({ clinic }: Stage): Promise<boolean> {
  return (await clinic.all(`SELECT FROM ops.dirty_work WHERE job = 'check-reorder'`)).length > 0;
}

/** Leftovers are those of ten seconds ago, and looked for each ten seconds: a worker that looks now has looked before. */
async function wasLookedFor({ clinic }: Stage): Promise<boolean> {
  const rows = await clinic.all(
    `SELECT FROM ops.dirty_work d WHERE d.job = 'check-reorder'
       AND (SELECT min(registered_at) FROM ops.job) > d.since + interval '22 seconds'`,
  );
  return rows.length > 0;
}

async function untilScheduled({ clinic }: Stage, redis: RedisServer): Promise<void> {
  const queues = openQueues({ directUrl: clinic.database.appUrl, redisUrl: redis.url, onError: () => undefined });
  const wanted = allJobs.map(({ name, queue }) => `${queue} ${name}`).sort();
  const known = async () => {
    const each = queueNames.map(async (name) =>
      (await queues.queue(name).getJobSchedulers(0, -1)).map(({ key }) => `${name} ${key}`),
    );
    return (await Promise.all(each)).flat().sort();
  };
  try {
    await until(
      () => 'the schedules are back',
      async () => JSON.stringify(await known()) === JSON.stringify(wanted),
    );
  } finally {
    await queues.close();
  }
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
