/**
 * The whole of a reservation leaves as a SALE. Past its time it holds nothing any more, whether or not the job has run.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, FORBIDDEN (scheduled), NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED,
 * LOT_EXPIRED, RESERVATION_NOT_ACTIVE. Locks: key, stock, reservation.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated } from '../decimal.ts';
import { optionalText } from '../text.ts';
import { claimReservation, type ReservationAction } from './claim-reservation.ts';
import { requireUnscheduled } from './decrease-stock.ts';
import { closeReservations, releaseLine, requireActive } from './held-reservation.ts';
import { post } from './post.ts';
import { stockChanged } from './stock-audit.ts';
import { requireUsable } from './usable.ts';

export async function fulfilReservation(tx: Tx, input: ReservationAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { reservation: [input.reservationId] };
  const said: Claim = { mutation: 'fulfilReservation', key: input.idempotencyKey, input, result };
  const claimed = await claimReservation(tx, said, input.reservationId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock, reservation } = claimed;
  requireUnscheduled(stock);
  requireUsable(stock);
  requireActive(reservation);

  const release = releaseLine(reservation);
  await post(
    tx,
    {
      lines: [release, { ...release, type: 'SALE', bucket: 'ON_HAND', change: negated(reservation.quantity) }],
      reason,
      audit: [
        {
          entity: 'stock_reservation',
          entityId: reservation.id,
          action: 'fulfilReservation',
          locationId: stock.locationId,
          before: { status: 'ACTIVE', onHand: stock.onHand },
          after: { status: 'FULFILLED', onHand: exact(stock.onHand).minus(reservation.quantity).toString() },
          reason,
        },
      ],
      outbox: [stockChanged(stock)],
    },
    (statement) => {
      closeReservations(statement, 'FULFILLED', [reservation]);
    },
  );
  return result;
}
