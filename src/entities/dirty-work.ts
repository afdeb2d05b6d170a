import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a job has to look at again. Deleted only at the version that the job has read. */
@Entity({ schema: 'ops', name: 'dirty_work' })
export class DirtyWork {
  @PrimaryColumn('text')
  readonly job!: string;

  @PrimaryColumn('text')
  readonly key!: string;

  @Column('bigint')
  readonly version!: string;

  @Column('timestamptz')
  readonly since!: Date;
}
