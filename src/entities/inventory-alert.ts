import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlertSeverity, AlertStatus, AlertType } from '../schema/enums.ts';
import { DateTime, Id } from '../schema/scalars.ts';

@Entity({ schema: 'inventory', name: 'inventory_alert' })
@ObjectType('InventoryAlert', {
  simpleResolvers: true,
  description:
    'What somebody must see to. One at a time for each type, location and subject; it resolves by itself when its cause is gone.',
})
export class InventoryAlert {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, {
    description:
      'Its last number in the feed of alerts, for alertRaised(after). While it has none, the last one given before: nothing is skipped.',
  })
  readonly cursor!: string;

  @Field(() => AlertType)
  @Column({ type: 'enum', enum: AlertType })
  readonly type!: AlertType;

  @Field(() => String, {
    description:
      'The id of what it is about: a lot, product, batch, opened vial, storage unit, transfer, recall or notice; "audit" is the trail.',
  })
  @Column('text')
  readonly subject!: string;

  @Column('uuid', { nullable: true })
  readonly locationId!: string | null;

  @Field(() => AlertSeverity)
  @Column({ type: 'enum', enum: AlertSeverity })
  readonly severity!: AlertSeverity;

  @Field(() => AlertStatus)
  @Column({ type: 'enum', enum: AlertStatus })
  readonly status!: AlertStatus;

  @Field(() => String, { description: 'In a few words, at most 200 characters.' })
  @Column('text')
  readonly title!: string;

  @Field(() => String, { description: 'What was found and what to do, at most 2,000 characters.' })
  @Column('text')
  readonly message!: string;

  @Column('uuid', { nullable: true })
  readonly productId!: string | null;

  @Column('uuid', { nullable: true })
  readonly lotId!: string | null;

  @Column('uuid', { nullable: true })
  readonly stockId!: string | null;

  @Column('uuid', { nullable: true })
  readonly sessionId!: string | null;

  @Column('uuid', { nullable: true })
  readonly recallId!: string | null;

  @Column('integer')
  readonly version!: number;

  @Field(() => DateTime)
  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('uuid', { name: 'acknowledged_by', nullable: true })
  readonly acknowledgedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly acknowledgedAt!: Date | null;

  @Column('uuid', { name: 'resolved_by', nullable: true })
  readonly resolvedById!: string | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly resolvedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'How it was resolved.' })
  @Column('text', { nullable: true })
  readonly resolution!: string | null;

  @Column('timestamptz', { nullable: true })
  readonly endedAt!: Date | null;
}
