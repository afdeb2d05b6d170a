/** Everything that a worker process does: the relay, the schedule, and the handlers of the queues. */
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { makePartitions } from './make-partitions.ts';
import { startOutboxRelay } from './outbox-relay.ts';
import { openQueues } from './queues.ts';
import { startSchedule } from './schedule.ts';
import { within } from './within.ts';

const relayPatienceMs = 5_000;

export interface WorkersOptions {
  readonly db: DataSource;
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly logger: Logger;
}

export interface Workers {
  /** No new work is taken, what is under way is finished, the rest is left to others. */
  close(): Promise<void>;
}

export async function startWorkers({ db, directUrl, redisUrl, logger }: WorkersOptions): Promise<Workers> {
  let closing = false;
  const onError = (error: unknown) => {
    if (!closing) logger.warn({ err: error }, 'the queue or the database did not answer; trying again');
  };
  await makePartitions(db);
  const queues = openQueues({ directUrl, redisUrl, onError });
  const maintenance = startSchedule(db, queues, logger);
  const relay = startOutboxRelay({ db, directUrl, queues, onError });
  return {
    async close() {
      closing = true;
      maintenance.close();
      // A queue that is away keeps a batch waiting; its rows stay unsent, and are sent by the next relay.
      await within(relayPatienceMs, relay.close());
      await queues.close();
    },
  };
}
