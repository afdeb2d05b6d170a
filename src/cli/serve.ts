/** Brings up the parts of a process: the API, the workers; each is closed by the closers in the reverse order. */
import type { Logger } from 'pino';
import { pino } from 'pino';
import pretty from 'pino-pretty';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { adviceOnNames, namedStatementsHold, namesAreLost } from '../db/named-statements.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { chooseEmbeddings } from '../embeddings/choose-embeddings.ts';
import { readEmbeddingsConfig } from '../embeddings/embeddings-config.ts';
import { queueNames } from '../jobs/job.ts';
import { openFeeds } from '../jobs/live-feeds.ts';
import { openQueues, type JobQueue } from '../jobs/queues.ts';
import { startWorkers, type Concurrency } from '../jobs/workers.ts';
import { countLag, lagCheck } from '../jobs/lag.ts';
import { createPoker } from '../jobs/outbox-channel.ts';
import { atMostOnce, complainMs } from '../observe/at-most-once.ts';
import { buildApiSchema } from '../resolvers/build-schema.ts';
import { createLoaders } from '../resolvers/loaders.ts';
import { policy } from '../resolvers/policy.ts';
import { databaseCheck, type ReadinessCheck } from '../server/health.ts';
import { startServer, type RunningServer } from '../server/http.ts';
import { Identity } from '../server/identity.ts';
import { createLogger } from '../server/logs.ts';
import { patientKey, signingSecret } from '../server/kept-secrets.ts';
import { startWorkerServer, type WorkerServer } from '../server/worker-server.ts';
import type { Closers } from './closers.ts';
import { connectDatabase } from './connect-database.ts';
import type { Database } from './database.ts';
import { openReplica } from './replica.ts';

/** JSON lines on standard error, in colour and words where a person looks at them. */
export function terminalLogger(config: Config): Logger {
  const words = process.stderr.isTTY && !config.production;
  const toStandardError = { destination: 2, sync: true };
  if (!words) return createLogger(config.logLevel, pino.destination({ fd: 2, sync: true }));
  return createLogger(
    config.logLevel,
    pretty({ ...toStandardError, colorize: (process.env['NO_COLOR'] ?? '') === '' }),
  );
}

/** Of a text that projects are compared with. */
const whileSomebodyWaits = { maxRetries: 1, timeoutMs: 5_000 };

export async function serveApi(
  config: Config,
  database: Database,
  logger: Logger,
  closers: Closers,
): Promise<RunningServer> {
  const db = await connectDatabase(database.appUrl, closers, {
    poolSize: config.databasePoolSize,
    applicationName: 'lotkeeper-api',
    logger,
  });
  await refuseLostNames(config, database);
  countLag(db);
  const poker = createPoker(database.directUrl);
  closers.add(() => poker.close());
  const feeds = await openFeeds({
    db,
    directUrl: database.directUrl,
    redisUrl: config.redisUrl,
    onError: atMostOnce(complainMs, (error, untold) => {
      logger.warn({ err: error, untold }, 'hints between processes or what they tell of cannot be had; trying again');
    }),
  });
  closers.add(() => feeds.close());
  const replica = openReplica(config, db, logger, closers);
  const secret = await signingSecret(config);
  const identity = new Identity({ db, secret, tokenTtlMinutes: config.tokenTtlMinutes, oidc: config.oidc });
  try {
    const server = await startServer({
      schema: buildApiSchema(),
      policy,
      createLoaders,
      config,
      db,
      identity,
      patientKey: await patientKey(config),
      embeddings: chooseEmbeddings(readEmbeddingsConfig(process.env), whileSomebodyWaits),
      logger,
      feeds,
      ...(replica === null ? {} : { replica }),
      committed: () => {
        poker.poke();
        feeds.committed();
      },
      openQueues: () => queuesToLookAt(config, database, logger, closers),
      notices: lagChecks(config, db),
    });
    closers.add(() => server.close());
    return server;
  } catch (error) {
    throw listenRefusal(error, config) ?? error;
  }
}

/** Otherwise every other call would fail, at random. */
async function refuseLostNames(config: Config, { appUrl }: Database): Promise<void> {
  if (config.databaseUrl === null || !config.databasePrepared || (await namedStatementsHold(appUrl))) return;
  throw new StartRefusal(`Not started: ${namesAreLost}. ${adviceOnNames}`);
}

function queuesToLookAt(config: Config, { directUrl }: Database, logger: Logger, closers: Closers): JobQueue[] {
  const queues = openQueues({
    directUrl,
    redisUrl: config.redisUrl,
    onError: atMostOnce(complainMs, (error, untold) => {
      logger.warn({ err: error, untold }, 'the queue did not answer');
    }),
  });
  closers.add(() => queues.close());
  return queueNames.map((name) => queues.queue(name));
}

export async function serveWorkers(
  config: Config,
  database: Database,
  logger: Logger,
  closers: Closers,
  queues?: Concurrency,
): Promise<DataSource> {
  const db = await connectDatabase(database.appUrl, closers, {
    poolSize: 4,
    applicationName: 'lotkeeper-worker',
    logger,
  });
  await refuseLostNames(config, database);
  const workers = await startWorkers({
    db,
    directUrl: database.directUrl,
    redisUrl: config.redisUrl,
    logger,
    notify: config.notify,
    recallFeed: config.recallFeed,
    ...(queues === undefined ? {} : { queues }),
  });
  closers.add(() => workers.close());
  return db;
}

/** Health and metrics of a process that is a worker and nothing else, where METRICS_PORT asks for it. */
export async function serveWorkerMetrics(
  config: Config,
  db: DataSource,
  closers: Closers,
): Promise<WorkerServer | null> {
  const { metricsPort: port } = config;
  if (port === null) return null;
  countLag(db);
  try {
    const server = await startWorkerServer({ ...config, port }, [databaseCheck(db), ...lagChecks(config, db)]);
    closers.add(() => server.close());
    return server;
  } catch (error) {
    throw listenRefusal(error, { host: config.host, port }, 'METRICS_PORT') ?? error;
  }
}

/**
 * A worker behind which changes queue up is not ready. An API is: it loses nothing meanwhile, and if it went, everybody
 * at the counter would wait for what only the workers are late with. It says so in its answer.
 */
function lagChecks({ readyLagSeconds }: Config, db: DataSource): ReadinessCheck[] {
  return readyLagSeconds === 0 ? [] : [lagCheck(db, readyLagSeconds)];
}

/** Why the server may not listen, in words; null for another error. */
export function listenRefusal(
  error: unknown,
  { host, port }: Pick<Config, 'host' | 'port'>,
  setting = 'PORT',
): StartRefusal | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartRefusal(
      `Port ${port} on ${host} is in use: stop what listens there, or set ${setting} to another one.`,
    );
  }
  if (code === 'EACCES') {
    return new StartRefusal(`This user may not listen on port ${port}: set ${setting} to one above 1023.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartRefusal(`${host} is not an address of this machine: correct HOST.`);
  }
  return null;
}
