import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AwareClass, DeaSchedule, PatientAgeGroup, RiskCategory } from '../schema/enums.ts';
import { RiskFlag } from '../schema/risk-flag.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'dpap', name: 'dispensing_event' })
@ObjectType('DispensingEvent', {
  simpleResolvers: true,
  description:
    'The analytics row of one dispense or vial use, here or at another pharmacy. The patient is known to it only by age group.',
})
export class DispensingEvent {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => DateTime)
  @PrimaryColumn('timestamptz')
  readonly timestamp!: Date;

  @Field(() => Id, { description: "Unique per sender: our dispense record or vial use, or the sender's own id." })
  @Column('text')
  readonly dispenseRecordId!: string;

  @Field(() => Id, { nullable: true, description: 'Groups what was dispensed in one visit.' })
  @Column('text', { nullable: true })
  readonly encounterId!: string | null;

  @Field(() => Id, { description: 'The location, or the registered outside pharmacy.' })
  @Column('uuid')
  readonly pharmacyId!: string;

  @Field(() => Id, { description: 'Who dispensed.' })
  @Column('text')
  readonly userId!: string;

  @Field(() => Id, { description: "The product, or the sender's id of it." })
  @Column('text')
  readonly drugId!: string;

  @Field(() => String, { description: 'As it was then.' })
  @Column('text')
  readonly drugName!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly genericName!: string | null;

  @Column('bytea', { nullable: true, select: false })
  readonly patientHash!: Buffer | null;

  @Field(() => PatientAgeGroup, { description: 'ADULT where the age is unknown.' })
  @Column({ type: 'enum', enum: PatientAgeGroup })
  readonly patientAgeGroup!: PatientAgeGroup;

  @Field(() => Boolean, { description: 'Dispensed on a prescription.' })
  @Column('boolean')
  readonly isPrescription!: boolean;

  @Field(() => Boolean)
  @Column('boolean')
  readonly isControlledDrug!: boolean;

  @Field(() => Boolean)
  @Column('boolean')
  readonly isAntibiotic!: boolean;

  @Column('boolean', { nullable: true })
  readonly isInjection!: boolean | null;

  @Field(() => Boolean, { description: 'In line with the standard treatment guidelines.' })
  @Column('boolean')
  readonly stgCompliant!: boolean;

  @Field(() => Boolean, { description: 'A warning was overridden.' })
  @Column('boolean')
  readonly overrideFlag!: boolean;

  @Column('text', { nullable: true })
  readonly overrideReason!: string | null;

  @Field(() => Boolean)
  @Column('boolean')
  readonly patientIsPregnant!: boolean;

  @Field(() => Boolean, { description: 'The product bears a risk in pregnancy.' })
  @Column('boolean')
  readonly pregnancyRisk!: boolean;

  @Field(() => Boolean, { nullable: true })
  @Column('boolean', { nullable: true })
  readonly prescribedByGenericName!: boolean | null;

  @Field(() => AwareClass, { nullable: true })
  @Column({ type: 'enum', enum: AwareClass, nullable: true })
  readonly awareClass!: AwareClass | null;

  @Field(() => DeaSchedule, { nullable: true })
  @Column({ type: 'enum', enum: DeaSchedule, nullable: true })
  readonly deaSchedule!: DeaSchedule | null;

  @Field(() => Int, { nullable: true, description: 'From start to hand-over.' })
  @Column('integer', { nullable: true })
  readonly dispensingSeconds!: number | null;

  @Field(() => Int, { description: '0 to 100.' })
  @Column('smallint')
  readonly riskScore!: number;

  @Field(() => RiskCategory)
  @Column({ type: 'enum', enum: RiskCategory })
  readonly riskCategory!: RiskCategory;

  @Field(() => [RiskFlag], { description: 'Each rule that applied.' })
  @Column('jsonb')
  readonly riskFlags!: readonly RiskFlag[];

  @Field(() => Int, { description: '0: not scored yet.' })
  @Column('integer')
  readonly riskModelVersion!: number;

  @Field(() => Boolean, { description: 'HIGH or CRITICAL.' })
  @Column({ type: 'boolean', insert: false, update: false })
  readonly highRiskFlag!: boolean;

  @Column('date')
  readonly localDate!: string;

  @Column('smallint')
  readonly localHour!: number;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was received from another system; null for our own.' })
  @Column('timestamptz', { nullable: true })
  readonly syncedAt!: Date | null;
}
