import { Field, InputType, ObjectType } from 'type-graphql';
import { OpenVialSession } from '../entities/open-vial-session.ts';
import { Stock } from '../entities/stock.ts';
import { VialUsageRecord } from '../entities/vial-usage-record.ts';
import { WasteRecord } from '../entities/waste-record.ts';
import { StabilityRule, StockBucket, WasteReason } from './enums.ts';
import { DateTime, Decimal, Id } from './scalars.ts';
import { WitnessInput } from './witness-input.ts';

const optional = { nullable: true } as const;
const key = { description: '16 to 255 characters; the same key with the same input answers with the first result.' };

@InputType('OpenVialInput', {
  description:
    'The batch (stockId), or the product and location (first expiry first out), or a reservation. One stock unit is opened.',
})
export class OpenVialInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id, optional)
  readonly stockId?: string | null;
  @Field(() => Id, optional)
  readonly productId?: string | null;
  @Field(() => Id, optional)
  readonly locationId?: string | null;
  @Field(() => String, { nullable: true, description: 'Needed with diluentMl where the product needs reconstitution.' })
  readonly diluent?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'In mL, above 0.' })
  readonly diluentMl?: string | null;
  @Field(() => StabilityRule, { nullable: true, defaultValue: 'LABEL' })
  readonly stabilityRule?: StabilityRule | null;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'A PHARMACIST or MANAGER who signs where POLICY goes beyond the label and the caller is neither.',
  })
  readonly authoriser?: WitnessInput | null;
  @Field(() => Id, optional)
  readonly reservationId?: string | null;
}

@InputType('UseVialInput', { description: 'An exact amount for one patient; never more than remains.' })
export class UseVialInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly sessionId!: string;
  @Field(() => Id)
  readonly patientId!: string;
  @Field(() => Id, { nullable: true, description: 'Who treats: an active PROVIDER. The caller, where absent.' })
  readonly providerId?: string | null;
  @Field(() => Decimal, { description: 'In dose units, above 0, at most 4 decimals: 12.5.' })
  readonly doses!: string;
  @Field(() => String, optional)
  readonly treatment?: string | null;
  @Field(() => String, { nullable: true, description: 'Where on the body.' })
  readonly site?: string | null;
  @Field(() => Decimal, { nullable: true, description: 'What the patient pays; 0 or more.' })
  readonly charge?: string | null;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'A PHARMACIST or MANAGER who signs for a second patient where the label allows one.',
  })
  readonly authoriser?: WitnessInput | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened; at most 72 hours ago, not before the opening. Now, where absent.',
  })
  readonly occurredAt?: Date | null;
}

@InputType('ReverseVialUsageInput', {
  description: 'The whole use, once. While the vial is in time the doses are in it again; else they are waste.',
})
export class ReverseVialUsageInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly usageId!: string;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
  @Field(() => WitnessInput, { nullable: true, description: 'Needed where doses of a controlled drug become waste.' })
  readonly witness?: WitnessInput | null;
}

@InputType('CloseVialInput', { description: 'Ends a vial; what remains in it is waste.' })
export class CloseVialInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly sessionId!: string;
  @Field(() => WasteReason, { nullable: true, description: 'Needed where doses remain.' })
  readonly wasteReason?: WasteReason | null;
  @Field(() => String, { nullable: true, description: 'Needed for OTHER and LOST_OR_STOLEN.' })
  readonly note?: string | null;
  @Field(() => WitnessInput, { nullable: true, description: 'Needed where doses of a controlled drug remain.' })
  readonly witness?: WitnessInput | null;
}

@ObjectType('VialPayload', { simpleResolvers: true })
export class VialPayload {
  @Field(() => OpenVialSession)
  readonly session!: OpenVialSession;
  @Field(() => VialUsageRecord, optional)
  readonly usage!: VialUsageRecord | null;
  @Field(() => WasteRecord, { nullable: true, description: 'Where doses were wasted by this call.' })
  readonly waste!: WasteRecord | null;
}

@InputType('RecordWasteInput', {
  description: 'Units of a batch (stockId), or doses of an opened vial that goes on (sessionId).',
})
export class RecordWasteInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id, optional)
  readonly stockId?: string | null;
  @Field(() => Id, optional)
  readonly sessionId?: string | null;
  @Field(() => StockBucket, {
    nullable: true,
    defaultValue: 'ON_HAND',
    description: 'Of a batch: where the units stand. From ON_HAND means free units.',
  })
  readonly bucket?: StockBucket | null;
  @Field(() => Decimal, { description: 'Stock units, or dose units of a vial; above 0.' })
  readonly quantity!: string;
  @Field(() => WasteReason)
  readonly reason!: WasteReason;
  @Field(() => String, { nullable: true, description: 'Needed for OTHER and LOST_OR_STOLEN; at most 1000 characters.' })
  readonly note?: string | null;
  @Field(() => WitnessInput, { nullable: true, description: 'Needed for a controlled drug.' })
  readonly witness?: WitnessInput | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 72 hours ago. Now, where absent.' })
  readonly occurredAt?: Date | null;
}

@ObjectType('WastePayload', { simpleResolvers: true })
export class WastePayload {
  @Field(() => WasteRecord)
  readonly waste!: WasteRecord;
  @Field(() => Stock, optional)
  readonly stock!: Stock | null;
  @Field(() => OpenVialSession, optional)
  readonly session!: OpenVialSession | null;
}
