import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which event a pharmacy's own id of a dispense stands for. Only of received events: our own ids are unique by themselves. */
@Entity({ schema: 'dpap', name: 'event_key' })
export class EventKey {
  @PrimaryColumn('uuid')
  readonly pharmacyId!: string;

  @PrimaryColumn('text')
  readonly dispenseRecordId!: string;

  @Column('uuid')
  readonly eventId!: string;

  @Column('timestamptz')
  readonly eventTimestamp!: Date;
}
