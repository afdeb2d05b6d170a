import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id, Json, LocalDate } from '../schema/scalars.ts';

@Entity({ schema: 'people', name: 'patient' })
@ObjectType('Patient', {
  simpleResolvers: true,
  description:
    'Belongs to the organisation, not to a location. All but id and ageGroup is for ADMIN, MANAGER, PHARMACIST and PROVIDER, and each read is recorded.',
})
export class Patient {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly firstName!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly lastName!: string | null;

  @Field(() => LocalDate, { nullable: true })
  @Column('date', { nullable: true })
  readonly birthDate!: string | null;

  @Field(() => String, { nullable: true, description: 'As recorded, at most 20 characters.' })
  @Column('text', { nullable: true })
  readonly sex!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly email!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly phone!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly address!: string | null;

  @Field(() => Json, { nullable: true })
  @Column('jsonb', { nullable: true })
  readonly insuranceInfo!: unknown;

  @Field(() => Json, { nullable: true, description: 'How other systems call the patient: an object of strings.' })
  @Column('jsonb', { nullable: true })
  readonly externalIds!: unknown;

  @Column('uuid', { name: 'merged_into', nullable: true })
  readonly mergedIntoId!: string | null;

  // For the key by which the database keeps merges flat.
  @Column('boolean', { select: false })
  readonly isKept?: boolean;

  @Column('boolean', { nullable: true, select: false })
  readonly intoKept?: boolean | null;

  @Column('text', { nullable: true })
  readonly legacyId!: string | null;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
