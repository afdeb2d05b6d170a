import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Product } from '../entities/product.ts';
import { AwareClass, DeaSchedule } from './enums.ts';
import { Decimal } from './scalars.ts';

const optional = { nullable: true } as const;
const optionally = (description: string) => ({ nullable: true, description }) as const;

@InputType('ProductInput', {
  description: 'When a product is changed, an absent field keeps its value and null clears it (a yes or no: no).',
})
export class ProductInput {
  @Field(() => String, { description: '1 to 500 characters.' })
  readonly name!: string;
  @Field(() => String, optionally('Found or made by name, whatever its case and spacing.'))
  readonly brandName?: string | null;
  @Field(() => String, optionally('Whose brand it is; needs a brand.'))
  readonly vendorName?: string | null;
  @Field(() => String, { description: '1 to 100 characters.' })
  readonly category!: string;
  @Field(() => String, optional)
  readonly subcategory?: string | null;
  @Field(() => String, optional)
  readonly genericName?: string | null;
  @Field(() => String, optionally('4-4-2, 5-3-2, 5-4-1 or 5-4-2 with hyphens, or 11 digits; kept as 5-4-2.'))
  readonly ndc?: string | null;
  @Field(() => String, optionally('8, 12, 13 or 14 digits with the right check digit; kept as 14.'))
  readonly gtin?: string | null;
  @Field(() => String, optional)
  readonly form?: string | null;
  @Field(() => String, optional)
  readonly strength?: string | null;
  @Field(() => Boolean, optional)
  readonly isInjection?: boolean | null;
  @Field(() => String, { description: 'What stock counts: "vial", "box"; fixed once stock exists.' })
  readonly stockUnit!: string;
  @Field(() => String, optionally('What an open vial counts: "unit", "mL".'))
  readonly doseUnit?: string | null;
  @Field(() => Decimal, optionally('Above 0; fixed once it is told and stock exists.'))
  readonly dosesPerStockUnit?: string | null;
  @Field(() => Boolean, optional)
  readonly isPrescription?: boolean | null;
  @Field(() => DeaSchedule, optional)
  readonly deaSchedule?: DeaSchedule | null;
  @Field(() => Boolean, optional)
  readonly isAntibiotic?: boolean | null;
  @Field(() => AwareClass, optionally('Of antibiotics only.'))
  readonly awareClass?: AwareClass | null;
  @Field(() => Boolean, optional)
  readonly pregnancyRisk?: boolean | null;
  @Field(() => Boolean, optional)
  readonly requiresReconstitution?: boolean | null;
  @Field(() => Int, optionally('Above 0.'))
  readonly labelStabilityHours?: number | null;
  @Field(() => Int, optionally('Above 0.'))
  readonly policyStabilityHours?: number | null;
  @Field(() => Boolean, optional)
  readonly singlePatientVial?: boolean | null;
  @Field(() => Decimal, optionally('°C, at most 2 decimals.'))
  readonly storageMinCelsius?: string | null;
  @Field(() => Decimal, optionally('°C, at most 2 decimals.'))
  readonly storageMaxCelsius?: string | null;
  @Field(() => Int, optional)
  readonly excursionBudgetMinutes?: number | null;
  @Field(() => Decimal, optional)
  readonly reorderPoint?: string | null;
  @Field(() => Decimal, optional)
  readonly reorderQuantity?: string | null;
  @Field(() => Decimal, optionally('Sale price of one stock unit.'))
  readonly unitPrice?: string | null;
}

@ObjectType('ProductPayload', { simpleResolvers: true })
export class ProductPayload {
  @Field(() => Product)
  readonly product!: Product;
}
