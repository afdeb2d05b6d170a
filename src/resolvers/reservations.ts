import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction } from '../db/in-transaction.ts';
import { fulfilReservation } from '../domain/stock/fulfil-reservation.ts';
import { stockOfReservation } from '../domain/stock/list-reservations.ts';
import { releaseReservation } from '../domain/stock/release-reservation.ts';
import { reserveStock } from '../domain/stock/reserve-stock.ts';
import { ReservationInput, ReservationPayload, ReserveInput, ReservePayload } from '../schema/reservation-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { all, allFound, found, only } from './result.ts';

@Resolver()
export class ReservationMutations {
  @Mutation(() => ReservePayload, { description: 'Holds units for somebody until a time; they stay on hand.' })
  async reserveStock(@Arg('input', () => ReserveInput) input: ReserveInput, @Ctx() ctx: Context) {
    const hot = input.stockId ?? `${input.locationId ?? ''}/${input.productId ?? ''}`;
    const result = await inGatedTransaction(signedIn(ctx), hot, (tx) => reserveStock(tx, input));
    return { reservations: await allFound(ctx.loaders.reservations, all(result, 'reservation'), 'reservation') };
  }

  @Mutation(() => ReservationPayload, { description: "Gives a reservation's units back." })
  async releaseReservation(@Arg('input', () => ReservationInput) input: ReservationInput, @Ctx() ctx: Context) {
    const hot = await stockOfReservation(ctx.db, input.reservationId);
    const result = await inGatedTransaction(signedIn(ctx), hot, (tx) => releaseReservation(tx, input));
    return { reservation: await found(ctx.loaders.reservations, only(result, 'reservation'), 'reservation') };
  }

  @Mutation(() => ReservationPayload, { description: 'The whole of a reservation leaves as a SALE.' })
  async fulfilReservation(@Arg('input', () => ReservationInput) input: ReservationInput, @Ctx() ctx: Context) {
    const hot = await stockOfReservation(ctx.db, input.reservationId);
    const result = await inGatedTransaction(signedIn(ctx), hot, (tx) => fulfilReservation(tx, input));
    return { reservation: await found(ctx.loaders.reservations, only(result, 'reservation'), 'reservation') };
  }
}
