import { Field, ObjectType } from 'type-graphql';
import { FefoSkipReason } from './enums.ts';
import { Decimal } from './scalars.ts';

@ObjectType('FefoAllocation', { simpleResolvers: true, description: 'What would be taken from one batch.' })
export class FefoAllocation {
  readonly stockId!: string;
  readonly lotId!: string;

  @Field(() => Decimal, { description: 'In stock units.' })
  readonly quantity!: string;

  @Field(() => Boolean, { description: "Within the widest expiry horizon of the organisation's settings." })
  readonly expiresSoon!: boolean;
}

@ObjectType('FefoSkip', { simpleResolvers: true, description: 'A batch that is passed over, and why.' })
export class FefoSkip {
  readonly stockId!: string;
  readonly lotId!: string;

  @Field(() => Decimal, { description: 'What of it is on hand, in stock units.' })
  readonly quantity!: string;

  @Field(() => FefoSkipReason)
  readonly reason!: FefoSkipReason;
}

@ObjectType('FefoPlan', {
  simpleResolvers: true,
  description:
    'What first-expiry-first-out would take, in its order, and for every batch with units that it would not take, why. A plan reserves nothing.',
})
export class FefoPlan {
  @Field(() => [FefoAllocation])
  readonly allocations!: readonly FefoAllocation[];

  @Field(() => [FefoSkip])
  readonly skipped!: readonly FefoSkip[];

  @Field(() => Decimal, { description: '"0" where the demand is met.' })
  readonly shortBy!: string;
}
