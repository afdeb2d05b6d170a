/** The standby that DATABASE_REPLICA_URL names, for an API process; connected to when the first query could be its. */
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { Replica } from '../db/replica.ts';
import { atMostOnce, complainMs } from '../observe/at-most-once.ts';
import { replicaLag } from '../observe/metrics.ts';
import { addSource } from '../observe/sources.ts';
import type { Closers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';

/** Longer than a report may take: a machine that is gone without a word answers never. */
const answerTimeoutMs = 35_000;

/** Null where none is named. */
export function openReplica(
  { databaseReplicaUrl: url, databasePoolSize: poolSize }: Config,
  primary: DataSource,
  logger: Logger,
  closers: Closers,
): Replica | null {
  if (url === null) return null;
  const applicationName = 'lotkeeper-api-replica';
  const replica = new Replica({
    primary,
    connect: () => connectDatabase(url, closers, { poolSize, applicationName, answerTimeoutMs, logger }),
    onTrouble: atMostOnce(complainMs, (error, untold) => {
      logger.warn({ err: error, untold }, 'the replica is left alone; everything is read from the primary');
    }),
  });
  addSource('replica', {
    async look() {
      replicaLag.set(await replica.lagBytes());
    },
    forget() {
      replicaLag.remove();
    },
  });
  return replica;
}
