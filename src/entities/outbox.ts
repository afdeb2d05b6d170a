import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What has to be told to the queue after the commit. */
@Entity({ schema: 'ops', name: 'outbox' })
export class Outbox {
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Column('text')
  readonly topic!: string;

  @Column('jsonb')
  readonly payload!: unknown;

  @Column('timestamptz')
  readonly createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  readonly sentAt!: Date | null;
}
