import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'temperature_reading' })
@ObjectType('TemperatureReading', {
  simpleResolvers: true,
  description: 'A storage unit has one reading at an instant. Never changed.',
})
export class TemperatureReading {
  @Field(() => Id)
  @Column('uuid')
  readonly id!: string;

  @PrimaryColumn('uuid')
  readonly storageUnitId!: string;

  @Field(() => DateTime)
  @PrimaryColumn('timestamptz')
  readonly measuredAt!: Date;

  @Field(() => Decimal, { description: '°C, with at most 2 decimals.' })
  @Column('numeric')
  readonly celsius!: string;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly recordedAt!: Date;
}
