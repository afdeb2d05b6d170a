import { Field, InputType, ObjectType } from 'type-graphql';
import { InventoryTransfer } from '../entities/inventory-transfer.ts';
import { Decimal, Id } from './scalars.ts';
import { WitnessInput } from './witness-input.ts';

const optional = { nullable: true } as const;
const key = { description: '16 to 255 characters; the same key with the same input answers with the first result.' };

@InputType('TransferLineInput', {
  description: 'Either a batch at the source (stockId), or a product, first expiry first out.',
})
export class TransferLineInput {
  @Field(() => Id, optional)
  readonly stockId?: string | null;
  @Field(() => Id, optional)
  readonly productId?: string | null;
  @Field(() => Decimal, { description: 'In stock units, above 0.' })
  readonly quantity!: string;
}

@InputType('RequestTransferInput', {
  description: 'By somebody of either end. Nothing is held before the source has approved.',
})
export class RequestTransferInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly fromLocationId!: string;
  @Field(() => Id)
  readonly toLocationId!: string;
  @Field(() => String, { nullable: true, description: 'At most 1000 characters.' })
  readonly reason?: string | null;
  @Field(() => [TransferLineInput], { description: '1 to 100.' })
  readonly lines!: TransferLineInput[];
}

@InputType('TransferActionInput')
export class TransferActionInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly transferId!: string;
  @Field(() => String, { nullable: true, description: 'At most 1000 characters.' })
  readonly reason?: string | null;
}

@InputType('ReceiveTransferLineInput', {
  description: 'Received, damaged and lost make what was shipped, exactly; else TRANSFER_UNBALANCED.',
})
export class ReceiveTransferLineInput {
  @Field(() => Id)
  readonly lineId!: string;
  @Field(() => Decimal, { description: '0 or more.' })
  readonly received!: string;
  @Field(() => Decimal, { nullable: true, defaultValue: '0', description: 'Written off as DAMAGED.' })
  readonly damaged?: string | null;
  @Field(() => Decimal, { nullable: true, defaultValue: '0', description: 'Written off as LOST_OR_STOLEN.' })
  readonly lost?: string | null;
  @Field(() => String, { nullable: true, description: 'Needed where something is lost; at most 1000 characters.' })
  readonly note?: string | null;
}

@InputType('ReceiveTransferInput', { description: 'All lines of the transfer at once, each of them once.' })
export class ReceiveTransferInput {
  @Field(() => String, key)
  readonly idempotencyKey!: string;
  @Field(() => Id)
  readonly transferId!: string;
  @Field(() => [ReceiveTransferLineInput])
  readonly lines!: ReceiveTransferLineInput[];
  @Field(() => WitnessInput, {
    nullable: true,
    description: 'Needed where something of a controlled drug is damaged or lost.',
  })
  readonly witness?: WitnessInput | null;
}

@ObjectType('TransferPayload', { simpleResolvers: true })
export class TransferPayload {
  @Field(() => InventoryTransfer)
  readonly transfer!: InventoryTransfer;
}
