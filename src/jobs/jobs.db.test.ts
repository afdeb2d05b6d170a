import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { pino } from 'pino';
import { TestClinic } from '../../test/clinic.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { clearDirty, readDirty } from './dirty-work.ts';
import type { Job } from './job.ts';
import { lookForLostRuns, wakeLeftovers } from './leftovers.ts';
import { createPoker } from './outbox-channel.ts';
import { relayBatch, startOutboxRelay, type Relay } from './outbox-relay.ts';
import { openQueues, type JobQueue, type Queues } from './queues.ts';
import { runJob } from './run-job.ts';
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

  const open = () =>
    openQueues({
      directUrl: clinic.database.appUrl,
      redisUrl: redis?.url ?? null,
      onError: (error) => errors.push(error),
    });
  const withQueue = (queue: Queues['queue'], isThere = () => true): Queues => {
    const own = queues;
    return { kind: own.kind, isThere, queue, work: nothing, close: () => own.close() };
  };
  const withAdd = (queue: JobQueue, add: () => Promise<unknown>) =>
    Object.assign(Object.create(queue) as JobQueue, { add });
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
      `SELECT FROM pg_stat_activity WHERE application_name = 'lotkeeper-outbox' AND datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle'`,
    );
    return rows.length;
  };
  const runner = () => ({ db: clinic.db, logger: silent, committed: nothing, stopping: new AbortController().signal });
  const work = () => {
    queues.work('alerts', async (queued) => {
      if (queued.name === name) await runJob(job, { id: queued.id ?? '', isLastAttempt: false }, runner());
    });
  };
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
    const broken = withQueue(() => {
      throw new Error('the queue is away');
    });
    await expect(relayBatch(clinic.db, { queues: broken, jobs: [job] })).rejects.toThrow('the queue is away');
    expect(await unsent()).toEqual([id]);
    expect(await readDirty(clinic.db, name, 10)).toEqual([]);
  });

  test('a queue that does not answer does not hold a transaction open for long', async () => {
    const id = await write();
    const own = queues.queue('alerts');
    const mute = withQueue(() => withAdd(own, () => new Promise(nothing)));
    await expect(relayBatch(clinic.db, { queues: mute, jobs: [job] })).rejects.toThrow('has not answered in time');
    expect(await unsent()).toEqual([id]);
    expect(await relayOnce()).toBe(1);
  });

  test('for a queue that is known to be away nothing is begun; when it is back, everything is sent', async () => {
    let looks = 0;
    let asked = 0;
    const own = queues;
    queues = withQueue(
      (queueName) => {
        asked += 1;
        return own.queue(queueName);
      },
      () => (looks += 1) > 2,
    );
    await write();
    relay(50);
    await vi.waitFor(() => {
      expect(looks).toBe(2);
    }, patience);
    expect([asked, (await unsent()).length]).toEqual([0, 1]);
    await vi.waitFor(async () => {
      expect(await unsent()).toEqual([]);
    }, patience);
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

  test('keys are locked in one order by all: nobody waits in a circle', async () => {
    await clinic.owner.query(`INSERT INTO ops.dirty_work (job, key) VALUES ($1, 'b'), ($1, 'a')`, [name]);
    const keys = (await readDirty(clinic.db, name, 10)).sort((one, other) => (one.key < other.key ? 1 : -1));
    const holder = await clinic.owner.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT FROM ops.dirty_work WHERE key = 'b' FOR UPDATE`);
    const cleared = inTransaction(systemSession(clinic.db), (tx) => clearDirty(tx, name, keys));
    await vi.waitFor(async () => {
      await expect(clinic.owner.query(`SELECT FROM ops.dirty_work WHERE key = 'a' FOR UPDATE NOWAIT`)).rejects.toThrow(
        'could not obtain lock',
      );
    }, patience);
    await holder.query('ROLLBACK');
    holder.release();
    await cleared;
    expect(await readDirty(clinic.db, name, 10)).toEqual([]);
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
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-outbox' AND datname = current_database()`,
    );
    await write();
    await vi.waitFor(() => {
      // The first may be lost with the connection.
      poker.poke();
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
    queues = withQueue(() => {
      begun();
      return withAdd(sent, () => mayEnd.then(() => sent.add('held', {}, { jobId: 'held' })));
    });
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

  test('dirty work that nothing has woken is found', async () => {
    work();
    await clinic.owner.query(
      `INSERT INTO ops.dirty_work (job, key, since) VALUES ($1, 'left', now() - interval '1 minute'), ($1, 'new', now())`,
      [name],
    );
    await clinic.owner.query(`INSERT INTO ops.dirty_work (job, key) VALUES ('another job', 'new')`);
    expect(await wakeLeftovers(clinic.db, queues, [job])).toBe(1);
    await vi.waitFor(() => {
      expect(seen.sort()).toEqual(['left', 'new']);
    }, patience);
  });

  test('what is left is tried once each time: it is found again, and retries would pile up', async () => {
    await clinic.owner.query(
      `INSERT INTO ops.dirty_work (job, key, since) VALUES ($1, 'left', now() - interval '1 minute')`,
      [name],
    );
    await wakeLeftovers(clinic.db, queues, [job]);
    const woken = await queues.queue('alerts').getJobs(['waiting']);
    expect(woken.map(({ opts }) => opts.attempts)).toEqual([1]);
  });

  const openRun = async (state: 'WAITING' | 'ACTIVE', requestedBy: string | null, ago: string) => {
    const id = randomUUID();
    await clinic.owner.query(
      `INSERT INTO ops.job_run (id, name, queue_job_id, state, requested_by, requested_at, started_at)
       VALUES ($1::uuid, $2, $1::text, $3::ops.job_state, $4, now() - $5::interval, CASE $3::ops.job_state WHEN 'ACTIVE' THEN now() - $5::interval END)`,
      [id, name, state, requestedBy, ago],
    );
    return id;
  };

  test('a run that was asked for and that the queue has lost is made; one that nobody asked for is over', async () => {
    work();
    const asker = await clinic.actor(['MANAGER']);
    await openRun('WAITING', asker.id, '1 minute');
    await openRun('ACTIVE', asker.id, '2 minutes');
    await openRun('ACTIVE', null, '3 minutes');
    await lookForLostRuns(clinic.db, queues, [job]);
    await vi.waitFor(async () => {
      expect((await runs()).map(({ state, attempt }) => [state, attempt])).toEqual([
        ['FAILED', 0],
        ['COMPLETED', 1],
        ['COMPLETED', 1],
      ]);
    }, patience);
  });

  test('a run that the queue still knows, or that is young, is left alone; one that it has given up is over', async () => {
    const asker = await clinic.actor(['MANAGER']);
    const queue = queues.queue('alerts');
    const known = await openRun('ACTIVE', null, '3 minutes');
    await queue.add(name, {}, { jobId: known, delay: 60_000 });
    const givenUp = await openRun('WAITING', asker.id, '2 minutes');
    queues.work('alerts', () => Promise.reject(new Error('the shop is closed')));
    await queue.add(name, {}, { jobId: givenUp, attempts: 1 });
    await vi.waitFor(async () => {
      expect(await queue.getJobState(givenUp)).toBe('failed');
    }, patience);
    await openRun('ACTIVE', null, '1 second');
    await openRun('WAITING', asker.id, '0 seconds');
    await lookForLostRuns(clinic.db, queues, [job]);
    expect((await runs()).map(({ state }) => state)).toEqual(['ACTIVE', 'FAILED', 'ACTIVE', 'WAITING']);
  });
});
