import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'dispense_record' })
@ObjectType('DispenseRecord', {
  simpleResolvers: true,
  description:
    'One product given to one patient, or over the counter, from one or more batches. A reversal is a record of its own.',
})
export class DispenseRecord {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly encounterId!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid', { nullable: true })
  readonly patientId!: string | null;

  @Column('uuid', { nullable: true })
  readonly providerId!: string | null;

  @Column('uuid', { name: 'performed_by' })
  readonly performedById!: string;

  @Field(() => Decimal, { description: 'In stock units, above 0.' })
  @Column('numeric')
  readonly quantity!: string;

  @Field(() => Decimal, { nullable: true, description: 'Sale price of one stock unit, as it was then.' })
  @Column('numeric', { nullable: true })
  readonly unitPrice!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly dispensedAt!: Date;

  @Column('timestamptz')
  readonly recordedAt!: Date;

  @Column('uuid')
  readonly eventId!: string;

  @Column('timestamptz')
  readonly eventTimestamp!: Date;

  @Field(() => Id, { nullable: true, description: 'The record that this one takes back.' })
  @Column('uuid', { nullable: true })
  readonly reverses!: string | null;

  @Column('text', { nullable: true })
  readonly reason!: string | null;
}
