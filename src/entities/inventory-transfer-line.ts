import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_transfer_line' })
@ObjectType('InventoryTransferLine', {
  simpleResolvers: true,
  description: 'One batch of a transfer, in stock units. What was shipped is received, damaged or lost, exactly.',
})
export class InventoryTransferLine {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly transferId!: string;

  @Column('integer')
  readonly position!: number;

  @Column('uuid')
  readonly stockId!: string;

  @Column('uuid')
  readonly lotId!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid', { nullable: true })
  readonly destinationStockId!: string | null;

  @Field(() => Decimal)
  @Column('numeric', { name: 'requested_quantity' })
  readonly requested!: string;

  @Field(() => Decimal, { nullable: true, description: 'Null until it is shipped.' })
  @Column('numeric', { name: 'shipped_quantity', nullable: true })
  readonly shipped!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Null until the destination has received it.' })
  @Column('numeric', { name: 'received_quantity', nullable: true })
  readonly received!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Written off as waste at the destination.' })
  @Column('numeric', { name: 'damaged_quantity', nullable: true })
  readonly damaged!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Written off as waste at the destination.' })
  @Column('numeric', { name: 'lost_quantity', nullable: true })
  readonly lost!: string | null;

  @Field(() => Decimal, { description: 'Shipped and not yet received, damaged or lost.' })
  @Column({ type: 'numeric', name: 'in_transit_quantity', nullable: true, insert: false, update: false })
  readonly inTransit!: string;

  @Column('numeric', { nullable: true })
  readonly purchasePrice!: string | null;

  @Column('numeric', { nullable: true })
  readonly grossPurchasePrice!: string | null;

  @Field(() => String, { nullable: true, description: 'What the destination said of it.' })
  @Column('text', { nullable: true })
  readonly note!: string | null;
}
