import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { DateTime, Id, LocalDate } from './scalars.ts';

@ObjectType('MedicineCount', { simpleResolvers: true, description: 'How often a medicine was dispensed.' })
export class MedicineCount {
  @Field(() => Id, { description: "The product, or the sender's id of it." })
  readonly drugId!: string;

  @Field(() => String)
  readonly drugName!: string;

  @Field(() => Int, { description: 'Events, whatever their quantity.' })
  readonly count!: number;
}

@ObjectType('DailySummary', {
  simpleResolvers: true,
  description:
    'What a pharmacy dispensed on one of its own days, of 23 to 25 hours; without what was taken back. A day without events is all 0.',
})
export class DailySummary {
  @Field(() => LocalDate)
  readonly date!: string;

  @Field(() => Id)
  readonly pharmacyId!: string;

  @Field(() => Int, { description: 'Events on a prescription.' })
  readonly totalPrescriptions!: number;

  @Field(() => Int, { description: 'Events without one.' })
  readonly totalOTC!: number;

  @Field(() => Float, { description: 'In seconds, over the encounters whose time is known; 0 where none is.' })
  readonly avgDispensingTime!: number;

  @Field(() => Float, { description: 'The share of events on a prescription, 0 to 1; 0 for no events.' })
  readonly prescriptionRatio!: number;

  @Field(() => Int, { description: 'HIGH and CRITICAL.' })
  readonly highRiskEvents!: number;

  @Field(() => Float, { description: 'In percent; 100 for no events.' })
  readonly stgComplianceRate!: number;

  @Field(() => Int)
  readonly noneRiskCount!: number;

  @Field(() => Int)
  readonly lowRiskCount!: number;

  @Field(() => Int)
  readonly mediumRiskCount!: number;

  @Field(() => Int)
  readonly highRiskCount!: number;

  @Field(() => Int)
  readonly criticalRiskCount!: number;

  @Field(() => [MedicineCount], { description: 'The ten that were dispensed most often, by count, then by name.' })
  readonly topMedicines!: readonly MedicineCount[];

  @Field(() => [Int], {
    description:
      'Events of each hour of the clock, 24. An hour that the clock goes through twice is one; one left out is 0.',
  })
  readonly hourlyDistribution!: readonly number[];

  @Field(() => DateTime, {
    description: 'When the figures last changed; just now, where they were counted for this answer.',
  })
  readonly updatedAt!: Date;
}

@ObjectType('PrescribingIndicators', {
  simpleResolvers: true,
  description:
    'After WHO/INRUD, over the days asked for, without what was taken back. Rates and shares are 0 to 1; 0 where there is nothing to count.',
})
export class PrescribingIndicators {
  @Field(() => Int, { description: 'Visits; an event without one is a visit of its own.' })
  readonly encounters!: number;

  @Field(() => Float)
  readonly medicinesPerEncounter!: number;

  @Field(() => Float, { description: 'Of encounters, those with an antibiotic.' })
  readonly antibioticEncounterRate!: number;

  @Field(() => Float, { description: 'Of encounters, those with an injection.' })
  readonly injectionEncounterRate!: number;

  @Field(() => Float, {
    description: 'Of the medicines of which it is known, those that were prescribed by generic name.',
  })
  readonly genericRate!: number;

  @Field(() => Float, { description: 'Of antibiotics, those of the AWaRe class ACCESS.' })
  readonly awareAccessShare!: number;

  @Field(() => Float, { description: 'Of medicines, controlled ones.' })
  readonly controlledRate!: number;

  @Field(() => Float, { description: 'Of medicines, those for which a warning was overridden.' })
  readonly overrideRate!: number;
}

@InputType('AggregateInput', { description: 'Days to count anew.' })
export class AggregateInput {
  @Field(() => Id, { nullable: true, description: "One of the caller's locations; null: all of them." })
  readonly pharmacyId?: string | null;

  @Field(() => LocalDate)
  readonly from!: string;

  @Field(() => LocalDate, { description: 'Included; at most 3,660 days after `from`.' })
  readonly to!: string;
}
