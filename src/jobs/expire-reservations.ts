import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { expireReservations, mostExpiredAtOnce } from '../domain/stock/expire-reservations.ts';
import type { Job } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

export const expireReservationsJob: Job = {
  name: 'expire-reservations',
  queue: 'alerts',
  schedule: { words: 'every minute', everyMs: minute },
  handle: async ({ db, committed }) => ({ expired: await expireDueReservations(db, committed) }),
};

/** All that are due, in transactions of a thousand. Answers how many ended. */
export async function expireDueReservations(db: DataSource, committed?: () => void): Promise<number> {
  for (let total = 0; ;) {
    const ended = await inTransaction(systemSession(db, committed), (tx) => expireReservations(tx));
    total += ended;
    if (ended < mostExpiredAtOnce) return total;
  }
}
