import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a logger says of the time that it has watched a storage unit: its alarms, with the periods out of them. */
@Entity({ schema: 'inventory', name: 'logger_report' })
export class LoggerReport {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('uuid')
  readonly storageUnitId!: string;

  @Column('text')
  readonly model!: string;

  @Column('text')
  readonly serialNumber!: string;

  @Column('timestamptz')
  readonly watchedFrom!: Date;

  @Column('timestamptz')
  readonly watchedUntil!: Date;

  @Column('jsonb')
  readonly alarms!: unknown;

  @Column('uuid', { name: 'recorded_by' })
  readonly recordedById!: string;

  @Column('timestamptz')
  readonly recordedAt!: Date;
}
