/** Reservations end and their units settle again: free, or held where the batch is held, or in quarantine. */
import type { Tx } from '../../db/in-transaction.ts';
import { sum } from '../decimal.ts';
import { closeReservations, releaseLine, type HeldReservation } from './held-reservation.ts';
import type { LockedStock } from './lock-stock.ts';
import { post, type Posted } from './post.ts';
import { settle } from './settle.ts';
import { stockChanged } from './stock-audit.ts';

export async function giveBack(
  tx: Tx,
  stocks: readonly LockedStock[],
  reservations: readonly HeldReservation[],
  how: {
    readonly action: string;
    readonly status: 'RELEASED' | 'EXPIRED';
    readonly reason: string | null;
  },
): Promise<Posted> {
  const freed = stocks.flatMap((stock) => {
    const own = reservations.filter(({ stockId }) => stockId === stock.id);
    return own.length === 0 ? [] : [{ stock, own, settled: settle(stock, sum(own.map(({ quantity }) => quantity))) }];
  });
  return post(
    tx,
    {
      lines: freed.flatMap(({ own, settled }) => [...own.map(releaseLine), ...settled.lines]),
      causes: { fresh: freed.flatMap(({ settled }) => settled.causes) },
      reason: how.reason,
      audit: freed.flatMap(({ stock, own }) =>
        own.map((reservation) => ({
          entity: 'stock_reservation',
          entityId: reservation.id,
          action: how.action,
          locationId: stock.locationId,
          before: { status: reservation.status },
          after: { status: how.status, stockId: stock.id, quantity: reservation.quantity },
          reason: how.reason,
        })),
      ),
      outbox: freed.map(({ stock }) => stockChanged(stock)),
    },
    (statement) => {
      closeReservations(statement, how.status, reservations);
    },
  );
}
