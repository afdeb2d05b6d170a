/**
 * Ends reservations whose time is over, at most so many in one transaction, and never waits: rows that somebody holds
 * are left for the next run, and those of a transfer have no end. Fewer than asked for means that nothing more is due now.
 * Locks: stock by id, then reservations by id, both only where they are free.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { claim, gate } from '../claim.ts';
import { giveBack } from './give-back.ts';
import { lockPastReservations } from './held-reservation.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';

export const mostExpiredAtOnce = 1_000;

export async function expireReservations(tx: Tx, most = mostExpiredAtOnce): Promise<number> {
  const claimed = await claim<LockedStock>(
    tx,
    { mutation: 'expireReservations', key: null, input: {} },
    {
      locked: `SELECT s.* FROM inventory.stock s WHERE ${gate} AND s.id IN
          (SELECT stock_id FROM inventory.stock_reservation WHERE status = 'ACTIVE' AND reserved_until <= statement_timestamp() AND transfer_id IS NULL)
        ORDER BY s.id LIMIT $8 FOR UPDATE SKIP LOCKED`,
      columns: lockedStockColumns,
      joins: lockedStockJoins,
      values: [most],
    },
  );
  const stocks = claimed.replay === null ? claimed.rows : [];
  if (stocks.length === 0) return 0;
  const reservations = await lockPastReservations(
    tx,
    stocks.map(({ id }) => id),
    most,
  );
  if (reservations.length === 0) return 0;
  await giveBack(tx, stocks, reservations, {
    action: 'expireReservations',
    status: 'EXPIRED',
    reason: 'reservedUntil is over',
  });
  return reservations.length;
}
