import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { PatientAgeGroup, ReviewDecision, RiskCategory } from '../schema/enums.ts';
import { RiskFlag } from '../schema/risk-flag.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'dpap', name: 'high_risk_alert' })
@ObjectType('HighRiskAlert', {
  simpleResolvers: true,
  description:
    'A dispensing event of high risk that a pharmacist has to review, once. Score and flags stay as they were when it was raised.',
})
export class HighRiskAlert {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, {
    description:
      'Its number in the feed, for highRiskAlertRaised(after). While it has none, the last one given before: nothing is skipped.',
  })
  readonly cursor!: string;

  @Column('bigint', { nullable: true, select: false })
  readonly seq!: string | null;

  @Column('uuid')
  readonly eventId!: string;

  @Field(() => Id, { description: 'The location that dispensed, or whose system sent the event.' })
  @Column('uuid')
  readonly pharmacyId!: string;

  @Field(() => DateTime, { description: 'When it was dispensed.' })
  @Column('timestamptz')
  readonly timestamp!: Date;

  @Column('date')
  readonly localDate!: string;

  @Field(() => String)
  @Column('text')
  readonly drugName!: string;

  @Field(() => PatientAgeGroup, { description: 'ADULT where the age is unknown.' })
  @Column({ type: 'enum', enum: PatientAgeGroup })
  readonly patientAgeGroup!: PatientAgeGroup;

  @Field(() => Int, { description: '50 to 100.' })
  @Column('smallint')
  readonly riskScore!: number;

  @Field(() => RiskCategory, { description: 'HIGH or CRITICAL.' })
  @Column({ type: 'enum', enum: RiskCategory })
  readonly riskCategory!: RiskCategory;

  @Field(() => [RiskFlag], { description: 'Each rule that applied.' })
  @Column('jsonb')
  readonly flags!: readonly RiskFlag[];

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('uuid', { name: 'reviewed_by', nullable: true })
  readonly reviewedById!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'None: it waits for its review.' })
  @Column('timestamptz', { nullable: true })
  readonly reviewedAt!: Date | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly reviewNotes!: string | null;

  @Field(() => ReviewDecision, { nullable: true })
  @Column({ type: 'enum', enum: ReviewDecision, nullable: true })
  readonly decision!: ReviewDecision | null;
}
