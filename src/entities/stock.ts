import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CogsMode, PaymentTerms, StockStatus } from '../schema/enums.ts';
import { PlatformListing } from '../schema/platform-listing.ts';
import { StatusChange } from '../schema/status-change.ts';
import { DateTime, Decimal, Id, Json, LocalDate } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'stock' })
@ObjectType('Stock', {
  simpleResolvers: true,
  description:
    "One intake batch of a lot at one location: quantities, money, lifecycle and listings in one row. Quantities are in the product's stockUnit, 4 decimals; money 4 decimals.",
})
export class Stock {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Such as "BCH-LOT-20270331-001-000042"; unique at its location.' })
  @Column('text')
  readonly batchCode!: string;

  @Field(() => String, { description: 'Such as "SKU-BRAND-PRODUCT-20270331-000042"; unique at its location.' })
  @Column('text')
  readonly sku!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid')
  readonly lotId!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Column('uuid', { nullable: true })
  readonly vendorId!: string | null;

  @Column('uuid', { nullable: true })
  readonly storageUnitId!: string | null;

  /** That holds it back until a person has decided. */
  @Column('uuid', { nullable: true })
  readonly excursionId!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly zone!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly rack!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly shelf!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly bin!: string | null;

  @Field(() => StockStatus)
  @Column({ type: 'enum', enum: StockStatus })
  readonly status!: StockStatus;

  @Field(() => String, { nullable: true, description: 'The status in your own words.' })
  @Column('text', { nullable: true })
  readonly detailedStatus!: string | null;

  @Field(() => String, { nullable: true, description: 'At most 10 characters.' })
  @Column('text', { nullable: true })
  readonly grade!: string | null;

  @Field(() => Decimal, { description: 'On the shelf, with what is reserved, in quarantine or on hold.' })
  @Column('numeric', { name: 'on_hand_quantity' })
  readonly onHand!: string;

  @Field(() => Decimal, { description: 'Sum of the active reservations.' })
  @Column('numeric', { name: 'reserved_quantity' })
  readonly reserved!: string;

  @Field(() => Decimal)
  @Column('numeric', { name: 'quarantine_quantity' })
  readonly quarantine!: string;

  @Field(() => Decimal)
  @Column('numeric', { name: 'hold_quantity' })
  readonly hold!: string;

  @Field(() => Decimal, { description: 'Has left onHand.' })
  @Column('numeric', { name: 'defective_quantity' })
  readonly defective!: string;

  @Field(() => Decimal, { description: 'Has left onHand.' })
  @Column('numeric', { name: 'sample_quantity' })
  readonly sample!: string;

  @Field(() => Decimal, { description: 'onHand − reserved − quarantine − hold, never below 0.' })
  @Column({ type: 'numeric', name: 'available_quantity', nullable: true, insert: false, update: false })
  readonly available!: string;

  @Field(() => CogsMode)
  @Column({ type: 'enum', enum: CogsMode })
  readonly cogsMode!: CogsMode;

  @Field(() => Decimal, { nullable: true, description: 'Cost of one stock unit; given with FIXED.' })
  @Column('numeric', { nullable: true })
  readonly unitCogs!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Given with RANGE.' })
  @Column('numeric', { nullable: true })
  readonly unitCogsMin!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Given with RANGE; the unit cost is the mean of both, an estimate.',
  })
  @Column('numeric', { nullable: true })
  readonly unitCogsMax!: string | null;

  @Column({ type: 'numeric', nullable: true, insert: false, update: false })
  readonly unitCost!: string;

  @Field(() => PaymentTerms, { nullable: true })
  @Column({ type: 'enum', enum: PaymentTerms, nullable: true })
  readonly paymentTerms!: PaymentTerms | null;

  @Field(() => Decimal, { nullable: true, description: 'Unit cost × quantity taken in, without VAT.' })
  @Column('numeric', { nullable: true })
  readonly purchasePrice!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'purchasePrice × (1 + vatRate).' })
  @Column('numeric', { nullable: true })
  readonly grossPurchasePrice!: string | null;

  @Field(() => Decimal, { nullable: true, description: '0 to 1.' })
  @Column('numeric', { nullable: true })
  readonly vatRate!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'grossPurchasePrice − purchasePrice.' })
  @Column('numeric', { nullable: true })
  readonly vatAmount!: string | null;

  @Field(() => LocalDate, { nullable: true })
  @Column('date', { nullable: true })
  readonly deliveredOn!: string | null;

  @Field(() => Int, { nullable: true })
  @Column('integer', { nullable: true })
  readonly shelfLifeDays!: number | null;

  @Field(() => Decimal, { nullable: true, description: 'Expected return in percent of the gross purchase price.' })
  @Column('numeric', { nullable: true })
  readonly roiPercentage!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Expected profit / shelfLifeDays.' })
  @Column('numeric', { nullable: true })
  readonly profitPerShelfDay!: string | null;

  @Field(() => [PlatformListing], { description: 'Where the batch is or was offered.' })
  @Column('jsonb')
  readonly listedOnPlatforms!: readonly PlatformListing[];

  @Field(() => [StatusChange], { description: 'Oldest first.' })
  @Column('jsonb')
  readonly statusHistory!: readonly StatusChange[];

  @Field(() => Json, { nullable: true, description: 'Test results, harvest code, certificate and custom fields.' })
  @Column('jsonb', { nullable: true })
  readonly metadata!: unknown;

  @Field(() => Json, { nullable: true, description: 'How other systems call it: an object of strings.' })
  @Column('jsonb', { nullable: true })
  readonly externalIds!: unknown;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly notes!: string | null;

  @Column('boolean')
  readonly lotRecalled!: boolean;

  @Column('boolean')
  readonly lotQuarantined!: boolean;

  @Column('date', { nullable: true })
  readonly lotExpiresOn!: string | null;

  @Column('bigint')
  readonly ledgerSeq!: string;

  @Field(() => Int, {
    description: '+1 with each change; send it as expectedVersion to be refused where somebody was faster.',
  })
  @Column('integer')
  readonly version!: number;

  @Column('timestamptz')
  readonly receivedAt!: Date;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly updatedAt!: Date;
}
