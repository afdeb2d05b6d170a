import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Id, LocalDate } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_lot' })
@ObjectType('InventoryLot', {
  simpleResolvers: true,
  description:
    "What a manufacturer made together: a product and the manufacturer's lot number, with one expiry. Lots belong to the organisation; their stock is shown at the caller's locations.",
})
export class InventoryLot {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'Ours, such as "LOT-20270331-001".' })
  @Column('text')
  readonly lotCode!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid', { nullable: true })
  readonly vendorId!: string | null;

  @Field(() => String, { description: 'As typed or scanned first; compared without case, spaces and hyphens.' })
  @Column('text')
  readonly manufacturerLotNumber!: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false })
  readonly lotNumberKey!: string;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly serialNumber!: string | null;

  @Field(() => LocalDate, { nullable: true })
  @Column('date', { nullable: true })
  readonly manufacturedOn!: string | null;

  @Field(() => LocalDate, {
    nullable: true,
    description: 'The last day on which it may be used. Null: does not expire.',
  })
  @Column('date', { nullable: true })
  readonly expiresOn!: string | null;

  @Field(() => DateTime, { description: 'When it first came in.' })
  @Column('timestamptz')
  readonly receivedAt!: Date;

  @Column('boolean')
  readonly recalled!: boolean;

  @Column('boolean')
  readonly quarantined!: boolean;
}
