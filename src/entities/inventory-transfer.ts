import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { TransferStatus } from '../schema/enums.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_transfer' })
@ObjectType('InventoryTransfer', {
  simpleResolvers: true,
  description:
    'Units on their way from one location to another, from the request to the receipt. Both ends see the document.',
})
export class InventoryTransfer {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Such as "TRF-2027-000042".' })
  @Column('text')
  readonly code!: string;

  @Field(() => TransferStatus)
  @Column({ type: 'enum', enum: TransferStatus })
  readonly status!: TransferStatus;

  @Column('uuid')
  readonly fromLocationId!: string;

  @Column('uuid')
  readonly toLocationId!: string;

  @Field(() => String, { nullable: true, description: 'Why it was asked for.' })
  @Column('text', { nullable: true })
  readonly reason!: string | null;

  @Column('uuid', { name: 'requested_by' })
  readonly requestedById!: string;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly requestedAt!: Date;

  @Column('uuid', { name: 'approved_by', nullable: true })
  readonly approvedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly approvedAt!: Date | null;

  @Column('uuid', { name: 'shipped_by', nullable: true })
  readonly shippedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly shippedAt!: Date | null;

  @Column('uuid', { name: 'received_by', nullable: true })
  readonly receivedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly receivedAt!: Date | null;

  @Column('uuid', { name: 'ended_by', nullable: true })
  readonly endedById!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was rejected or cancelled.' })
  @Column('timestamptz', { nullable: true })
  readonly endedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it was rejected or cancelled.' })
  @Column('text', { nullable: true })
  readonly endReason!: string | null;

  @Field(() => Boolean, { description: 'Something of it was damaged or lost.' })
  @Column('boolean')
  readonly hasDiscrepancy!: boolean;
}
