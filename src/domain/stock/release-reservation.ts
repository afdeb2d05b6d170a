/**
 * Gives a reservation's units back, also when its time is over.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, RESERVATION_NOT_ACTIVE. Locks: key, stock, reservation.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { optionalText } from '../text.ts';
import { claimReservation, type ReservationAction } from './claim-reservation.ts';
import { giveBack } from './give-back.ts';
import { requireHeld } from './held-reservation.ts';

export async function releaseReservation(tx: Tx, input: ReservationAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { reservation: [input.reservationId] };
  const said: Claim = { mutation: 'releaseReservation', key: input.idempotencyKey, input, result };
  const claimed = await claimReservation(tx, said, input.reservationId);
  if (claimed.replay !== null) return claimed.replay;
  requireHeld(claimed.reservation);
  await giveBack(tx, [claimed.stock], [claimed.reservation], {
    action: 'releaseReservation',
    status: 'RELEASED',
    reason,
  });
  return result;
}
