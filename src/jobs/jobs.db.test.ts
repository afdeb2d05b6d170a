import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { pino } from 'pino';
import { TestClinic } from '../../test/clinic.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { allJobs } from './all-jobs.ts';
import { clearDirty, readDirty } from './dirty-work.ts';
import type { Job } from './job.ts';
import { createPoker } from './outbox-channel.ts';
import { relayBatch, startOutboxRelay, type Relay } from './outbox-relay.ts';
import { openQueues, type Queues } from './queues.ts';
import { runJob } from './run-job.ts';
import { registerSchedules, wakeLeftovers } from './schedule.ts';
import { systemSession } from './system-session.ts';

const patience = { timeout: 15_000, interval: 20 };
const never = 3_600_000;
const nothing = () => undefined;
const silent = pino({ level: 'silent' });

withBackend('outbox and queues', (startRedis) => {
  let clinic: TestClinic;
  let redis: RedisServer | null;
  let queues: Queues;
  let name: string;
  let job: Job;
  let seen: string[];
  const relays: Relay[] = [];
  const errors: unknown[] = [];

  beforeAll(async () => {
    clinic = await TestClinic.open();
    redis = await startRedis();
  });
  beforeEach(() => {
    name = `test-${randomUUID()}`;
    seen = [];
    job = {
      name,
      queue: 'alerts',
      schedule: { words: 'never', everyMs: never },
      settleMs: 50,
      after: { 'stock.changed': ({ row }) => [String(row)] },
      handle: async ({ db }) => {
        const keys = await readDirty(db, name, 1_000);
        seen.push(...keys.map(({ key }) => key));
        await inTransaction(systemSession(db), (tx) => clearDirty(tx, name, keys));
        return { keys: keys.length };
      },
    };
    queues = open();
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.close();
    await queues.close();
    await clinic.owner.query('DELETE FROM ops.outbox; DELETE FROM ops.dirty_work; DELETE FROM ops.job_run');
    errors.length = 0;
  });
  afterAll(async () => {
    await redis?.stop();
    await clinic.close();
  });

  const open = (patienceMs?: number) =>
    openQueues({
      directUrl: clinic.database.appUrl,
      redisUrl: redis?.url ?? null,
      onError: (error) => errors.push(error),
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
  const relay = (pollMs?: number) => {
    const started = startOutboxRelay({
      db: clinic.db,
      directUrl: clinic.database.appUrl,
      queues,
      jobs: [job],
      onError: (error) => errors.push(error),
      ...(pollMs === undefined ? {} : { pollMs }),
    });
    relays.push(started);
  };
  const relayOnce = () => relayBatch(clinic.db, { queues, jobs: [job] });
  const write = async (topic = 'stock.changed', query: Pick<TestClinic['owner'], 'query'> = clinic.owner) => {
    const id = randomUUID();
    await query.query('INSERT INTO ops.outbox (id, topic, payload) VALUES ($1, $2, $3)', [id, topic, { row: id }]);
    return id;
  };
  const unsent = async () => {
    const { rows } = await clinic.owner.query<{ id: string }>('SELECT id FROM ops.outbox WHERE sent_at IS NULL');
    return rows.map(({ id }) => id);
  };
  const asSuperuser = async (statement: string) => {
    const admin = new pg.Client({ connectionString: clinic.database.adminUrl });
    await admin.connect();
    return admin.query(statement).finally(() => admin.end());
  };
  const listeners = async () => {
    const { rows } = await asSuperuser(
      `SELECT FROM pg_stat_activity WHERE application_name = 'lotkeeper-listen' AND datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`,
    );
    return rows.length;
  };
  const runner = () => ({ db: clinic.db, logger: silent, committed: nothing, stopping: new AbortController().signal });
  const work = () =>
    queues.work('alerts', async (queued) => {
      if (queued.name === name) await runJob(job, { id: queued.id ?? '', isLastAttempt: false }, runner());
    });
  const runs = () =>
    clinic.all<{ state: string; attempt: number; error: string | null; result: unknown }>(
      'SELECT state, attempt, error, result FROM ops.job_run WHERE name = $1 ORDER BY requested_at',
      [name],
    );

  test('a row becomes dirty work of each job that hears of its topic, and is sent; nobody hears the others', async () => {
    work();
    const id = await write();
    await write('settings.changed');
    expect(await relayOnce()).toBe(2);
    expect(await unsent()).toEqual([]);
    await vi.waitFor(async () => {
      expect(await runs()).toEqual([{ state: 'COMPLETED', attempt: 1, error: null, result: { keys: 1 } }]);
    }, patience);
    expect(seen).toEqual([id]);
    expect(await relayOnce()).toBe(0);
  });

  test('what the queue did not take stays unsent, and leaves nothing dirty', async () => {
    const id = await write();
    const broken: Queues = {
      ...queues,
      queue: () => {
        throw new Error('the queue is away');
      },
    };
    await expect(relayBatch(clinic.db, { queues: broken, jobs: [job] })).rejects.toThrow('the queue is away');
    expect(await unsent()).toEqual([id]);
    expect(await readDirty(clinic.db, name, 10)).toEqual([]);
  });

  test('a change that comes while a job runs is looked at again', async () => {
    await inTransaction(systemSession(clinic.db), (tx) =>
      tx.sql(`INSERT INTO ops.dirty_work (job, key) VALUES ($1, 'a'), ($1, 'b')`, [name]),
    );
    const read = await readDirty(clinic.db, name, 10);
    await write();
    await clinic.owner.query(`UPDATE ops.outbox SET payload = '{"row": "a"}'`);
    await relayOnce();
    await inTransaction(systemSession(clinic.db), (tx) => clearDirty(tx, name, read));
    expect((await readDirty(clinic.db, name, 10)).map(({ key }) => key)).toEqual(['a']);
  });

  test('a job that is delivered again after it was done is not run again', async () => {
    await runJob(job, { id: 'once', isLastAttempt: false }, runner());
    await write();
    await relayOnce();
    await runJob(job, { id: 'once', isLastAttempt: false }, runner());
    expect(seen).toEqual([]);
    expect(await runs()).toEqual([{ state: 'COMPLETED', attempt: 1, error: null, result: { keys: 0 } }]);
  });

  test('two relays and 24 writers, some of whom take it back: each committed row is seen, none that was taken back', async () => {
    work();
    relay(50);
    relay(50);
    const kept: string[] = [];
    await Promise.all(
      Array.from({ length: 24 }, async (_, writer) => {
        for (let round = 0; round < 10; round += 1) {
          const client = await clinic.owner.connect();
          await client.query('BEGIN');
          const id = await write('stock.changed', client);
          const takenBack = (writer + round) % 4 === 0;
          await client.query(takenBack ? 'ROLLBACK' : 'COMMIT');
          client.release();
          if (!takenBack) kept.push(id);
        }
      }),
    );
    await vi.waitFor(async () => {
      expect([await unsent(), await readDirty(clinic.db, name, 1)]).toEqual([[], []]);
    }, patience);
    expect([...new Set(seen)].sort()).toEqual(kept.sort());
    expect(errors).toEqual([]);
  });

  test('a poke wakes the relay, also after its connection was cut', async () => {
    work();
    const poker = createPoker(clinic.database.appUrl);
    relay(never);
    await write();
    poker.poke();
    await vi.waitFor(() => {
      expect(seen).toHaveLength(1);
    }, patience);
    await asSuperuser(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-listen' AND datname = current_database()`,
    );
    await write();
    await vi.waitFor(() => {
      expect(seen).toHaveLength(2);
    }, patience);
    await poker.close();
  });

  test('a relay that is closed in the middle of a batch finishes it and does not lie down to rest', async () => {
    const poker = createPoker(clinic.database.appUrl);
    let begun: () => void = nothing;
    let finish: () => void = nothing;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const mayEnd = new Promise<void>((resolve) => (finish = resolve));
    const sent = queues.queue('alerts');
    queues = {
      ...queues,
      queue: () => {
        begun();
        return Object.assign(Object.create(sent) as typeof sent, {
          add: () => mayEnd.then(() => sent.add('held', {}, { jobId: 'held' })),
        });
      },
    };
    relay(never);
    await vi.waitFor(async () => {
      expect(await listeners()).toBe(1);
    }, patience);
    await write();
    poker.poke();
    await hasBegun;
    const closed = relays.pop()?.close();
    finish();
    await closed;
    await poker.close();
    expect(await unsent()).toEqual([]);
  });

  test('schedules are there once, and back after the queue has lost them; those of former jobs are gone', async () => {
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

  test('a schedule that is registered again and again still runs', async () => {
    const often: Job = { ...job, schedule: { words: 'often', everyMs: 300 } };
    work();
    await vi.waitFor(async () => {
      await registerSchedules(clinic.db, queues, [often]);
      expect((await runs()).length).toBeGreaterThan(2);
    }, patience);
    await queues.queue('alerts').removeJobScheduler(name);
  });

  test('dirty work that nothing has woken, and a requested run that the queue has lost, are found', async () => {
    work();
    await clinic.owner.query(
      `INSERT INTO ops.dirty_work (job, key, since) VALUES ($1, 'left', now() - interval '1 minute')`,
      [name],
    );
    const asker = await clinic.actor(['MANAGER']);
    const runId = randomUUID();
    await clinic.owner.query(
      `INSERT INTO ops.job_run (id, name, queue_job_id, state, requested_by, requested_at) VALUES ($1::uuid, $2, $1::text, 'WAITING', $3, now() - interval '1 minute')`,
      [runId, name, asker.id],
    );
    expect(await wakeLeftovers(clinic.db, queues, [job])).toBe(2);
    await vi.waitFor(async () => {
      expect((await runs()).map(({ state }) => state)).toEqual(['COMPLETED', 'COMPLETED']);
    }, patience);
    expect(seen).toEqual(['left']);
  });

  test('closing waits for the job under way', async () => {
    let begun: () => void = nothing;
    let finish: () => void = nothing;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const mayEnd = new Promise<void>((resolve) => (finish = resolve));
    let done = false;
    const own = open();
    own.work(name, async () => {
      begun();
      await mayEnd;
      done = true;
    });
    await own.queue(name).add('long', {}, { jobId: 'long' });
    await hasBegun;
    const closed = own.close();
    finish();
    await closed;
    expect(done).toBe(true);
    expect(await queues.queue(name).getJobCountByTypes('completed')).toBe(1);
  });

  test('closing leaves a job that takes too long to others', async () => {
    let begun: () => void = nothing;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    let end: () => void = nothing;
    const own = open(100);
    own.work(name, async () => {
      begun();
      await new Promise<void>((resolve) => (end = resolve));
    });
    await own.queue(name).add('endless', {}, { jobId: 'endless' });
    await hasBegun;
    await own.close();
    let again = 0;
    queues.work(name, async () => {
      again += 1;
    });
    await vi.waitFor(
      () => {
        expect(again).toBe(1);
      },
      { timeout: 25_000, interval: 100 },
    );
    end();
  }, 40_000);
});
