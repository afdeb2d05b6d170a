import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Decimal } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'dispense_allocation' })
@ObjectType('DispenseAllocation', { simpleResolvers: true, description: 'What a dispense record took from one batch.' })
export class DispenseAllocation {
  @PrimaryColumn('uuid')
  readonly dispenseRecordId!: string;

  @PrimaryColumn('uuid')
  readonly transactionId!: string;

  @Column('timestamptz')
  readonly transactionRecordedAt!: Date;

  @Column('uuid')
  readonly stockId!: string;

  @Column('uuid')
  readonly lotId!: string;

  @Field(() => Decimal, { description: 'In stock units, above 0.' })
  @Column('numeric')
  readonly quantity!: string;

  @Field(() => Decimal, { nullable: true, description: 'Of one stock unit, as known then.' })
  @Column('numeric', { nullable: true })
  readonly unitCost!: string | null;
}
