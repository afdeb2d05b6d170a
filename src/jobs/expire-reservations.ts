import { inTransaction } from '../db/in-transaction.ts';
import { expireReservations, mostExpiredAtOnce } from '../domain/stock/expire-reservations.ts';
import type { Job, JobContext } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

export const expireReservationsJob: Job = {
  name: 'expire-reservations',
  queue: 'alerts',
  schedule: { words: 'every minute', everyMs: minute },
  handle: async (run) => ({ expired: await expireDueReservations(run) }),
};

/** All that are due, in transactions of a thousand, or as many as can be ended before `stopping`. Answers how many ended. */
async function expireDueReservations({ db, committed, stopping }: JobContext): Promise<number> {
  let total = 0;
  for (let ended = mostExpiredAtOnce; ended === mostExpiredAtOnce && !stopping.aborted; total += ended) {
    ended = await inTransaction(systemSession(db, committed), (tx) => expireReservations(tx));
  }
  return total;
}
