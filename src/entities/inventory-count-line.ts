import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateTime, Decimal, Id, LocalDate } from '../schema/scalars.ts';

const optional = { nullable: true } as const;
const hidden = 'Null, in a blind count, to those who may count until it is submitted.';

@Entity({ schema: 'inventory', name: 'inventory_count_line' })
@ObjectType('InventoryCountLine', {
  simpleResolvers: true,
  description: 'One batch of a count. What the system expects of it is told to its counters after submission only.',
})
export class InventoryCountLine {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly countId!: string;

  /** Null also where the reader may not know it yet. */
  @Column('uuid')
  readonly stockId!: string | null;

  @Field(() => Int, { description: 'In the order in which one walks along the shelves, from 1.' })
  @Column('integer')
  readonly position!: number;

  @Column('boolean')
  readonly open!: boolean;

  @Field(() => String)
  readonly batchCode!: string;

  @Field(() => String)
  readonly productName!: string;

  @Field(() => String, { description: 'What the units are counted in: "vial", "box".' })
  readonly stockUnit!: string;

  @Field(() => String)
  readonly lotNumber!: string;

  @Field(() => LocalDate, optional)
  readonly expiresOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the batch stands now.' })
  readonly zone!: string | null;

  @Field(() => String, optional)
  readonly rack!: string | null;

  @Field(() => String, optional)
  readonly shelf!: string | null;

  @Field(() => String, optional)
  readonly bin!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: `What the system had on hand when it was counted, or recounted where it was. ${hidden}`,
  })
  @Column('numeric', { name: 'expected_quantity', nullable: true })
  readonly expected!: string | null;

  @Column('bigint', { nullable: true })
  readonly expectedSeq!: string | null;

  @Field(() => Decimal, { nullable: true, description: 'All units on the shelf, held and quarantined ones too.' })
  @Column('numeric', { name: 'counted_quantity', nullable: true })
  readonly counted!: string | null;

  @Column('uuid', { name: 'counted_by', nullable: true })
  readonly countedById!: string | null;

  @Field(() => DateTime, optional)
  @Column('timestamptz', { nullable: true })
  readonly countedAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it waits to be counted again, by another person.' })
  @Column('boolean')
  readonly recountNeeded!: boolean;

  @Column('numeric', { nullable: true })
  readonly recountExpectedQuantity!: string | null;

  @Column('bigint', { nullable: true })
  readonly recountSeq!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'The second count, by another person: it is the one that holds.',
  })
  @Column('numeric', { name: 'recounted_quantity', nullable: true })
  readonly recounted!: string | null;

  @Column('uuid', { name: 'recounted_by', nullable: true })
  readonly recountedById!: string | null;

  @Field(() => DateTime, optional)
  @Column('timestamptz', { nullable: true })
  readonly recountedAt!: Date | null;

  @Column('numeric', { nullable: true })
  readonly unitCost!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: `What was counted less what was expected, in stock units. ${hidden}`,
  })
  readonly variance!: string | null;

  @Field(() => Decimal, { nullable: true, description: `The same at cost; null where that is not known. ${hidden}` })
  readonly varianceValue!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'As judged at the last submission. Null until then.' })
  @Column('boolean', { nullable: true })
  readonly withinTolerance!: boolean | null;
}
