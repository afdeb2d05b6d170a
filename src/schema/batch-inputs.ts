import { Field, InputType, Int } from 'type-graphql';
import { CogsMode, PaymentTerms } from './enums.ts';
import { Decimal, Id, Json, LocalDate } from './scalars.ts';

const optional = { nullable: true } as const;

@InputType('MoveStockInput', {
  description: 'To another place or storage unit of the same location. What is not named stays, null empties it.',
})
export class MoveStockInput {
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => Id, optional)
  readonly storageUnitId?: string | null;
  @Field(() => String, optional)
  readonly zone?: string | null;
  @Field(() => String, optional)
  readonly rack?: string | null;
  @Field(() => String, optional)
  readonly shelf?: string | null;
  @Field(() => String, optional)
  readonly bin?: string | null;
}

@InputType('UpdateStockInput', {
  description:
    'Corrections of a batch besides its quantities. What is not named stays, null empties it. Costs are locked once units have left.',
})
export class UpdateStockInput {
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'The version that you have seen; refused where somebody was faster.',
  })
  readonly expectedVersion?: number | null;
  @Field(() => String, { nullable: true, description: 'At most 10 characters.' })
  readonly grade?: string | null;
  @Field(() => CogsMode, optional)
  readonly cogsMode?: CogsMode | null;
  @Field(() => Decimal, { nullable: true, description: 'For FIXED.' })
  readonly unitCogs?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'For RANGE; below unitCogsMax.' })
  readonly unitCogsMin?: string | null;
  @Field(() => Decimal, optional)
  readonly unitCogsMax?: string | null;
  @Field(() => PaymentTerms, optional)
  readonly paymentTerms?: PaymentTerms | null;
  @Field(() => Decimal, { nullable: true, description: 'A share: "0.21" is 21 %.' })
  readonly vatRate?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'Percent of the gross purchase price.' })
  readonly roiPercentage?: string | null;
  @Field(() => Int, optional)
  readonly shelfLifeDays?: number | null;
  @Field(() => LocalDate, optional)
  readonly deliveredOn?: string | null;
  @Field(() => Json, {
    nullable: true,
    description:
      'testResults {thc, cbd, terpenes: 0 to 100}, harvestCode, coaUrl, notes, customFields; other keys are refused.',
  })
  readonly metadata?: unknown;
  @Field(() => Json, { nullable: true, description: 'Ids of other systems, by their names.' })
  readonly externalIds?: unknown;
  @Field(() => String, optional)
  readonly notes?: string | null;
}

@InputType('ListOnPlatformInput', {
  description: 'Offers a batch on a sales platform; one open listing a platform.',
})
export class ListOnPlatformInput {
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => String, { description: '1 to 100 characters; in whatever letters, it is the same platform.' })
  readonly platform!: string;
  @Field(() => Decimal, { nullable: true, description: 'Of one stock unit.' })
  readonly price?: string | null;
  @Field(() => String, { nullable: true, description: 'Begins with https:// or http://.' })
  readonly url?: string | null;
}

@InputType('DelistInput', {
  description: 'Ends the open listing on a platform; it stays on record.',
})
export class DelistInput {
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => String)
  readonly platform!: string;
}
