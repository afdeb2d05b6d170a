import { Field, Int, ObjectType } from 'type-graphql';
import { WasteReason } from './enums.ts';
import { DateTime, Decimal } from './scalars.ts';

@ObjectType('ExpiryBucket', {
  simpleResolvers: true,
  description:
    'Lots with units on hand by days to their last day. A lot at several locations counts once, by the one where that day is nearest.',
})
export class ExpiryBucket {
  @Field(() => Int, {
    nullable: true,
    description: '0: past. 7, 30, 60, 90, 180, 365: up to so many days. Null: later, or no expiry.',
  })
  readonly withinDays!: number | null;

  @Field(() => Int)
  readonly lots!: number;

  @Field(() => Decimal, { description: 'Units on hand × unit cost, by the last day at their own location.' })
  readonly value!: string;
}

@ObjectType('WasteShare', { simpleResolvers: true, description: 'What was thrown away for one reason.' })
export class WasteShare {
  @Field(() => WasteReason)
  readonly reason!: WasteReason;

  @Field(() => Decimal, { description: 'In stock units; doses of an opened vial as their share of it.' })
  readonly quantity!: string;

  @Field(() => Decimal)
  readonly cost!: string;
}

@ObjectType('InventoryOverview', {
  simpleResolvers: true,
  description: "Figures over the caller's locations, or one of them. Days are those of each location.",
})
export class InventoryOverview {
  @Field(() => Int, { description: 'Batches that are neither SOLD_OUT nor CLOSED.' })
  readonly stockRows!: number;

  @Field(() => Int, { description: 'Lots of which there are units.' })
  readonly lots!: number;

  @Field(() => Decimal, { description: 'Gross purchase prices of batches that are neither SOLD_OUT nor CLOSED.' })
  readonly totalCost!: string;

  @Field(() => Decimal, { description: 'Available units × unit cost, of LIVE batches of usable lots.' })
  readonly availableValue!: string;

  @Field(() => Decimal, { description: 'Gross purchase price × ROI of batches that are neither SOLD_OUT nor CLOSED.' })
  readonly expectedProfit!: string;

  @Field(() => Int, { description: 'Lots with units on hand whose last day is today or within 30 days.' })
  readonly expiringWithin30Days!: number;

  @Field(() => Int, { description: 'Lots with units on hand whose last day is over.' })
  readonly expiredLots!: number;

  @Field(() => Int, { description: 'Lots in quarantine of which there are units.' })
  readonly quarantinedLots!: number;

  @Field(() => Int, {
    description: 'Products of which a location that holds or held them has no more than the reorder point available.',
  })
  readonly lowStockProducts!: number;

  @Field(() => Int, { description: 'Vials that are open now.' })
  readonly openVials!: number;

  @Field(() => Int, { description: 'Alerts of these locations that are not resolved.' })
  readonly openAlerts!: number;

  @Field(() => Decimal, {
    description: 'Of all that was thrown away in the last 30 days: batches, and doses of opened vials.',
  })
  readonly wasteCostLast30Days!: string;

  @Field(() => Decimal, {
    description:
      'Of vials opened in the last 30 days: what was charged, less the cost of what was drawn and thrown away so far.',
  })
  readonly vialMarginLast30Days!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When these were computed: just now, or of a large inventory within the last 30 seconds. Open alerts and open vials are those of now.',
  })
  readonly lastCalculatedAt!: Date | null;

  @Field(() => [ExpiryBucket])
  readonly expiring!: readonly ExpiryBucket[];

  @Field(() => [WasteShare], { description: 'Of the last 30 days, the costliest first.' })
  readonly wasteByReason!: readonly WasteShare[];
}
