import { Field, InputType, ObjectType } from 'type-graphql';
import { InventoryCount } from '../entities/inventory-count.ts';
import { Decimal, Id } from './scalars.ts';
import { WitnessInput } from './witness-input.ts';

const optional = { nullable: true } as const;

@InputType('StartCountInput', { description: 'All that a location holds, or a category or zone of it.' })
export class StartCountInput {
  @Field(() => Id)
  readonly locationId!: string;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Keeps what the system expects from those who may count, until the count is submitted.',
  })
  readonly blind?: boolean | null;
  @Field(() => String, optional)
  readonly category?: string | null;
  @Field(() => String, optional)
  readonly zone?: string | null;
}

@InputType('CountLineInput', { description: 'What was found of one batch.' })
export class CountLineInput {
  @Field(() => Id)
  readonly lineId!: string;
  @Field(() => Decimal, {
    description: 'All units on the shelf, reserved, held and quarantined ones too; 0 or more, at most 4 decimals.',
  })
  readonly counted!: string;
}

@InputType('RecordCountInput', {
  description:
    'Some lines of a count, 1 to 500. The same figure told again by the same person changes nothing, unless it is out of date; another one takes its place.',
})
export class RecordCountInput {
  @Field(() => Id)
  readonly countId!: string;
  @Field(() => [CountLineInput])
  readonly lines!: CountLineInput[];
}

@InputType('CountActionInput', { description: 'A step of a count.' })
export class CountActionInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly countId!: string;
  @Field(() => String, { nullable: true, description: 'At most 1000 characters.' })
  readonly reason?: string | null;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'For approveCount only: needed where less of a controlled drug was found.',
  })
  readonly witness?: WitnessInput | null;
}

@ObjectType('CountPayload', { simpleResolvers: true })
export class CountPayload {
  @Field(() => InventoryCount)
  readonly count!: InventoryCount;
}
