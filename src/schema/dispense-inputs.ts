import { Field, InputType, ObjectType } from 'type-graphql';
import { DispenseRecord } from '../entities/dispense-record.ts';
import { WasteReason } from './enums.ts';
import { DateTime, Decimal, Id } from './scalars.ts';
import { WitnessInput } from './witness-input.ts';

const optional = { nullable: true } as const;

@InputType('DispenseLineInput')
export class DispenseLineInput {
  @Field(() => Id)
  readonly productId!: string;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => Id, {
    nullable: true,
    description:
      'Takes from this batch instead of first expiry first; it must be eligible, and the audit trail says so.',
  })
  readonly stockId?: string | null;
  @Field(() => Id, {
    nullable: true,
    description: 'Takes from what this reservation holds, at most; what is left of it is released.',
  })
  readonly reservationId?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Dispensed on a prescription; where absent: a provider is given, or acts.',
  })
  readonly isPrescription?: boolean | null;
  @Field(() => Boolean, optional)
  readonly prescribedByGenericName?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Follows the standard treatment guideline.',
  })
  readonly stgCompliant?: boolean | null;
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'A warning was overridden; needs overrideReason.',
  })
  readonly overrideFlag?: boolean | null;
  @Field(() => String, optional)
  readonly overrideReason?: string | null;
}

@InputType('DispenseInput', {
  description: 'All lines of one visit, for one patient or over the counter. All of them or none.',
})
export class DispenseInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result, for ever.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly locationId!: string;
  @Field(() => Id, { nullable: true, description: 'Absent: over the counter.' })
  readonly patientId?: string | null;
  @Field(() => Id, { nullable: true, description: 'The user who prescribed: active, with role PROVIDER.' })
  readonly providerId?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When serving began; at most 24 hours before the dispensing.' })
  readonly startedAt?: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 72 hours ago. Now, where absent.' })
  readonly occurredAt?: Date | null;
  @Field(() => Boolean, optional)
  readonly patientIsPregnant?: boolean | null;
  @Field(() => String, optional)
  readonly reason?: string | null;
  @Field(() => [DispenseLineInput], { description: '1 to 100.' })
  readonly lines!: readonly DispenseLineInput[];
}

@InputType('ReverseDispenseInput', {
  description: 'The whole record, once: back to the shelf, or returned and wasted in one step.',
})
export class ReverseDispenseInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly dispenseRecordId!: string;
  @Field(() => Boolean, { description: 'False: the units are wasted.' })
  readonly returnToStock!: boolean;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
  @Field(() => WasteReason, { nullable: true, description: 'Of wasted units; OTHER, with the reason as its note.' })
  readonly wasteReason?: WasteReason | null;
  @Field(() => WitnessInput, { nullable: true, description: 'Needed where a controlled drug is wasted.' })
  readonly witness?: WitnessInput | null;
}

@ObjectType('DispensePayload', { simpleResolvers: true })
export class DispensePayload {
  @Field(() => [DispenseRecord], { description: 'One a line, in the order of the lines.' })
  readonly records!: readonly DispenseRecord[];
}
