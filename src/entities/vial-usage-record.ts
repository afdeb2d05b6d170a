import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'vial_usage_record' })
@ObjectType('VialUsageRecord', {
  simpleResolvers: true,
  description: 'Doses drawn from an opened vial for one patient. One that takes another back has its figures below 0.',
})
export class VialUsageRecord {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly sessionId!: string;

  @Column('uuid')
  readonly patientId!: string;

  @Column('uuid')
  readonly providerId!: string;

  @Column('uuid', { name: 'performed_by' })
  readonly performedById!: string;

  @Field(() => Decimal, { description: 'In dose units.' })
  @Column('numeric')
  readonly doses!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly treatment!: string | null;

  @Field(() => String, { nullable: true, description: 'Where on the body.' })
  @Column('text', { nullable: true })
  readonly site!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'What the patient pays.' })
  @Column('numeric', { nullable: true })
  readonly charge!: string | null;

  @Column('uuid', { name: 'authorised_by', nullable: true })
  readonly authorisedById!: string | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly usedAt!: Date;

  @Column('timestamptz')
  readonly recordedAt!: Date;

  @Column('uuid')
  readonly eventId!: string;

  @Column('timestamptz')
  readonly eventTimestamp!: Date;

  @Field(() => Id, { nullable: true, description: 'The use that this record takes back.' })
  @Column('uuid', { nullable: true })
  readonly reverses!: string | null;

  @Column('text', { nullable: true })
  readonly reason!: string | null;
}
