import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ExcursionKind } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'temperature_excursion' })
@ObjectType('TemperatureExcursion', {
  simpleResolvers: true,
  description: 'A storage unit, or a batch, was out of the limits for longer than is allowed.',
})
export class TemperatureExcursion {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => ExcursionKind)
  @Column({ type: 'enum', enum: ExcursionKind })
  readonly kind!: ExcursionKind;

  @Column('uuid')
  readonly storageUnitId!: string;

  @Column('uuid', { nullable: true })
  readonly stockId!: string | null;

  @Field(() => DateTime, { description: 'Of a batch: when the first of the minutes counted began.' })
  @Column('timestamptz')
  readonly startedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null while it lasts.' })
  @Column('timestamptz', { nullable: true })
  readonly endedAt!: Date | null;

  @Field(() => Decimal, { description: 'The lowest temperature that was measured, °C.' })
  @Column('numeric')
  readonly minCelsius!: string;

  @Field(() => Decimal, { description: 'The highest temperature that was measured, °C.' })
  @Column('numeric')
  readonly maxCelsius!: string;

  @Field(() => Int, { description: 'As far as readings prove; of a batch the most within 7 days.' })
  @Column('integer')
  readonly minutesOut!: number;

  @Field(() => Decimal, { description: 'The lower limit that was in force when it began, °C.' })
  @Column('numeric')
  readonly limitMinCelsius!: string;

  @Field(() => Decimal, { description: 'The upper limit that was in force when it began, °C.' })
  @Column('numeric')
  readonly limitMaxCelsius!: string;

  @Field(() => Int, { description: 'That was in force when it began.' })
  @Column('integer')
  readonly graceMinutes!: number;

  @Field(() => Int, { nullable: true, description: 'Of a batch: the minutes within 7 days that its product bears.' })
  @Column('integer', { nullable: true })
  readonly budgetMinutes!: number | null;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly foundAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When readings that came late have shown that it was none, or is part of another.',
  })
  @Column('timestamptz', { nullable: true })
  readonly supersededAt!: Date | null;

  @Column('uuid', { name: 'acknowledged_by', nullable: true })
  readonly acknowledgedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly acknowledgedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What the person says who has acknowledged it.' })
  @Column('text', { nullable: true })
  readonly comment!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Of a batch: when a person has said that it may be used.' })
  @Column('timestamptz', { nullable: true })
  readonly releasedAt!: Date | null;
}
