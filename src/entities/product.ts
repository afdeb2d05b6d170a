import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AwareClass, DeaSchedule } from '../schema/enums.ts';
import { Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'catalogue', name: 'product' })
@ObjectType('Product', {
  simpleResolvers: true,
  description: 'What can be bought and used: a drug, a device, a consumable.',
})
export class Product {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: '1 to 500 characters.' })
  @Column('text')
  readonly name!: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false })
  readonly nameKey!: string;

  @Column('uuid', { nullable: true })
  readonly brandId!: string | null;

  @Field(() => String)
  @Column('text')
  readonly category!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly subcategory!: string | null;

  @Field(() => String, { nullable: true, description: 'The non-proprietary name.' })
  @Column('text', { nullable: true })
  readonly genericName!: string | null;

  @Field(() => String, { nullable: true, description: 'National Drug Code, as the directory writes it.' })
  @Column('text', { nullable: true })
  readonly ndc!: string | null;

  @Field(() => String, { nullable: true, description: '14 digits; what a GS1 barcode says under (01).' })
  @Column('text', { nullable: true })
  readonly gtin!: string | null;

  @Field(() => String, { nullable: true, description: 'Such as "injection, solution".' })
  @Column('text', { nullable: true })
  readonly form!: string | null;

  @Field(() => String, { nullable: true, description: 'As the label says, such as "100 mg/mL".' })
  @Column('text', { nullable: true })
  readonly strength!: string | null;

  @Field(() => Boolean)
  @Column('boolean')
  readonly isInjection!: boolean;

  @Field(() => String, { description: 'What stock counts: "vial", "box", "tablet".' })
  @Column('text')
  readonly stockUnit!: string;

  @Field(() => String, { nullable: true, description: 'What an open vial counts: "unit", "mL".' })
  @Column('text', { nullable: true })
  readonly doseUnit!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'In doseUnit: 100 for a 100-unit vial.' })
  @Column('numeric', { nullable: true })
  readonly dosesPerStockUnit!: string | null;

  @Field(() => Boolean)
  @Column('boolean')
  readonly isPrescription!: boolean;

  @Field(() => DeaSchedule, { nullable: true, description: 'Null: not a controlled drug.' })
  @Column({ type: 'enum', enum: DeaSchedule, nullable: true })
  readonly deaSchedule!: DeaSchedule | null;

  @Field(() => Boolean)
  @Column('boolean')
  readonly isAntibiotic!: boolean;

  @Field(() => AwareClass, { nullable: true })
  @Column({ type: 'enum', enum: AwareClass, nullable: true })
  readonly awareClass!: AwareClass | null;

  @Field(() => Boolean)
  @Column('boolean')
  readonly pregnancyRisk!: boolean;

  @Field(() => Boolean, { description: 'Opening a vial needs a diluent and its mL.' })
  @Column('boolean')
  readonly requiresReconstitution!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: "What the manufacturer's label allows after opening or reconstitution.",
  })
  @Column('integer', { nullable: true })
  readonly labelStabilityHours!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'What this organisation allows; longer than the label needs an authoriser.',
  })
  @Column('integer', { nullable: true })
  readonly policyStabilityHours!: number | null;

  @Field(() => Boolean, { description: 'The label says one patient, one session.' })
  @Column('boolean')
  readonly singlePatientVial!: boolean;

  @Field(() => Decimal, { nullable: true, description: '°C, at the limit is inside.' })
  @Column('numeric', { nullable: true })
  readonly storageMinCelsius!: string | null;

  @Field(() => Decimal, { nullable: true, description: '°C, at the limit is inside.' })
  @Column('numeric', { nullable: true })
  readonly storageMaxCelsius!: string | null;

  @Field(() => Int, { nullable: true, description: 'Minutes out of range that a batch tolerates in 7 days.' })
  @Column('integer', { nullable: true })
  readonly excursionBudgetMinutes!: number | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'In stock units: at this many available or fewer, a location is low.',
  })
  @Column('numeric', { nullable: true })
  readonly reorderPoint!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'In stock units.' })
  @Column('numeric', { nullable: true })
  readonly reorderQuantity!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Sale price of one stock unit.' })
  @Column('numeric', { nullable: true })
  readonly unitPrice!: string | null;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz')
  readonly updatedAt!: Date;
}
