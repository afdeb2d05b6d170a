import { Arg, Ctx, FieldResolver, Float, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { listJobs, readJobRun } from '../domain/jobs/list-jobs.ts';
import { requestJob } from '../domain/jobs/request-job.ts';
import { JobRun } from '../entities/job-run.ts';
import { JobPayload, JobStatus } from '../schema/job-status.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';

@Resolver()
export class JobQueries {
  @Query(() => [JobStatus], { description: 'What the workers do; empty where none has ever run.' })
  jobs(@Ctx() ctx: Context) {
    return listJobs(ctx.db);
  }

  @Query(() => JobRun, { nullable: true, description: 'A run: any for an ADMIN, their own for others.' })
  job(@Arg('id', () => Id) id: string, @Ctx() ctx: Context) {
    return readJobRun(ctx.db, signedIn(ctx).actor, id);
  }
}

@Resolver()
export class JobMutations {
  @Mutation(() => JobPayload, {
    description: 'Asks for stock metrics that are up to date; quick where nothing has changed.',
  })
  async refreshStockMetrics(@Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) =>
      requestJob(tx, 'refreshStockMetrics', 'refresh-stock-metrics', { atOnce: true }),
    );
    return { jobId: only(result, 'job') };
  }
}

@Resolver(() => JobRun)
export class JobRunFields {
  @FieldResolver(() => Float, { nullable: true, description: 'The share that is done, 0 to 1, of jobs that tell it.' })
  progress(@Root() { progress }: JobRun) {
    return progress === null ? null : Number(progress);
  }
}
