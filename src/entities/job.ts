import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A background job that the workers know. */
@Entity({ schema: 'ops', name: 'job' })
export class Job {
  @PrimaryColumn('text')
  readonly name!: string;

  @Column('text')
  readonly queue!: string;

  @Column('text')
  readonly schedule!: string;

  @Column('timestamptz', { nullable: true })
  readonly nextRunAt!: Date | null;

  @Column('timestamptz')
  readonly registeredAt!: Date;
}
