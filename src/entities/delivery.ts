import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DeliveryKind, DeliveryState } from '../schema/enums.ts';

/** One row of the feed of alerts, or one day's digest, to one receiver outside. */
@Entity({ schema: 'ops', name: 'delivery' })
export class Delivery {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column({ type: 'enum', enum: DeliveryKind })
  readonly kind!: DeliveryKind;

  @Column('text')
  readonly target!: string;

  @Column('bigint', { nullable: true })
  readonly feedSeq!: string | null;

  @Column('date', { nullable: true })
  readonly digestOn!: string | null;

  @Column('uuid')
  readonly leaderId!: string;

  @Column({ type: 'enum', enum: DeliveryState })
  readonly state!: DeliveryState;

  @Column('integer')
  readonly attempts!: number;

  @Column('timestamptz')
  readonly nextAttemptAt!: Date;

  @Column('timestamptz', { nullable: true })
  readonly leasedUntil!: Date | null;

  @Column('boolean')
  readonly holds!: boolean;

  @Column('timestamptz')
  readonly waitingSince!: Date;

  @Column('text', { nullable: true })
  readonly lastError!: string | null;

  @Column('timestamptz', { nullable: true })
  readonly sentAt!: Date | null;

  @Column('timestamptz')
  readonly createdAt!: Date;
}
