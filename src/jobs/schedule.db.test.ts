import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { allJobs } from './all-jobs.ts';
import type { Job } from './job.ts';
import { openQueues, type Queues } from './queues.ts';
import { runJob } from './run-job.ts';
import { registerSchedules } from './schedule.ts';

const patience = { timeout: 15_000, interval: 20 };
const never = 3_600_000;
const nothing = () => undefined;

withBackend('schedules', (startRedis) => {
  let clinic: TestClinic;
  let redis: RedisServer | null;
  let queues: Queues;
  let name: string;

  beforeAll(async () => {
    clinic = await TestClinic.open();
    redis = await startRedis();
  });
  beforeEach(() => {
    name = `test-${randomUUID()}`;
    queues = openQueues({ directUrl: clinic.database.appUrl, redisUrl: redis?.url ?? null, onError: nothing });
  });
  afterEach(async () => {
    await queues.queue('alerts').obliterate({ force: true });
    await queues.close();
    await clinic.owner.query('DELETE FROM ops.job_run; DELETE FROM ops.job');
  });
  afterAll(async () => {
    await redis?.stop();
    await clinic.close();
  });

  const jobWith = (schedule: Job['schedule']): Job => ({ name, queue: 'alerts', schedule, handle: async () => ({}) });
  const everySecond = () => jobWith({ words: 'every second', pattern: '* * * * * *' });
  const work = (job: Job) => {
    const runner = {
      db: clinic.db,
      logger: pino({ level: 'silent' }),
      committed: nothing,
      stopping: new AbortController().signal,
    };
    queues.work('alerts', async ({ id = '' }) => runJob(job, { id, isLastAttempt: false }, runner));
  };
  const runs = () =>
    clinic.all<{ queue_job_id: string }>(
      `SELECT queue_job_id FROM ops.job_run WHERE name = $1 AND state = 'COMPLETED' ORDER BY started_at`,
      [name],
    );

  const loseJobs = async () => {
    if (redis === null) {
      await clinic.owner.query('DELETE FROM bullmq.job');
      return;
    }
    const client = new Redis(redis.url);
    const jobs = await client.keys(`{lotkeeper}:alerts:repeat:${name}:*`);
    await client.del([...jobs, '{lotkeeper}:alerts:wait', '{lotkeeper}:alerts:delayed']);
    client.disconnect();
  };

  test('are there once, and back after the queue has lost them; those of former jobs are gone', async () => {
    const queue = queues.queue('maintenance');
    await queue.upsertJobScheduler('a former job', { every: never }, { name: 'a former job' });
    const register = () => registerSchedules(clinic.db, queues, allJobs);
    await register();
    await register();
    const names = async () => (await queue.getJobSchedulers()).map(({ key }) => key).sort();
    const expected = allJobs.filter((each) => each.queue === 'maintenance').map((each) => each.name);
    expect(await names()).toEqual(expected.sort());
    for (const each of expected) await queue.removeJobScheduler(each);
    expect(await names()).toEqual([]);
    await register();
    expect(await names()).toEqual(expected);
    const told = await clinic.all<{ name: string; isNext: boolean }>(
      'SELECT name, next_run_at IS NOT NULL AS "isNext" FROM ops.job ORDER BY name',
    );
    expect(told).toEqual(
      allJobs.map((each) => ({ name: each.name, isNext: true })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  });

  test('versions that run beside each other leave each other their schedules', async () => {
    const [ours, theirs] = ['ours', 'theirs'].map((whose): Job => ({
      ...jobWith({ words: 'hourly', everyMs: never }),
      name: `${whose}-${name}`,
    }));
    if (ours === undefined || theirs === undefined) throw new Error('There are two jobs');
    await registerSchedules(clinic.db, queues, [theirs]);
    await registerSchedules(clinic.db, queues, [ours]);
    await registerSchedules(clinic.db, queues, [theirs]);
    const known = async () => (await queues.queue('alerts').getJobSchedulers()).map(({ key }) => key).sort();
    expect(await known()).toEqual([ours.name, theirs.name]);
    // The last process that had it has ended.
    await clinic.owner.query(
      `UPDATE ops.job SET registered_at = registered_at - interval '2 minutes' WHERE name = $1`,
      [theirs.name],
    );
    await registerSchedules(clinic.db, queues, [ours]);
    expect(await known()).toEqual([ours.name]);
  });

  test('one that is registered again and again still runs', async () => {
    const job = jobWith({ words: 'often', everyMs: 300 });
    work(job);
    await vi.waitFor(async () => {
      await registerSchedules(clinic.db, queues, [job]);
      expect((await runs()).length).toBeGreaterThan(2);
    }, patience);
  });

  test('one whose next job the queue has lost goes on', async () => {
    const job = jobWith({ words: 'often', everyMs: 300 });
    await registerSchedules(clinic.db, queues, [job]);
    await loseJobs();
    expect(await queues.queue('alerts').getJobCountByTypes('waiting', 'delayed')).toBe(0);
    work(job);
    await registerSchedules(clinic.db, queues, [job]);
    await vi.waitFor(async () => {
      expect((await runs()).length).toBeGreaterThan(0);
    }, patience);
  });

  test('a job that is due but for which no worker is free stays due', async () => {
    const job = everySecond();
    await registerSchedules(clinic.db, queues, [job]);
    const next = async () => (await queues.queue('alerts').getJobScheduler(name))?.next ?? 0;
    const due = await next();
    await vi.waitFor(() => {
      expect(Date.now()).toBeGreaterThan(due + 100);
    }, patience);
    await registerSchedules(clinic.db, queues, [job]);
    expect(await next()).toBe(due);
    work(job);
    await vi.waitFor(async () => {
      expect((await runs())[0]).toEqual({ queue_job_id: `repeat:${name}:${due}` });
    }, patience);
  });

  test('a time that has passed while the queue had lost its data is made up for, once', async () => {
    const job = jobWith({ words: 'every night', pattern: '0 2 * * *' });
    await registerSchedules(clinic.db, queues, [job]);
    await clinic.owner.query(`UPDATE ops.job SET next_run_at = now() - interval '10 minutes'`);
    await queues.queue('alerts').removeJobScheduler(name);
    work(job);
    await registerSchedules(clinic.db, queues, [job]);
    await vi.waitFor(async () => {
      expect(await runs()).toHaveLength(1);
    }, patience);
    await clinic.owner.query(`UPDATE ops.job SET next_run_at = now() - interval '10 minutes'`);
    await clinic.owner.query(`UPDATE ops.job_run SET started_at = now() - interval '9 minutes'`);
    await queues.queue('alerts').removeJobScheduler(name);
    await registerSchedules(clinic.db, queues, [job]);
    expect(await queues.queue('alerts').getJobCountByTypes('waiting', 'active', 'delayed')).toBe(1);
    expect(await runs()).toHaveLength(1);
  });

  test('one that has changed is registered anew', async () => {
    await registerSchedules(clinic.db, queues, [jobWith({ words: 'every night', pattern: '0 2 * * *' })]);
    await registerSchedules(clinic.db, queues, [jobWith({ words: 'every hour', everyMs: never })]);
    expect(await queues.queue('alerts').getJobScheduler(name)).toMatchObject({ every: never });
  });
});
