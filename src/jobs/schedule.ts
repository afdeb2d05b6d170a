/**
 * What happens by the clock. Schedules are put into the queue at the start and again each minute, so that a queue that
 * lost its data has them back. What is due is read from PostgreSQL by each handler, never from the queue.
 */
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { expireDueReservations } from './expire-reservations.ts';
import { makePartitions } from './make-partitions.ts';
import { purge } from './purge.ts';
import type { Queues } from './queues.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const queueName = 'maintenance';

interface Scheduled {
  readonly name: string;
  readonly everyMs: number;
  readonly handle: (db: DataSource) => Promise<unknown>;
}

export const schedule: readonly Scheduled[] = [
  { name: 'expire-reservations', everyMs: minute, handle: expireDueReservations },
  { name: 'make-partitions', everyMs: day, handle: makePartitions },
  { name: 'purge', everyMs: day, handle: purge },
];

export interface Maintenance {
  close(): void;
}

/** Does not wait for the queue: where that is away, everything else goes on. */
export function startSchedule(db: DataSource, queues: Queues, logger: Logger): Maintenance {
  let closed = false;
  const register = () => {
    registerSchedules(queues).catch((error: unknown) => {
      if (!closed) logger.warn({ err: error }, 'schedules could not be registered');
    });
  };
  register();
  const again = setInterval(register, minute);
  queues.work(queueName, async (job) => {
    const started = performance.now();
    try {
      const outcome = await schedule.find(({ name }) => name === job.name)?.handle(db);
      logger.info({ job: job.name, outcome, ms: Math.round(performance.now() - started) }, 'job done');
    } catch (error) {
      // The queue keeps the failure and tries again; nobody would hear of it there.
      logger.error({ job: job.name, err: error }, 'job failed');
      throw error;
    }
  });
  return {
    close() {
      closed = true;
      clearInterval(again);
    },
  };
}

export async function registerSchedules(queues: Queues): Promise<void> {
  const queue = queues.queue(queueName);
  for (const { name, everyMs } of schedule) await queue.upsertJobScheduler(name, { every: everyMs }, { name });
}
