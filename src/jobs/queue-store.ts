/** What the queues stand on: one pool of connections to PostgreSQL, or one connection to Redis that they all share. */
import { createPostgresBackend, createRedisBackend, type BackendFactory, type PostgresConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { queueSchema } from '../db/queue-schema.ts';

/** A worker waits on a connection of its own, the others are for everything else. */
const connections = 12;

export interface StoreOptions {
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly onError: (error: Error) => void;
}

export interface Store {
  readonly kind: 'postgres' | 'redis';
  readonly factory: BackendFactory;
  /** Whether it can be asked, as far as is known without asking. Of PostgreSQL whoever asks finds out himself, and soon. */
  isThere(): boolean;
  close(): Promise<unknown>;
  /** Where it does not answer. */
  drop(): void;
}

export function openStore(options: StoreOptions): Store {
  return options.redisUrl === null ? onPostgres(options) : onRedis(options, options.redisUrl);
}

function onPostgres({ directUrl, onError }: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: directUrl,
    max: connections,
    application_name: 'lotkeeper-queue',
    options: `-c search_path=${queueSchema}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  // As do all queues and workers of the process.
  pool.on('error', onError).setMaxListeners(0);
  // A connection that is lost between two statements of a transaction says so to itself only: unheard, that ends the
  // process. Whoever uses it learns it from the next statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // pg's types say that a statement's values may be changed, the queue's that they may not: nobody changes them.
  const connection = pool as unknown as PostgresConnectionOptions;
  return {
    kind: 'postgres',
    factory: (name, options, more) => createPostgresBackend(name, { ...options, connection }, more),
    isThere: () => true,
    close: () => pool.end(),
    drop: () => {
      pool.end().catch(() => undefined);
    },
  };
}

function onRedis({ onError }: StoreOptions, redisUrl: string): Store {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null, keepAlive: 10_000 });
  let complained = false;
  redis.on('ready', () => (complained = false));
  // Once for each time that it goes away, not for each try to reach it.
  redis.on('error', (error) => {
    if (!complained) onError(error);
    complained = true;
  });
  return {
    kind: 'redis',
    factory: (name, options, more) => createRedisBackend(name, { ...options, connection: redis }, more),
    isThere: () => redis.status === 'ready',
    close: () => redis.quit(),
    drop: () => {
      redis.disconnect();
    },
  };
}
