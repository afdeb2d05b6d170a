/**
 * The beginning of every verb on one reservation: its batch is found unlocked and locked first, then the reservation
 * itself is locked and read again. A reservation of another location answers as if it were not there.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { claim, gate, type Claim, type Result } from '../claim.ts';
import { optionalUuid } from '../uuid.ts';
import { lockReservations, type HeldReservation } from './held-reservation.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';

export interface ReservationAction {
  readonly idempotencyKey: string;
  readonly reservationId: string;
  readonly reason?: string | null;
}

type Claimed =
  | { readonly replay: Result }
  | { readonly replay: null; readonly stock: LockedStock; readonly reservation: HeldReservation };

export async function claimReservation(tx: Tx, said: Claim, reservationId: string): Promise<Claimed> {
  optionalUuid(reservationId, 'reservationId');
  const claimed = await claim<LockedStock>(tx, said, {
    locked: `SELECT s.* FROM inventory.stock s WHERE ${gate} AND s.id = (SELECT stock_id FROM inventory.stock_reservation WHERE id = $8)
      AND ($9::boolean OR s.location_id = ANY($10::uuid[])) FOR UPDATE`,
    columns: lockedStockColumns,
    joins: lockedStockJoins,
    values: [reservationId, tx.actor.isSystem, tx.actor.locationIds],
  });
  if (claimed.replay !== null) return claimed;
  const [stock] = claimed.rows;
  if (stock === undefined) throw notFound('reservation', reservationId);
  const [reservation] = await lockReservations(tx, [reservationId]);
  if (reservation === undefined) throw notFound('reservation', reservationId);
  return { replay: null, stock, reservation };
}
