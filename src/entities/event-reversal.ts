import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Takes a dispensing event out of summaries and indicators; the event itself stays. */
@Entity({ schema: 'dpap', name: 'event_reversal' })
export class EventReversal {
  @PrimaryColumn('uuid')
  readonly eventId!: string;

  @Column('timestamptz')
  readonly eventTimestamp!: Date;

  @Column('timestamptz')
  readonly reversedAt!: Date;

  @Column('uuid', { name: 'reversed_by' })
  readonly reversedById!: string;

  @Column('text', { nullable: true })
  readonly reason!: string | null;
}
