import { Field, InputType, ObjectType } from 'type-graphql';
import { StockReservation } from '../entities/stock-reservation.ts';
import { DateTime, Decimal, Id } from './scalars.ts';

const optional = { nullable: true } as const;

@InputType('ReserveInput', {
  description:
    'Either stockId, or productId and locationId: then first expiry first out, over several batches where need be.',
})
export class ReserveInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id, optional)
  readonly stockId?: string | null;
  @Field(() => Id, optional)
  readonly productId?: string | null;
  @Field(() => Id, optional)
  readonly locationId?: string | null;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => DateTime, {
    description: 'In the future, at most 30 days ahead. Lots that expire before that day are passed over.',
  })
  readonly reservedUntil!: Date;
  @Field(() => String, optional)
  readonly reason?: string | null;
  @Field(() => String, optional)
  readonly referenceType?: string | null;
  @Field(() => Id, optional)
  readonly referenceId?: string | null;
}

@InputType('ReservationInput', {
  description: 'One reservation, as a whole.',
})
export class ReservationInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly reservationId!: string;
  @Field(() => String, optional)
  readonly reason?: string | null;
}

@ObjectType('ReservePayload', { simpleResolvers: true })
export class ReservePayload {
  @Field(() => [StockReservation], { description: 'One a batch.' })
  readonly reservations!: readonly StockReservation[];
}

@ObjectType('ReservationPayload', { simpleResolvers: true })
export class ReservationPayload {
  @Field(() => StockReservation)
  readonly reservation!: StockReservation;
}
