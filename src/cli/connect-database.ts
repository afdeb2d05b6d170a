/** A pool of connections that ends with the process, is counted, and outlives the loss of any of them. */
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { createDataSource, type PoolOptions } from '../../ormconfig.ts';
import { poolOf } from '../db/prepared.ts';
import { within } from '../db/within.ts';
import { atMostOnce, complainMs } from '../observe/at-most-once.ts';
import { countPool } from '../observe/metrics.ts';
import type { Closers } from './closers.ts';

const closePatienceMs = 1_000;

export async function connectDatabase(
  url: string,
  closers: Closers,
  options: PoolOptions & { readonly applicationName: string; readonly logger?: Logger },
): Promise<DataSource> {
  const db = createDataSource(url, options);
  await db.initialize();
  const pool = poolOf(db);
  countPool(options.applicationName, pool);
  let closing = false;
  closers.add(() => {
    closing = true;
    // A job that was left to others may still hold a connection.
    return within(closePatienceMs, db.destroy());
  });
  // A connection that dies while it rests must not end the process; the pool makes another.
  const complain = atMostOnce(complainMs, (error: Error, untold) => {
    options.logger?.warn({ err: error, untold }, 'a database connection was lost');
  });
  pool.on('error', (error) => {
    if (!closing) complain(error);
  });
  return db;
}
