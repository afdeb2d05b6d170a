/** `lotkeeper start`, `api` and `worker`: processes that run until they are told to stop. */
import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import type { EmbeddedServer } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { StartRefusal } from '../db/start-refusal.ts';
import { queueNames } from '../jobs/job.ts';
import type { Concurrency } from '../jobs/workers.ts';
import { demoState, seedDemo } from '../seed/demo.ts';
import { Closers } from './closers.ts';
import { commandConfig, openDatabase, startDatabase, type Database } from './database.ts';
import type { WorkerOptions } from './options.ts';
import { say } from './out.ts';
import { listenRefusal, serveApi, serveWorkerMetrics, serveWorkers, terminalLogger } from './serve.ts';
import { startScreen } from './start-screen.ts';
import { stopSignal } from './stop-signal.ts';
import { watchProcess } from './watch.ts';

/** Everything in one process, with a database of its own where none is named. */
export async function start(): Promise<void> {
  await untilStopped(async (config, closers) => {
    await refuseTakenPort(config);
    const lastLines: string[] = [];
    const database = await startDatabase(config, closers, (line) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
    });
    await migrate(database.ownerUrl);
    const hasDemo = await demoFor(config, database);
    const logger = terminalLogger(config);
    await watchProcess('lotkeeper', { config, database, logger, closers });
    await serveWorkers(config, database, logger, closers);
    const server = await serveApi(config, database, logger, closers);
    say(startScreen({ config, url: server.url, isEmbedded: database.embedded !== null, hasDemo }));
    return database.embedded === null ? {} : { loss: serverLost(database.embedded, lastLines) };
  });
}

export async function api(): Promise<void> {
  await untilStopped(async (config, closers) => {
    const database = await openDatabase(config, closers);
    const logger = terminalLogger(config);
    await watchProcess('lotkeeper-api', { config, database, logger, closers });
    const server = await serveApi(config, database, logger, closers);
    say(`API at ${server.url}/graphql. Stop: Ctrl-C or SIGTERM.`);
    return {};
  });
}

export async function worker({ queues }: WorkerOptions): Promise<void> {
  const chosen = queues === undefined ? undefined : chosenQueues(queues);
  await untilStopped(async (config, closers) => {
    const database = await openDatabase(config, closers);
    const logger = terminalLogger(config);
    await watchProcess('lotkeeper-worker', { config, database, logger, closers });
    const db = await serveWorkers(config, database, logger, closers, chosen);
    const server = await serveWorkerMetrics(config, db, closers);
    const store = config.redisUrl === null ? 'PostgreSQL' : 'Redis';
    say(
      `Working on the outbox and the queues ${(queues ?? queueNames).join(', ')} (${store}). Stop: Ctrl-C or SIGTERM.`,
    );
    if (server !== null) say(`Metrics at ${server.url}/metrics.`);
    return {};
  });
}

/** Each as a name, or as name:how-many-at-a-time. */
export function chosenQueues(given: readonly string[]): Concurrency {
  return Object.fromEntries(
    given.map((text) => {
      const [name, count = '1'] = text.split(':', 2);
      const known = queueNames.find((each) => each === name);
      if (known !== undefined && /^[1-9]\d?$/.test(count)) return [known, Number(count)];
      throw new StartRefusal(
        `${text} is not one of the queues ${queueNames.join(', ')}, with a number from 1 to 99 after a colon where more than one job may run at a time: alerts:2.`,
      );
    }),
  );
}

/** A new database of our own is filled with the demo, never in production. Answers whether the demo is what is in it. */
async function demoFor(config: Config, { embedded, ownerUrl }: Database): Promise<boolean> {
  if (config.production || embedded === null) return false;
  const found = await demoState(ownerUrl);
  if (found !== 'empty') return found === 'demo';
  say('Making a demo clinic; this takes some seconds, once.');
  await seedDemo(ownerUrl);
  return true;
}

const lingerMs = 1_000;

/** Settles, by failing, when the process has lost what it cannot work without. */
type Loss = Promise<never>;

/** A signal that comes while things are still being brought up waits until they are: then all of it is closed in order. */
async function untilStopped(run: (config: Config, closers: Closers) => Promise<{ loss?: Loss }>): Promise<void> {
  const stopped = stopSignal();
  // Something must keep the process alive while nothing is under way.
  const heartbeat = setInterval(() => undefined, 60_000);
  const closers = new Closers();
  try {
    const { loss } = await run(await commandConfig(), closers);
    await Promise.race([stopped, ...(loss === undefined ? [] : [loss])]);
  } finally {
    await closers.close();
    clearInterval(heartbeat);
    // A library's connection that goes on knocking at a store that is away must not keep an ended process.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
}

async function serverLost(server: EmbeddedServer, lastLines: readonly string[]): Loss {
  await server.ended;
  throw new StartRefusal(
    `PostgreSQL has ended by itself, so Lotkeeper ends too; start it again, nothing acknowledged is lost. Its last words:\n${lastLines.join('\n')}`,
  );
}

/** Before a database is made that nobody will be able to use. */
async function refuseTakenPort(config: Config): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen(config.port, config.host, resolve);
    });
  } catch (error) {
    throw listenRefusal(error, config) ?? error;
  }
  await new Promise((resolve) => probe.close(resolve));
}
