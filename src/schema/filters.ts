/** What lists can be narrowed by. All conditions hold together; an absent or empty one narrows nothing. */
import { Field, InputType } from 'type-graphql';
import {
  AlertSeverity,
  AlertStatus,
  AlertType,
  DeaSchedule,
  LotStatus,
  RiskCategory,
  StockStatus,
  TransactionType,
} from './enums.ts';
import { DateTime, Id, LocalDate } from './scalars.ts';

@InputType('ProductFilter')
export class ProductFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Part of the name, generic name or brand; or a whole NDC or GTIN.',
  })
  readonly search?: string | null;

  @Field(() => String, { nullable: true })
  readonly category?: string | null;

  @Field(() => String, { nullable: true })
  readonly subcategory?: string | null;

  @Field(() => Id, { nullable: true })
  readonly brandId?: string | null;

  @Field(() => DeaSchedule, { nullable: true })
  readonly deaSchedule?: DeaSchedule | null;
}

@InputType('LotFilter')
export class LotFilter {
  @Field(() => Id, { nullable: true })
  readonly productId?: string | null;

  @Field(() => [LotStatus], { nullable: true })
  readonly status?: readonly LotStatus[] | null;

  @Field(() => String, { nullable: true, description: "The manufacturer's, whatever its case, spaces and hyphens." })
  readonly lotNumber?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Expires before this day.' })
  readonly expiresBefore?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Expires after this day; lots without expiry are left out.' })
  readonly expiresAfter?: string | null;
}

@InputType('StockFilter')
export class StockFilter {
  @Field(() => Id, { nullable: true })
  readonly productId?: string | null;

  @Field(() => Id, { nullable: true })
  readonly lotId?: string | null;

  @Field(() => Id, { nullable: true })
  readonly locationId?: string | null;

  @Field(() => [StockStatus], { nullable: true })
  readonly status?: readonly StockStatus[] | null;

  @Field(() => String, { nullable: true, description: "The product's." })
  readonly category?: string | null;

  @Field(() => LocalDate, { nullable: true, description: 'Expires before this day.' })
  readonly expiresBefore?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'LIVE, of a usable lot, with units that are free.' })
  readonly availableOnly?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Listed there now.' })
  readonly platform?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Part of the product's or brand's name, or the beginning of a batch code, SKU or lot number.",
  })
  readonly search?: string | null;
}

@InputType('TransactionFilter')
export class TransactionFilter {
  @Field(() => Id, { nullable: true })
  readonly stockId?: string | null;

  @Field(() => Id, { nullable: true })
  readonly lotId?: string | null;

  @Field(() => Id, { nullable: true })
  readonly productId?: string | null;

  @Field(() => Id, { nullable: true })
  readonly locationId?: string | null;

  @Field(() => [TransactionType], { nullable: true })
  readonly type?: readonly TransactionType[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Recorded then or later.' })
  readonly from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Recorded before.' })
  readonly to?: Date | null;

  @Field(() => Id, { nullable: true })
  readonly performedBy?: string | null;
}

@InputType('AlertFilter')
export class AlertFilter {
  @Field(() => [AlertType], { nullable: true })
  readonly type?: readonly AlertType[] | null;

  @Field(() => [AlertSeverity], { nullable: true })
  readonly severity?: readonly AlertSeverity[] | null;

  @Field(() => [AlertStatus], { nullable: true })
  readonly status?: readonly AlertStatus[] | null;

  @Field(() => Id, { nullable: true, description: 'Leaves those of the organisation as a whole out.' })
  readonly locationId?: string | null;
}

@InputType('DispensingEventFilter')
export class DispensingEventFilter {
  @Field(() => Id, { nullable: true })
  readonly pharmacyId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Dispensed then or later.' })
  readonly from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Dispensed before.' })
  readonly to?: Date | null;

  @Field(() => [RiskCategory], { nullable: true })
  readonly riskCategory?: readonly RiskCategory[] | null;

  @Field(() => Id, { nullable: true })
  readonly drugId?: string | null;

  @Field(() => Boolean, { nullable: true })
  readonly highRiskOnly?: boolean | null;
}
