import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { TestClinic } from '../../test/clinic.ts';
import { ColdRoom, every } from '../../test/cold-room.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { registry } from '../observe/metrics.ts';
import { lookAtSources } from '../observe/sources.ts';
import type { Job } from './job.ts';
import { countLag, countQueues, lagCheck } from './lag.ts';
import { openQueues, type Queues } from './queues.ts';
import { runJob } from './run-job.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterEach(async () => {
  await clinic.owner.query('TRUNCATE ops.outbox, ops.dirty_work');
});
afterAll(() => clinic.close());

/** The lines of the figures, without their explanations. */
async function figures(): Promise<Map<string, number>> {
  await lookAtSources();
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

async function leaveUnsent(count: number, age: string): Promise<void> {
  await clinic.owner.query(
    `INSERT INTO ops.outbox (id, topic, payload, created_at)
     SELECT gen_random_uuid(), 'stock.changed', '{}', clock_timestamp() - $2::interval FROM generate_series(1, $1)`,
    [count, age],
  );
}

describe('figures', () => {
  test('what no relay has taken, and what jobs have not looked at again', async () => {
    await leaveUnsent(3, '2 minutes');
    await clinic.owner.query(
      `INSERT INTO ops.dirty_work (job, key, since) SELECT 'check-reorder', k, clock_timestamp() - interval '1 minute' FROM unnest('{a,b}'::text[]) k`,
    );
    countLag(clinic.db);
    const found = await figures();
    expect(found.get('lotkeeper_outbox_unsent')).toBe(3);
    expect(found.get('lotkeeper_outbox_oldest_seconds')).toBeGreaterThanOrEqual(120);
    expect(found.get('lotkeeper_dirty_work{job_name="check-reorder"}')).toBe(2);
    expect(found.get('lotkeeper_dirty_work_oldest_seconds{job_name="check-reorder"}')).toBeGreaterThanOrEqual(60);
    expect(found.get('lotkeeper_source_up{source="outbox"}')).toBe(1);
  });

  test('excursions that wait for somebody, and storage units of which nothing is heard any more', async () => {
    const room = await ColdRoom.at(clinic);
    const [silent, heard] = [await room.fridge(), await room.fridge()];
    await room.told(silent, every(10, '5', '12', '12', '5'));
    const justNow = (Date.now() - room.start.getTime()) / 60_000 - 1;
    await room.measure(heard, [{ at: justNow, celsius: '5' }]);
    countLag(clinic.db);
    const found = await figures();
    expect(found.get('lotkeeper_excursions_unacknowledged')).toBe(1);
    expect(found.get('lotkeeper_storage_units_silent')).toBe(1);
  });

  test('deliveries that wait or were given up, and the age of the stock metrics', async () => {
    await clinic.owner.query(
      `INSERT INTO ops.delivery (id, kind, target, digest_on, leader_id, state)
       SELECT id, 'DIGEST', 'canary@clinic.example', current_date - n, id, state::ops.delivery_state
       FROM (SELECT gen_random_uuid() AS id, n, CASE n WHEN 1 THEN 'DEAD' ELSE 'WAITING' END AS state FROM generate_series(1, 3) n) made`,
    );
    await clinic.owner.query(
      `UPDATE inventory.stock_metrics_freshness SET last_calculated_at = clock_timestamp() - interval '3 hours'`,
    );
    countLag(clinic.db);
    const found = await figures();
    expect(found.get('lotkeeper_deliveries{kind="DIGEST",state="WAITING"}')).toBe(2);
    expect(found.get('lotkeeper_deliveries{kind="DIGEST",state="DEAD"}')).toBe(1);
    expect(found.get('lotkeeper_stock_metrics_age_seconds')).toBeGreaterThanOrEqual(10_800);
    expect(await registry.metrics()).not.toContain('canary');
  });

  test('many who look ask once', async () => {
    countLag(clinic.db);
    await figures();
    await leaveUnsent(5, '1 second');
    expect((await figures()).get('lotkeeper_outbox_unsent')).toBe(0);
    countLag(clinic.db);
    expect((await figures()).get('lotkeeper_outbox_unsent')).toBe(5);
  });

  test('a table that cannot be read holds no scrape up; its figures are left out, and come back', async () => {
    countLag(clinic.db);
    expect((await figures()).get('lotkeeper_outbox_unsent')).toBe(0);
    countLag(clinic.db);
    const holder = await clinic.owner.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE ops.outbox IN ACCESS EXCLUSIVE MODE');
    const held = await figures();
    expect(held.get('lotkeeper_source_up{source="outbox"}')).toBe(0);
    expect(held.has('lotkeeper_outbox_unsent')).toBe(false);
    expect(held.get('lotkeeper_source_up{source="dirty_work"}')).toBe(1);
    await holder.query('ROLLBACK');
    holder.release();
    await expect.poll(async () => (await figures()).get('lotkeeper_outbox_unsent'), { timeout: 10_000 }).toBe(0);
  });

  test('nor does a database that is away', async () => {
    const away = await createDataSource(clinic.database.appUrl).initialize();
    await away.destroy();
    countLag(away);
    const found = await figures();
    expect(found.get('lotkeeper_source_up{source="outbox"}')).toBe(0);
    expect(found.get('lotkeeper_source_up{source="dirty_work"}')).toBe(0);
    expect(
      [...found.keys()].filter((name) => /outbox_|dirty_work|deliveries|stock_metrics_/.test(name.replace(/\{.*/, ''))),
    ).toEqual([]);
  });
});

test('each attempt of a job is measured, failures are counted, and the last success is told', async () => {
  let fails = true;
  const job: Job = {
    name: 'measured',
    queue: 'maintenance',
    schedule: { words: 'never', everyMs: 1_000_000 },
    handle: async () => {
      if (fails) throw new Error('not this time');
      return { done: 1 };
    },
  };
  const runner = { db: clinic.db, logger: pino({ level: 'silent' }), committed: () => undefined };
  const run = () =>
    runJob(job, { id: 'measured-1', isLastAttempt: false }, { ...runner, stopping: new AbortController().signal });
  await expect(run()).rejects.toThrow('not this time');
  expect((await figures()).has('lotkeeper_job_last_success_timestamp_seconds{job_name="measured"}')).toBe(false);
  fails = false;
  await run();
  await run();
  const found = await figures();
  expect(found.get('lotkeeper_job_duration_seconds_count{job_name="measured"}')).toBe(2);
  expect(found.get('lotkeeper_job_failures_total{job_name="measured"}')).toBe(1);
  expect(found.get('lotkeeper_job_last_success_timestamp_seconds{job_name="measured"}')).toBeGreaterThan(1_700_000_000);
});

withBackend('jobs in the queues', (startRedis) => {
  let redis: RedisServer | null;
  let queues: Queues;
  beforeAll(async () => {
    redis = await startRedis();
    const directUrl = clinic.database.appUrl;
    queues = openQueues({ directUrl, redisUrl: redis?.url ?? null, onError: () => undefined, patienceMs: 1_000 });
  });
  afterAll(() => queues.close());

  test('are counted by queue and state; where the store is away they are left out', async () => {
    await queues.queue('counted').add('one', {}, { jobId: randomUUID() });
    await queues.queue('counted').add('later', {}, { jobId: randomUUID(), delay: 3_600_000 });
    countQueues(queues, ['counted', 'empty']);
    const found = await figures();
    expect(found.get('lotkeeper_queue_jobs{queue="counted",state="waiting"}')).toBe(1);
    expect(found.get('lotkeeper_queue_jobs{queue="counted",state="delayed"}')).toBe(1);
    expect(found.get('lotkeeper_queue_jobs{queue="empty",state="waiting"}')).toBe(0);
    if (redis === null) return;
    await redis.stop();
    countQueues(queues, ['counted', 'empty']);
    const without = await figures();
    expect(without.get('lotkeeper_source_up{source="queues"}')).toBe(0);
    expect([...without.keys()].filter((name) => name.startsWith('lotkeeper_queue_jobs'))).toEqual([]);
  });
});

describe('readiness', () => {
  test('only a lag beyond the limit is a complaint', async () => {
    expect(await lagCheck(clinic.db, 60)()).toEqual([]);
    await leaveUnsent(1, '40 seconds');
    expect(await lagCheck(clinic.db, 60)()).toEqual([]);
    await leaveUnsent(1, '80 seconds');
    expect(await lagCheck(clinic.db, 60)()).toEqual([
      expect.stringMatching(/^Changes have waited for the workers for \d+ s; see that a worker runs\.$/),
    ]);
  });

  test('where the lag cannot be read, nothing is said of it', async () => {
    const away = await createDataSource(clinic.database.appUrl).initialize();
    await away.destroy();
    expect(await lagCheck(away, 1)()).toEqual([]);
  });
});
