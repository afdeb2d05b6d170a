import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { WasteReason } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'waste_record' })
@ObjectType('WasteRecord', {
  simpleResolvers: true,
  description: 'Units of a batch, or doses of an opened vial, that were lost or thrown away. Never changed.',
})
export class WasteRecord {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly stockId!: string;

  @Column('uuid', { nullable: true })
  readonly sessionId!: string | null;

  @Column('uuid')
  readonly lotId!: string;

  @Column('uuid')
  readonly productId!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => Decimal, { description: 'In the unit that is named.' })
  @Column('numeric')
  readonly quantity!: string;

  @Field(() => String, { description: 'The stock unit, or of an opened vial the dose unit.' })
  @Column('text')
  readonly unit!: string;

  @Field(() => WasteReason)
  @Column({ type: 'enum', enum: WasteReason })
  readonly reason!: WasteReason;

  @Field(() => String, { nullable: true })
  @Column('text', { nullable: true })
  readonly note!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'Null where the cost of the batch is not known.' })
  @Column('numeric', { nullable: true })
  readonly cost!: string | null;

  @Column('uuid', { name: 'recorded_by' })
  readonly recordedById!: string;

  @Column('uuid', { nullable: true })
  readonly witnessId!: string | null;

  @Column('timestamptz')
  readonly occurredAt!: Date;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly recordedAt!: Date;
}
