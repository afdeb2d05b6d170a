import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { expireReservations, mostExpiredAtOnce } from '../domain/stock/expire-reservations.ts';
import { systemSession } from './system-session.ts';

/** All that are due, in transactions of a thousand. Answers how many ended. */
export async function expireDueReservations(db: DataSource): Promise<number> {
  for (let total = 0; ;) {
    const ended = await inTransaction(systemSession(db), (tx) => expireReservations(tx));
    total += ended;
    if (ended < mostExpiredAtOnce) return total;
  }
}
