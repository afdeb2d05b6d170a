import { Field, ObjectType } from 'type-graphql';
import { Decimal } from './scalars.ts';

@ObjectType('Availability', {
  simpleResolvers: true,
  description:
    "Sums over the batches at the caller's locations, in stock units. available counts only LIVE batches of lots that are usable at their location today.",
})
export class Availability {
  @Field(() => Decimal)
  readonly onHand!: string;

  @Field(() => Decimal)
  readonly reserved!: string;

  @Field(() => Decimal)
  readonly quarantine!: string;

  @Field(() => Decimal)
  readonly hold!: string;

  @Field(() => Decimal)
  readonly defective!: string;

  @Field(() => Decimal)
  readonly sample!: string;

  @Field(() => Decimal)
  readonly available!: string;
}
