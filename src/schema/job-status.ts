import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Id } from './scalars.ts';

@ObjectType('JobStatus', {
  simpleResolvers: true,
  description: 'A background job that the workers know, and how it is doing.',
})
export class JobStatus {
  @Field(() => String)
  readonly name!: string;

  @Field(() => String, { description: 'When it runs, in words.' })
  readonly schedule!: string;

  @Field(() => DateTime, { nullable: true, description: 'When its last attempt began.' })
  readonly lastRunAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'In milliseconds; null while it runs.' })
  readonly lastDurationMs!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'COMPLETED, FAILED, ACTIVE (it runs), WAITING (it will be tried again).',
  })
  readonly lastOutcome!: string | null;

  @Field(() => String, { nullable: true, description: 'Of the last run, where that did not succeed.' })
  readonly lastError!: string | null;

  @Field(() => Int, { description: 'Changes that it has still to look at, and runs that were asked for.' })
  readonly waiting!: number;

  @Field(() => Int)
  readonly active!: number;

  @Field(() => Int, { description: 'Runs that failed for good within the last 14 days.' })
  readonly failed!: number;

  @Field(() => DateTime, { nullable: true })
  readonly nextRunAt!: Date | null;
}

@ObjectType('JobPayload', { simpleResolvers: true, description: 'A run that was asked for.' })
export class JobPayload {
  @Field(() => Id, { description: 'For job(id).' })
  readonly jobId!: string;
}
