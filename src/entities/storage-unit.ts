import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'storage_unit' })
@ObjectType('StorageUnit', { simpleResolvers: true, description: 'A fridge, freezer or cabinet with limits.' })
export class StorageUnit {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => String, { description: 'Unique at its location.' })
  @Column('text')
  readonly name!: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false })
  readonly nameKey!: string;

  @Field(() => Decimal, { description: '°C, at the limit is inside.' })
  @Column('numeric')
  readonly minCelsius!: string;

  @Field(() => Decimal, { description: '°C, at the limit is inside.' })
  @Column('numeric')
  readonly maxCelsius!: string;

  @Field(() => Int, {
    description: 'How long it may be out of its limits without a break before that is an excursion.',
  })
  @Column('integer')
  readonly graceMinutes!: number;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
