/**
 * Ends opened vials whose time is over: the rest is waste (OPEN_VIAL_EXPIRED). The rest of a controlled drug waits for
 * closeVial and its witness. Each is told of in the same transaction. At most so many in one transaction; a vial that somebody holds is left for the next run.
 * Locks: batches (shared) by id, vials by id, both only where they are free.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { exact } from '../decimal.ts';
import { claimOnly } from '../claim.ts';
import { settleVialAlerts } from '../alerts/vial-alerts.ts';
import { lockDueSessions } from './lock-session.ts';
import { wasteDoses } from './waste-doses.ts';

export const mostVialsAtOnce = 100;

/** Answers the ids of those that ended. */
export async function expireVials(tx: Tx): Promise<string[]> {
  const said = { mutation: 'expireVials', key: null, input: {} };
  await claimOnly(tx, said);
  const sessions = await lockDueSessions(tx, mostVialsAtOnce);
  for (const session of sessions) {
    const waits = session.deaSchedule !== null && exact(session.remainingDoses).gt(0);
    await wasteDoses(tx, {
      session,
      action: 'expireVials',
      status: 'EXPIRED',
      doses: waits ? '0' : session.remainingDoses,
      reason: 'OPEN_VIAL_EXPIRED',
      note: null,
      witness: null,
      occurredAt: null,
      said,
    });
  }
  const ids = sessions.map(({ id }) => id);
  if (ids.length > 0) await settleVialAlerts(tx, ids);
  return ids;
}
