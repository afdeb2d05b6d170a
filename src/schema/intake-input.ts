import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { CogsMode, PaymentTerms } from './enums.ts';
import { DateTime, Decimal, Id, Json, LocalDate } from './scalars.ts';

const optional = { nullable: true } as const;

@InputType('IntakeInput', {
  description:
    'One delivery of one lot. The product: productId, else gtin or ndc of a known one, else brandName, productName, category and stockUnit of a new one.',
})
export class IntakeInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly locationId!: string;
  @Field(() => Id, optional)
  readonly productId?: string | null;
  @Field(() => String, { nullable: true, description: '8, 12, 13 or 14 digits with a right check digit.' })
  readonly gtin?: string | null;
  @Field(() => String, { nullable: true, description: '10 or 11 digits, with hyphens where 10.' })
  readonly ndc?: string | null;
  @Field(() => String, optional)
  readonly brandName?: string | null;
  @Field(() => String, optional)
  readonly productName?: string | null;
  @Field(() => String, optional)
  readonly genericName?: string | null;
  @Field(() => String, optional)
  readonly category?: string | null;
  @Field(() => String, optional)
  readonly subcategory?: string | null;
  @Field(() => String, { nullable: true, description: 'What stock counts: "vial", "box", "tablet".' })
  readonly stockUnit?: string | null;
  @Field(() => String, { nullable: true, description: 'Who delivered. Needed.' })
  readonly vendorName?: string | null;
  @Field(() => String, { nullable: true, description: 'At most 10 characters.' })
  readonly grade?: string | null;
  @Field(() => String, { nullable: true, description: 'From here or from the barcode. Needed.' })
  readonly manufacturerLotNumber?: string | null;
  @Field(() => String, optional)
  readonly serialNumber?: string | null;
  @Field(() => LocalDate, optional)
  readonly manufacturedOn?: string | null;
  @Field(() => LocalDate, { nullable: true, description: 'The last day on which the lot may be used.' })
  readonly expiresOn?: string | null;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => CogsMode)
  readonly cogsMode!: CogsMode;
  @Field(() => Decimal, { nullable: true, description: 'Cost of one stock unit; for FIXED.' })
  readonly unitCogs?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'For RANGE; below unitCogsMax.' })
  readonly unitCogsMin?: string | null;
  @Field(() => Decimal, optional)
  readonly unitCogsMax?: string | null;
  @Field(() => PaymentTerms)
  readonly paymentTerms!: PaymentTerms;
  @Field(() => Decimal, { nullable: true, description: 'A share: "0.21" is 21 %.' })
  readonly vatRate?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'Percent of the gross purchase price.' })
  readonly roiPercentage?: string | null;
  @Field(() => LocalDate, optional)
  readonly deliveredOn?: string | null;
  @Field(() => Int, optional)
  readonly shelfLifeDays?: number | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 72 hours ago. Now, where absent.' })
  readonly occurredAt?: Date | null;
  @Field(() => String, optional)
  readonly zone?: string | null;
  @Field(() => String, optional)
  readonly rack?: string | null;
  @Field(() => String, optional)
  readonly shelf?: string | null;
  @Field(() => String, optional)
  readonly bin?: string | null;
  @Field(() => Id, optional)
  readonly storageUnitId?: string | null;
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
  @Field(() => String, {
    nullable: true,
    description:
      'A GS1 element string as scanned, or as printed. It fills gtin, lot, expiry, serial and manufacturing date where they are not given.',
  })
  readonly barcode?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'False leaves the batch AWAITING_INTAKE, its units on hold.',
  })
  readonly goLive?: boolean | null;
}

@ObjectType('IntakePayload', { simpleResolvers: true })
export class IntakePayload {
  @Field(() => Stock)
  readonly stock!: Stock;
  @Field(() => InventoryLot)
  readonly lot!: InventoryLot;
  @Field(() => Product)
  readonly product!: Product;
  @Field(() => InventoryTransaction, { description: 'The INTAKE line of the ledger.' })
  readonly transaction!: InventoryTransaction;
}
