import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { cuttable } from '../../test/server/cuttable.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { openQueues, type Queues } from './queues.ts';

const patience = { timeout: 15_000, interval: 20 };
const nothing = () => undefined;

withBackend('queues', (startRedis) => {
  let database: TestDatabase;
  let redis: RedisServer | null;
  let queues: Queues;
  let name: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
  });
  beforeEach(() => {
    name = `test-${randomUUID()}`;
    queues = open();
  });
  afterEach(() => queues.close());
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
  });

  const open = (patienceMs?: number) =>
    openQueues({
      directUrl: database.appUrl,
      redisUrl: redis?.url ?? null,
      onError: nothing,
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
  /** Something that takes as long as is wanted. */
  const held = () => {
    let begin: () => void = nothing;
    let finish: () => void = nothing;
    const hasBegun = new Promise<void>((resolve) => (begin = resolve));
    const mayEnd = new Promise<void>((resolve) => (finish = resolve));
    const run = async () => {
      begin();
      await mayEnd;
    };
    return {
      run,
      hasBegun,
      finish: () => {
        finish();
      },
    };
  };

  test('a store that is away when they are opened is reached as soon as it is there', async () => {
    const way = await cuttable(redis?.url ?? database.appUrl);
    way.cut();
    const errors: Error[] = [];
    const own = openQueues({
      directUrl: redis === null ? way.url : database.appUrl,
      redisUrl: redis === null ? null : way.url,
      onError: (error) => errors.push(error),
    });
    let done = 0;
    own.work(name, async () => {
      done += 1;
    });
    const early = own.queue(name).add('early', {}, { jobId: 'early' }).catch(nothing);
    await vi.waitFor(() => {
      expect(errors.length).toBeGreaterThan(0);
    }, patience);
    await way.mend();
    await vi.waitFor(async () => {
      await own.queue(name).add('late', {}, { jobId: 'late' });
    }, patience);
    await vi.waitFor(() => {
      expect(done).toBeGreaterThan(0);
    }, patience);
    await early;
    await own.close();
    way.cut();
  });

  test('an attempt that failed is made again, each time after twice as long', async () => {
    const waits: number[] = [];
    queues.work(name, async () => {
      throw new Error('the shop is closed');
    });
    await queues.queue(name).add('shopping', {}, { jobId: 'shopping' });
    await vi.waitFor(async () => {
      const job = await queues.queue(name).getJob('shopping');
      if (job !== undefined && job.attemptsMade > waits.length) waits.push(job.delay);
      expect(waits).toHaveLength(2);
      expect(job?.opts.attempts).toBe(10);
    }, patience);
    expect(waits).toEqual([1_000, 2_000]);
  });

  test('a job whose last attempt failed is told as dead, stays in the list of the failed, and can be tried again', async () => {
    const dead: string[] = [];
    let isOpen = false;
    queues.work(
      name,
      async () => {
        if (!isOpen) throw new Error('the shop is closed');
      },
      { onDead: (job, error) => dead.push(`${job.name} ${job.id}: ${error.message}`) },
    );
    const queue = queues.queue(name);
    await queue.add('shopping', {}, { jobId: 'once', attempts: 1 });
    await vi.waitFor(() => {
      expect(dead).toEqual(['shopping once: the shop is closed']);
    }, patience);
    const [failed] = await queue.getFailed();
    expect(failed?.failedReason).toBe('the shop is closed');
    isOpen = true;
    await failed?.retry();
    await vi.waitFor(async () => {
      expect(await queue.getJobState('once')).toBe('completed');
    }, patience);
    expect(dead).toHaveLength(1);
  });

  test('an attempt that failed but has others before it is not dead', async () => {
    const dead: unknown[] = [];
    let attempts = 0;
    queues.work(
      name,
      async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('the shop is closed');
      },
      { onDead: (job) => dead.push(job) },
    );
    await queues.queue(name).add('shopping', {}, { jobId: 'shopping' });
    await vi.waitFor(async () => {
      expect(await queues.queue(name).getJobState('shopping')).toBe('completed');
    }, patience);
    expect(dead).toEqual([]);
  });

  test('closing waits for the job under way', async () => {
    const work = held();
    const own = open();
    own.work(name, work.run);
    await own.queue(name).add('long', {}, { jobId: 'long' });
    await work.hasBegun;
    const closed = own.close();
    work.finish();
    await closed;
    expect(await queues.queue(name).getJobState('long')).toBe('completed');
  });

  test('closing leaves a job that takes too long to others', async () => {
    const work = held();
    const own = open(100);
    own.work(name, work.run);
    await own.queue(name).add('endless', {}, { jobId: 'endless' });
    await work.hasBegun;
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
    work.finish();
  }, 40_000);
});
