import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { LocationKind } from '../schema/enums.ts';
import { Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'people', name: 'location' })
@ObjectType('Location', {
  simpleResolvers: true,
  description: 'A clinic, pharmacy or warehouse. Its time zone decides which day it is for the stock it holds.',
})
export class Location {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Short and unique, such as "MAIN".' })
  @Column('text')
  readonly code!: string;

  @Field(() => String, { description: '1 to 100 characters.' })
  @Column('text')
  readonly name!: string;

  @Field(() => LocationKind)
  @Column({ type: 'enum', enum: LocationKind })
  readonly kind!: LocationKind;

  @Field(() => String, { description: 'An IANA name such as "America/New_York".' })
  @Column('text')
  readonly timeZone!: string;

  @Field(() => Json, { nullable: true, description: 'How other systems call it: an object of strings.' })
  @Column('jsonb', { nullable: true })
  readonly externalIds!: unknown;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
