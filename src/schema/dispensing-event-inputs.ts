/** Events of pharmacies that dispense in another system. */
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { RefusalCode } from '../refusal.ts';
import { AwareClass, DeaSchedule, PatientAgeGroup } from './enums.ts';
import { DateTime, Id } from './scalars.ts';

@InputType('DispensingEventInput', {
  description: 'What another system has dispensed. It is scored here; nothing of it names a patient.',
})
export class DispensingEventInput {
  @Field(() => Id, {
    description: "The sender's own id, once and for ever: what comes again is counted and changes nothing.",
  })
  readonly dispenseRecordId!: string;
  @Field(() => Id, { nullable: true, description: 'Groups what was dispensed in one visit.' })
  readonly encounterId?: string | null;
  @Field(() => DateTime, { description: 'From the year 2000 to now; as late as need be.' })
  readonly timestamp!: Date;
  @Field(() => Id, {
    description: "A location's or an outside pharmacy's id, code, or one of its external ids; one of the caller's.",
  })
  readonly pharmacyId!: string;
  @Field(() => Id)
  readonly drugId!: string;
  @Field(() => String, { description: '1 to 500 characters.' })
  readonly drugName!: string;
  @Field(() => String, { nullable: true, description: 'At most 500 characters.' })
  readonly genericName?: string | null;
  @Field(() => PatientAgeGroup, { nullable: true, description: 'On that day; ADULT where it is not known.' })
  readonly patientAgeGroup?: PatientAgeGroup | null;
  @Field(() => Id, { description: 'Who dispensed, as the sender calls them.' })
  readonly userId!: string;
  @Field(() => Boolean, { nullable: true })
  readonly isInjection?: boolean | null;
  @Field(() => Boolean, { nullable: true })
  readonly prescribedByGenericName?: boolean | null;
  @Field(() => AwareClass, { nullable: true, description: 'Of an antibiotic.' })
  readonly awareClass?: AwareClass | null;
  @Field(() => DeaSchedule, { nullable: true, description: 'Of a controlled drug.' })
  readonly deaSchedule?: DeaSchedule | null;
  @Field(() => String, {
    nullable: true,
    description: 'Any stable key of the patient at the sender, at most 255 characters; kept only as a keyed hash.',
  })
  readonly patientKey?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'False where it is not told.' })
  readonly isPrescription?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Where it is not told: whether deaSchedule is given.' })
  readonly isControlledDrug?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Where it is not told: whether awareClass is given.' })
  readonly isAntibiotic?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'True where it is not told.' })
  readonly stgCompliant?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'False where it is not told.' })
  readonly overrideFlag?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'False where it is not told.' })
  readonly patientIsPregnant?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'The product bears a risk in pregnancy; false where not told.' })
  readonly pregnancyRisk?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'From start to hand-over, 0 to 86400.' })
  readonly dispensingSeconds?: number | null;
}

@ObjectType('RowRefusal', {
  simpleResolvers: true,
  description: 'A row of a call that was not taken; the others were.',
})
export class RowRefusal {
  @Field(() => Int, { description: 'Counted from 0.' })
  readonly index!: number;
  @Field(() => String, { description: 'As in extensions.code.' })
  readonly code!: RefusalCode;
  @Field(() => String)
  readonly message!: string;
}

@ObjectType('DispensingEventsPayload', { simpleResolvers: true })
export class DispensingEventsPayload {
  @Field(() => Int, { description: 'That are new, or newly taken back.' })
  readonly accepted!: number;
  @Field(() => Int, { description: 'That were here, or taken back, already; those that come twice in a call too.' })
  readonly duplicates!: number;
  @Field(() => Int, { description: 'HIGH or CRITICAL, of the accepted ones.' })
  readonly highRisk!: number;
  @Field(() => [RowRefusal], { description: 'By index.' })
  readonly refused!: readonly RowRefusal[];
}

@InputType('ReverseDispensingEventsInput')
export class ReverseDispensingEventsInput {
  @Field(() => Id, { description: 'As in the events.' })
  readonly pharmacyId!: string;
  @Field(() => [Id], { description: "At most 1,000 of the sender's own ids." })
  readonly dispenseRecordIds!: readonly string[];
  @Field(() => String, { nullable: true, description: 'At most 1,000 characters.' })
  readonly reason?: string | null;
}
