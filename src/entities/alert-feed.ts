import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AlertSeverity, AlertStatus, AlertType } from '../schema/enums.ts';

/** A raise, rise or resolve of an alert as it was then. `seq` is given after the commit, in commit order. */
@Entity({ schema: 'inventory', name: 'alert_feed' })
export class AlertFeed {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('bigint', { nullable: true })
  readonly seq!: string | null;

  @Column('uuid')
  readonly alertId!: string;

  @Column('integer')
  readonly version!: number;

  @Column('uuid', { nullable: true })
  readonly locationId!: string | null;

  @Column({ type: 'enum', enum: AlertType })
  readonly type!: AlertType;

  @Column({ type: 'enum', enum: AlertSeverity })
  readonly severity!: AlertSeverity;

  @Column({ type: 'enum', enum: AlertStatus })
  readonly status!: AlertStatus;

  @Column('text')
  readonly title!: string;

  @Column('text')
  readonly message!: string;

  @Column('timestamptz')
  readonly changedAt!: Date;
}
