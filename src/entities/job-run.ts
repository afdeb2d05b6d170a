import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { JobState } from '../schema/enums.ts';
import { DateTime, Id, Json } from '../schema/scalars.ts';

@Entity({ schema: 'ops', name: 'job_run' })
@ObjectType('JobRun', {
  simpleResolvers: true,
  description: 'One run of a background job, with all its attempts.',
})
export class JobRun {
  @Field(() => Id)
  @PrimaryColumn('uuid')
  readonly id!: string;

  @Field(() => String, { description: 'As in jobs.' })
  @Column('text')
  readonly name!: string;

  @Column('text')
  readonly queueJobId!: string;

  @Field(() => String, { description: 'WAITING, ACTIVE, COMPLETED or FAILED.' })
  @Column({ type: 'enum', enum: JobState })
  readonly state!: JobState;

  @Column('integer')
  readonly attempt!: number;

  @Column('numeric', { nullable: true })
  readonly progress!: string | null;

  @Column('uuid', { nullable: true })
  readonly requestedBy!: string | null;

  @Column('timestamptz')
  readonly requestedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Of the last attempt.' })
  @Column('timestamptz', { nullable: true })
  readonly startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  @Column('timestamptz', { nullable: true })
  readonly finishedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, or why its last attempt did.' })
  @Column('text', { nullable: true })
  readonly error!: string | null;

  @Field(() => Json, { nullable: true, description: 'Counts of what was done, by job.' })
  @Column('jsonb', { nullable: true })
  readonly result!: unknown;

  @Column('jsonb', { nullable: true })
  readonly input!: unknown;
}
