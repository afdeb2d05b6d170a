import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { createPoker } from './outbox-channel.ts';
import { relayBatch, startOutboxRelay, type Relay } from './outbox-relay.ts';
import { openQueues, type Queues } from './queues.ts';
import type { Routes } from './routes.ts';
import { registerSchedules, schedule } from './schedule.ts';

const patience = { timeout: 15_000, interval: 20 };
const never = 3_600_000;
const nothing = () => undefined;

withBackend('outbox and queues', (startRedis) => {
  let clinic: TestClinic;
  let redis: RedisServer | null;
  let queues: Queues;
  let name: string;
  let routes: Routes;
  const relays: Relay[] = [];
  const errors: unknown[] = [];

  beforeAll(async () => {
    clinic = await TestClinic.open();
    redis = await startRedis();
  });
  beforeEach(() => {
    name = `test-${randomUUID()}`;
    routes = { 'stock.changed': [name] };
    queues = open();
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.close();
    await queues.close();
    await clinic.owner.query('DELETE FROM ops.outbox');
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
      routes,
      onError: (error) => errors.push(error),
      ...(pollMs === undefined ? {} : { pollMs }),
    });
    relays.push(started);
  };
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
  const handled = (): unknown[] => {
    const rows: unknown[] = [];
    queues.work(name, async ({ data }) => {
      rows.push(data);
    });
    return rows;
  };

  test('a row becomes a job of each queue that hears of its topic, and is sent; nobody hears the others', async () => {
    const rows = handled();
    const id = await write();
    await write('settings.changed');
    expect(await relayBatch(clinic.db, queues, routes)).toBe(2);
    expect(await unsent()).toEqual([]);
    await vi.waitFor(() => {
      expect(rows).toEqual([{ row: id }]);
    }, patience);
    expect(await relayBatch(clinic.db, queues, routes)).toBe(0);
  });

  test('what the queue did not take stays unsent', async () => {
    const id = await write();
    const broken: Queues = {
      ...queues,
      queue: () => {
        throw new Error('the queue is away');
      },
    };
    await expect(relayBatch(clinic.db, broken, routes)).rejects.toThrow('the queue is away');
    expect(await unsent()).toEqual([id]);
  });

  test('a batch that is sent twice makes no second job of a waiting one', async () => {
    await queues.queue(name).pause();
    const first = await write();
    await relayBatch(clinic.db, queues, routes);
    await clinic.owner.query('UPDATE ops.outbox SET sent_at = NULL');
    await relayBatch(clinic.db, queues, routes);
    const last = await write();
    await relayBatch(clinic.db, queues, routes);
    await queues.queue(name).resume();
    const rows = handled();
    await vi.waitFor(() => {
      expect(rows).toContainEqual({ row: last });
    }, patience);
    expect(rows).toEqual([{ row: first }, { row: last }]);
  });

  test('two relays and 24 writers, some of whom take it back: each committed row once', async () => {
    const rows = handled();
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
    await vi.waitFor(() => {
      expect(rows).toHaveLength(kept.length);
    }, patience);
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual(kept.map((row) => JSON.stringify({ row })).sort());
    // A job may be done before its batch is marked sent.
    await vi.waitFor(async () => {
      expect(await unsent()).toEqual([]);
    }, patience);
    expect(errors).toEqual([]);
  });

  test('a poke wakes the relay, also after its connection was cut', async () => {
    const rows = handled();
    const poker = createPoker(clinic.database.appUrl);
    relay(never);
    await write();
    poker.poke();
    await vi.waitFor(() => {
      expect(rows).toHaveLength(1);
    }, patience);
    await asSuperuser(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-listen' AND datname = current_database()`,
    );
    await write();
    await vi.waitFor(() => {
      expect(rows).toHaveLength(2);
    }, patience);
    await poker.close();
  });

  test('a relay that is closed in the middle of a batch finishes it and does not lie down to rest', async () => {
    const poker = createPoker(clinic.database.appUrl);
    let begun: () => void = nothing;
    let finish: () => void = nothing;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const mayEnd = new Promise<void>((resolve) => (finish = resolve));
    const sent = queues.queue(name);
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

  test('schedules are there once, and back after the queue has lost them', async () => {
    await registerSchedules(queues);
    await registerSchedules(queues);
    const queue = queues.queue('maintenance');
    const names = async () => (await queue.getJobSchedulers()).map((each) => each.name).sort();
    const expected = schedule.map((each) => each.name).sort();
    expect(await names()).toEqual(expected);
    for (const each of schedule) await queue.removeJobScheduler(each.name);
    expect(await names()).toEqual([]);
    await registerSchedules(queues);
    expect(await names()).toEqual(expected);
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
    const again = handled();
    await vi.waitFor(
      () => {
        expect(again).toHaveLength(1);
      },
      { timeout: 25_000, interval: 100 },
    );
    end();
  }, 40_000);
});
