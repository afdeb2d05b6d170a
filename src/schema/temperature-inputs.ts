import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { TemperatureExcursion } from '../entities/temperature-excursion.ts';
import { DateTime, Decimal, Id } from './scalars.ts';

@InputType('TemperatureReadingInput', { description: 'What was measured in a storage unit at an instant.' })
export class TemperatureReadingInput {
  @Field(() => Id)
  readonly storageUnitId!: string;
  @Field(() => Decimal, { description: '°C, -273.15 to 200, with at most 2 decimals.' })
  readonly celsius!: string;
  @Field(() => DateTime, { description: 'From the year 2000 to now; as late as need be.' })
  readonly measuredAt!: Date;
}

@ObjectType('TemperaturePayload', { simpleResolvers: true })
export class TemperaturePayload {
  @Field(() => Int, { description: 'That are new.' })
  readonly accepted!: number;
  @Field(() => Int, { description: 'Of instants of which the unit has a reading; the first that was told stays.' })
  readonly duplicates!: number;
}

@InputType('AcknowledgeExcursionInput', { description: 'What a person says of an excursion, and decides on a batch.' })
export class AcknowledgeExcursionInput {
  @Field(() => Id)
  readonly excursionId!: string;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly comment!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description:
      'Of a batch: true says that it may be used, and ends the quarantine that the excursion has caused; false keeps it there.',
  })
  readonly release?: boolean | null;
}

@ObjectType('ExcursionPayload', { simpleResolvers: true })
export class ExcursionPayload {
  @Field(() => TemperatureExcursion)
  readonly excursion!: TemperatureExcursion;
}
