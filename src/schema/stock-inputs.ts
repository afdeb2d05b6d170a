import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { Stock } from '../entities/stock.ts';
import { StockBucket, StockStatus } from './enums.ts';
import { DateTime, Decimal, Id } from './scalars.ts';
import { WitnessInput } from './witness-input.ts';

const optional = { nullable: true } as const;

@InputType('DecreaseStockInput', {
  description: 'Units of one batch leave as a SALE. Controlled drugs leave by dispense or an opened vial only.',
})
export class DecreaseStockInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => String, { description: 'What kind of thing referenceId names, such as "order".' })
  readonly referenceType!: string;
  @Field(() => Id)
  readonly referenceId!: string;
  @Field(() => String, optional)
  readonly reason?: string | null;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'Needed where units of a controlled drug are written off.',
  })
  readonly witness?: WitnessInput | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 72 hours ago. Now, where absent.' })
  readonly occurredAt?: Date | null;
}

@InputType('IncreaseStockInput', {
  description: 'Units come back to their batch as a RETURN; into quarantine where the lot may not be used there.',
})
export class IncreaseStockInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => String, { description: 'What kind of thing referenceId names, such as "order".' })
  readonly referenceType!: string;
  @Field(() => Id)
  readonly referenceId!: string;
  @Field(() => String, optional)
  readonly reason?: string | null;
  @Field(() => DateTime, { nullable: true, description: 'When it happened; at most 72 hours ago. Now, where absent.' })
  readonly occurredAt?: Date | null;
}

@InputType('AdjustStockInput', {
  description: 'Sets what is on hand to what was found.',
})
export class AdjustStockInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => Decimal, { description: '0 or more, and not below what is reserved, in quarantine or on hold.' })
  readonly newOnHand!: string;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'The version that you have seen; refused where somebody was faster.',
  })
  readonly expectedVersion?: number | null;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'Needed where units of a controlled drug are written off.',
  })
  readonly witness?: WitnessInput | null;
}

@InputType('MoveBucketInput', {
  description: 'From ON_HAND means free units. RESERVED moves by reservations only.',
})
export class MoveBucketInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => StockBucket)
  readonly from!: StockBucket;
  @Field(() => StockBucket)
  readonly to!: StockBucket;
  @Field(() => Decimal, { description: 'Stock units, above 0.' })
  readonly quantity!: string;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'Needed where units of a controlled drug are written off.',
  })
  readonly witness?: WitnessInput | null;
}

@InputType('ChangeStockStatusInput', {
  description: 'The buckets go along with the status. SOLD_OUT comes by itself.',
})
export class ChangeStockStatusInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly stockId!: string;
  @Field(() => StockStatus)
  readonly status!: StockStatus;
  @Field(() => String, { nullable: true, description: 'The status in your own words, at most 255 characters.' })
  readonly detailedStatus?: string | null;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
  @Field(() => Int, {
    nullable: true,
    description: 'The version that you have seen; refused where somebody was faster.',
  })
  readonly expectedVersion?: number | null;
}

@InputType('ChangeLotStatusInput', {
  description: 'Puts a lot into quarantine, or ends that, at every location at once.',
})
export class ChangeLotStatusInput {
  @Field(() => String, {
    description: '16 to 255 characters; the same key with the same input answers with the first result.',
  })
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly lotId!: string;
  @Field(() => Boolean)
  readonly quarantined!: boolean;
  @Field(() => String, { description: 'At most 1000 characters.' })
  readonly reason!: string;
}

@ObjectType('StockPayload', { simpleResolvers: true })
export class StockPayload {
  @Field(() => Stock)
  readonly stock!: Stock;
  @Field(() => [InventoryTransaction], {
    description: 'The ledger lines of this change; none where only facts changed.',
  })
  readonly transactions!: readonly InventoryTransaction[];
}

@ObjectType('LotPayload', { simpleResolvers: true })
export class LotPayload {
  @Field(() => InventoryLot)
  readonly lot!: InventoryLot;
}
