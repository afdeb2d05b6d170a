import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal, Id } from './scalars.ts';

@ObjectType('StockMetrics', {
  simpleResolvers: true,
  description:
    'Figures of a batch, calculated every hour, soon after changes and on demand; lastCalculatedAt tells how fresh they are. Days are those of its location.',
})
export class StockMetrics {
  @Field(() => Id)
  readonly stockId!: string;

  @Field(() => Decimal, { description: 'On the shelf, with what is reserved, in quarantine or on hold.' })
  readonly totalQuantity!: string;

  @Field(() => Decimal)
  readonly availableQuantity!: string;

  @Field(() => Decimal)
  readonly reservedQuantity!: string;

  @Field(() => Decimal, { nullable: true, description: 'The gross purchase price.' })
  readonly totalCost!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'totalCost × ROI; null without ROI.' })
  readonly expectedProfit!: string | null;

  @Field(() => Int, { nullable: true, description: 'Since it was delivered, or else received.' })
  readonly daysOnShelf!: number | null;

  @Field(() => Int, { nullable: true, description: '0 on the last day, below 0 after it; null without one.' })
  readonly daysToExpiry!: number | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'expectedProfit / daysOnShelf, of which there is at least one.',
  })
  readonly profitPerShelfDay!: string | null;

  @Field(() => DateTime, { description: 'The figures are those of this instant, or of a later one.' })
  readonly lastCalculatedAt!: Date;
}
