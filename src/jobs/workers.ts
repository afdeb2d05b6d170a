/** Everything that a worker process does: the relay, the schedules, and the jobs of its queues. */
import { UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { notifyOff, type NotifyConfig } from '../config.ts';
import { atMostOnce, complainMs } from '../observe/at-most-once.ts';
import { allJobs } from './all-jobs.ts';
import { queueNames, type Job, type QueueName } from './job.ts';
import { countQueues } from './lag.ts';
import { makePartitions } from './make-partitions.ts';
import { createPoker } from './outbox-channel.ts';
import { startOutboxRelay } from './outbox-relay.ts';
import { openQueues } from './queues.ts';
import { recordDead, runJob } from './run-job.ts';
import { startSchedules } from './schedule.ts';
import { openTelling } from './telling.ts';
import { within } from '../db/within.ts';

const relayPatienceMs = 2_000;
const pokerPatienceMs = 500;

/** How many jobs of a queue run at a time in one process. */
export type Concurrency = Partial<Readonly<Record<QueueName, number>>>;

/** Deliveries wait for others most of the time; webhooks and mails need not wait for each other. */
const everyQueue: Concurrency = { ...Object.fromEntries(queueNames.map((name) => [name, 1])), deliveries: 2 };

export interface WorkersOptions {
  readonly db: DataSource;
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly logger: Logger;
  /** The queues to work on: all of them, one job at a time each, two of deliveries, unless said otherwise. */
  readonly queues?: Concurrency;
  readonly jobs?: readonly Job[];
  /** Nobody outside is told, unless said otherwise. */
  readonly notify?: NotifyConfig;
  /** No notices are read, unless said otherwise. */
  readonly recallFeed?: string | null;
}

export interface Workers {
  /** No new work is taken, what is under way is finished, the rest is left to others. */
  close(): Promise<void>;
}

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { db, directUrl, redisUrl, logger, jobs = allJobs, notify = notifyOff, recallFeed = null } = options;
  let closing = false;
  const complain = atMostOnce(complainMs, (error: unknown, untold) => {
    logger.warn({ err: error, untold }, 'the queue or the database did not answer; trying again');
  });
  const onError = (error: unknown) => {
    if (!closing) complain(error);
  };
  await makePartitions(db);
  const stop = new AbortController();
  const queues = openQueues({ directUrl, redisUrl, onError });
  countQueues(queues, queueNames);
  const poker = createPoker(directUrl);
  const telling = openTelling({ db, directUrl, redisUrl, onError });
  const committed = () => {
    poker.poke();
    telling.committed();
  };
  const runner = { db, logger, committed, stopping: stop.signal, notify, recallFeed };
  for (const name of queueNames) {
    const concurrency = (options.queues ?? everyQueue)[name];
    if (concurrency === undefined) continue;
    queues.work(
      name,
      async ({ name: jobName, id = '', attemptsMade, opts }) => {
        const job = jobs.find((each) => each.name === jobName);
        if (job === undefined) throw new UnrecoverableError(`There is no job ${jobName}`);
        await runJob(job, { id, isLastAttempt: attemptsMade + 1 >= (opts.attempts ?? 1) }, runner);
      },
      {
        concurrency,
        onDead: (dead, error) => {
          recordDead(db, dead, error).catch(onError);
        },
      },
    );
  }
  const schedules = startSchedules(db, queues, jobs, onError);
  const relay = startOutboxRelay({ db, directUrl, queues, jobs, onError, onSent: telling.onSent });
  return {
    async close() {
      closing = true;
      stop.abort();
      schedules.close();
      // A queue that is away keeps a batch waiting; its rows stay unsent, and are sent by the next relay.
      await within(relayPatienceMs, relay.close());
      await queues.close();
      await within(pokerPatienceMs, telling.close());
      await within(pokerPatienceMs, poker.close());
    },
  };
}
