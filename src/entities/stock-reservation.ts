import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ReservationStatus } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'stock_reservation' })
@ObjectType('StockReservation', {
  simpleResolvers: true,
  description: 'Units of one batch held for somebody; they stay in onHand.',
})
export class StockReservation {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly stockId!: string;

  @Field(() => Decimal, { description: 'In stock units, above 0.' })
  @Column('numeric')
  readonly quantity!: string;

  @Field(() => ReservationStatus)
  @Column({ type: 'enum', enum: ReservationStatus })
  readonly status!: ReservationStatus;

  @Field(() => DateTime, {
    description:
      'Past it, the reservation cannot be fulfilled any more. In the year 9999: held by a transfer, without a limit.',
  })
  @Column('timestamptz')
  readonly reservedUntil!: Date;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly reason!: string | null;

  @Column('uuid', { name: 'reserved_by' })
  readonly reservedById!: string;

  @Field(() => String, { nullable: true, description: 'What kind of thing referenceId names, such as "order".' })
  @Column('text', { nullable: true })
  readonly referenceType!: string | null;

  @Field(() => Id, { nullable: true })
  @Column('text', { nullable: true })
  readonly referenceId!: string | null;

  @Column('uuid', { nullable: true })
  readonly transferId!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  readonly closedAt!: Date | null;
}
