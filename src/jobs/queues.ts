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

/** The braces keep all keys in one slot of a Redis Cluster. */
const redisPrefix = '{lotkeeper}';
/** A worker waits on a connection of its own, the others are for everything else. */
const connections = 12;

export interface QueueStore {
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly onError: (error: Error) => void;
}

export type JobQueue = Queue<unknown, unknown, string, unknown, unknown, string, IQueueBackend>;
export type JobWorker = Worker<unknown, unknown, string, IQueueBackend>;

export interface Queues {
  readonly kind: 'postgres' | 'redis';
  queue(name: string): JobQueue;
  /** Lost jobs come back within 15 s: locks last 10, and are looked at each 5. */
  work(name: string, handle: Processor<unknown>, concurrency?: number): JobWorker;
  close(): Promise<void>;
}

interface Backend {
  readonly kind: Queues['kind'];
  readonly factory: BackendFactory;
  close(): Promise<unknown>;
}

export function openQueues(store: QueueStore): Queues {
  const backend = store.redisUrl === null ? onPostgres(store) : onRedis(store, store.redisUrl);
  // The factory brings the connection.
  const base = { connection: {}, prefix: redisPrefix };
  const queues = new Map<string, JobQueue>();
  const workers: JobWorker[] = [];
  return {
    kind: backend.kind,
    queue(name) {
      const known = queues.get(name);
      if (known !== undefined) return known;
      const queue: JobQueue = new Queue(name, { ...base, defaultJobOptions }, backend.factory);
      queue.on('error', store.onError);
      queues.set(name, queue);
      return queue;
    },
    work(name, handle, concurrency = 1) {
      const timing = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10, drainDelay: 5 };
      const worker: JobWorker = new Worker(name, handle, { ...base, ...timing, concurrency }, backend.factory);
      worker.on('error', store.onError);
      workers.push(worker);
      return worker;
    },
    async close() {
      await Promise.all(workers.map(closeWorker));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
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

/** What is under way is finished; what takes too long is left, and comes back when its lock has run out. */
async function closeWorker(worker: JobWorker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<'too long'>((resolve) => {
    timer = setTimeout(() => {
      resolve('too long');
    }, finishPatienceMs);
  });
  const outcome = await Promise.race([worker.close(), tooLong]);
  clearTimeout(timer);
  if (outcome === 'too long') await worker.close(true);
}

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
  };
}

function onRedis({ onError }: QueueStore, redisUrl: string): Backend {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null, lazyConnect: false });
  redis.on('error', onError);
  return {
    kind: 'redis',
    factory: (name, options, more) => createRedisBackend(name, { ...options, connection: redis }, more),
    close: () => redis.quit(),
  };
}
