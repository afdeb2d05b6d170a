import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CountStatus } from '../schema/enums.ts';
import { DateTime, Decimal, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_count' })
@ObjectType('InventoryCount', {
  simpleResolvers: true,
  description:
    'A count of what stands on the shelves of a location. Units may keep moving meanwhile: each line remembers what the system held when it was counted.',
})
export class InventoryCount {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'CNT-YYYY-NNNNNN.' })
  @Column('text')
  readonly code!: string;

  @Column('uuid')
  readonly locationId!: string;

  @Field(() => CountStatus)
  @Column({ type: 'enum', enum: CountStatus })
  readonly status!: CountStatus;

  @Field(() => Boolean, {
    description:
      'Whether those who may count (MANAGER, PHARMACIST, TECHNICIAN) are kept from what the system expects until it is submitted.',
  })
  @Column('boolean')
  readonly blind!: boolean;

  @Field(() => String, { nullable: true, description: 'The category that is counted; null is all.' })
  @Column('text', { nullable: true })
  readonly category!: string | null;

  @Field(() => String, { nullable: true, description: 'The zone that is counted; null is all.' })
  @Column('text', { nullable: true })
  readonly zone!: string | null;

  @Column('uuid', { name: 'started_by' })
  readonly startedById!: string;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly startedAt!: Date;

  @Column('uuid', { array: true })
  readonly counterIds!: readonly string[];

  @Column('uuid', { name: 'submitted_by', nullable: true })
  readonly submittedById!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Null again while lines are recounted.' })
  @Column('timestamptz', { nullable: true })
  readonly submittedAt!: Date | null;

  @Column('uuid', { name: 'approved_by', nullable: true })
  readonly approvedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly approvedAt!: Date | null;

  @Column('uuid', { nullable: true })
  readonly witnessId!: string | null;

  @Column('uuid', { name: 'cancelled_by', nullable: true })
  readonly cancelledById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly cancelledAt!: Date | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'Sum of what the lines differ by, in stock units: less is below 0. Null until submission.',
  })
  @Column('numeric', { nullable: true })
  readonly varianceQuantity!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'The same at cost. Null until submission, and where no cost is known.',
  })
  @Column('numeric', { nullable: true })
  readonly varianceValue!: string | null;
}
