import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'people', name: 'outside_pharmacy' })
@ObjectType('OutsidePharmacy', {
  simpleResolvers: true,
  description:
    'A pharmacy that dispenses in another system and sends its events here. Whoever works at its location sees them.',
})
export class OutsidePharmacy {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => String, { description: 'Short and unique, such as "CORNER"; events may name the pharmacy by it.' })
  @Column('text')
  readonly code!: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  @Column('text')
  readonly name!: string;

  @Field(() => String, { description: 'An IANA name such as "America/New_York"; it decides the day of an event.' })
  @Column('text')
  readonly timeZone!: string;

  @Field(() => Json, {
    nullable: true,
    description: 'How other systems call it: an object of strings, by any of which events may name it.',
  })
  @Column('jsonb', { nullable: true })
  readonly externalIds!: unknown;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
