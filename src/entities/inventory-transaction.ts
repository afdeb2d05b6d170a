import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { StockBucket, TransactionType } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_transaction' })
@ObjectType('InventoryTransaction', {
  simpleResolvers: true,
  description:
    'One line of the ledger: a change of one bucket of one batch. Never changed, never deleted; for every batch and bucket the changes add up to the quantity.',
})
export class InventoryTransaction {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => DateTime, { description: "The database's clock." })
  @PrimaryColumn('timestamptz')
  readonly recordedAt!: Date;

  @Column('uuid')
  readonly stockId!: string;

  @Column('bigint')
  readonly ledgerSeq!: string;

  @Field(() => TransactionType)
  @Column({ type: 'enum', enum: TransactionType })
  readonly type!: TransactionType;

  @Field(() => StockBucket)
  @Column({ type: 'enum', enum: StockBucket })
  readonly bucket!: StockBucket;

  @Field(() => Decimal, { description: 'Signed, in stock units.' })
  @Column('numeric')
  readonly quantityChange!: string;

  @Field(() => Decimal, { description: 'Of this bucket.' })
  @Column('numeric')
  readonly quantityBefore!: string;

  @Field(() => Decimal, { description: 'Of this bucket: before + change.' })
  @Column('numeric')
  readonly quantityAfter!: string;

  @Field(() => Decimal, { nullable: true, description: 'Of one stock unit, as known then.' })
  @Column('numeric', { nullable: true })
  readonly unitCost!: string | null;

  @Column('uuid')
  readonly lotId!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => String, { nullable: true, description: 'What kind of thing referenceId names, such as "dispense".' })
  @Column('text', { nullable: true })
  readonly referenceType!: string | null;

  @Field(() => Id, { nullable: true })
  @Column('text', { nullable: true })
  readonly referenceId!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly reason!: string | null;

  @Column('uuid', { name: 'performed_by' })
  readonly performedById!: string;

  @Field(() => DateTime, { description: 'As told: at most 72 hours before recordedAt.' })
  @Column('timestamptz')
  readonly occurredAt!: Date;

  @Column('text', { nullable: true })
  readonly requestId!: string | null;
}
