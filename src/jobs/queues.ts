/**
 * The queues, on one of two stores behind one API: PostgreSQL, where nothing else need be installed, or Redis. All
 * queues and workers of a process share their connections. Payloads hold ids only. Every job is added with a jobId: the
 * application may not make the sequences from which PostgreSQL would count one.
 */
import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  Worker,
  type BackendFactory,
  type IQueueBackend,
  type PostgresConnectionOptions,
  type Processor,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { queueSchema } from '../db/queue-schema.ts';
import { within } from './within.ts';

/** The braces keep all keys in one slot of a Redis Cluster. */
const redisPrefix = '{lotkeeper}';
/** A worker waits on a connection of its own, the others are for everything else. */
const connections = 12;

export interface QueueStore {
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly onError: (error: Error) => void;
  /** How long closing waits for the jobs under way. */
  readonly patienceMs?: number;
}

export type JobQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;
export type JobWorker = Worker<unknown, unknown, string, IQueueBackend>;

export interface Queues {
  readonly kind: 'postgres' | 'redis';
  queue(name: string): JobQueue;
  /** Lost jobs come back within 15 s: locks last 10, and are looked at each 5. */
  work(name: string, handle: Processor<unknown>, concurrency?: number): JobWorker;
  /** What is under way is finished; what takes too long is left, and comes back when its lock has run out. */
  close(): Promise<void>;
}

interface Backend {
  readonly kind: Queues['kind'];
  readonly factory: BackendFactory;
  close(): Promise<unknown>;
  /** Where the store does not answer. */
  drop(): void;
}

export function openQueues(store: QueueStore): Queues {
  const backend = store.redisUrl === null ? onPostgres(store) : onRedis(store, store.redisUrl);
  const opened: IQueueBackend[] = [];
  const factory: BackendFactory = (...given) => {
    const made = backend.factory(...given);
    opened.push(made);
    return made;
  };
  // The factory brings the connection.
  const base = { connection: {}, prefix: redisPrefix };
  const queues = new Map<string, JobQueue>();
  const workers: JobWorker[] = [];
  return {
    kind: backend.kind,
    queue(name) {
      const known = queues.get(name);
      if (known !== undefined) return known;
      const queue: JobQueue = new Queue(name, { ...base, defaultJobOptions }, factory);
      queue.on('error', store.onError);
      queues.set(name, queue);
      return queue;
    },
    work(name, handle, concurrency = 1) {
      const timing = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10, drainDelay: 5 };
      const worker: JobWorker = new Worker(name, handle, { ...base, ...timing, concurrency }, factory);
      worker.on('error', store.onError);
      workers.push(worker);
      return worker;
    },
    async close() {
      const inOrder = async () => {
        await Promise.all(workers.map((worker) => worker.close()));
        await Promise.all([...queues.values()].map((queue) => queue.close()));
        await backend.close();
      };
      if (await within(store.patienceMs ?? finishPatienceMs, inOrder())) return;
      // A worker that is closing already cannot be told to hurry; what it stands on can.
      await within(dropPatienceMs, Promise.allSettled(opened.map((each) => each.close(true))));
      backend.drop();
    },
  };
}

const defaultJobOptions = {
  attempts: 10,
  backoff: { type: 'exponential', delay: 1_000 },
  removeOnComplete: { age: 24 * 3600, count: 1_000 },
  removeOnFail: { age: 14 * 24 * 3600 },
};

const finishPatienceMs = 8_000;
const dropPatienceMs = 1_000;

function onPostgres({ directUrl, onError }: QueueStore): Backend {
  const pool = new pg.Pool({
    connectionString: directUrl,
    max: connections,
    application_name: 'lotkeeper-queue',
    options: `-c search_path=${queueSchema}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  pool.on('error', onError);
  // pg's types say that a statement's values may be changed, the queue's that they may not: nobody changes them.
  const connection = pool as unknown as PostgresConnectionOptions;
  return {
    kind: 'postgres',
    factory: (name, options, more) => createPostgresBackend(name, { ...options, connection }, more),
    close: () => pool.end(),
    drop: () => {
      pool.end().catch(() => undefined);
    },
  };
}

function onRedis({ onError }: QueueStore, redisUrl: string): Backend {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: false });
  redis.on('error', onError);
  return {
    kind: 'redis',
    factory: (name, options, more) => createRedisBackend(name, { ...options, connection: redis }, more),
    close: () => redis.quit(),
    drop: () => {
      redis.disconnect();
    },
  };
}
