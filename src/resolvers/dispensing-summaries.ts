import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { listDailySummaries } from '../domain/analytics/list-daily-summaries.ts';
import { readPrescribingIndicators } from '../domain/analytics/prescribing-indicators.ts';
import { requestAggregation } from '../domain/analytics/request-aggregation.ts';
import { listTopMedicines } from '../domain/analytics/top-medicines.ts';
import { AggregateInput, DailySummary, MedicineCount, PrescribingIndicators } from '../schema/daily-summary.ts';
import { JobPayload } from '../schema/job-status.ts';
import { Id, LocalDate } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';

const ofOne = { nullable: true, description: "One of the caller's locations; null: all of them." } as const;

@Resolver()
export class DispensingSummaryQueries {
  @Query(() => [DailySummary], {
    description: 'Every day from `from` to `to`, by day, then pharmacy. At most 4,000 summaries and 3,660 days.',
  })
  dailySummaries(
    @Arg('pharmacyId', () => Id, ofOne) pharmacyId: string | null | undefined,
    @Arg('from', () => LocalDate) from: string,
    @Arg('to', () => LocalDate) to: string,
    @Ctx() ctx: Context,
  ) {
    return listDailySummaries(ctx.db, signedIn(ctx).actor, { pharmacyId: pharmacyId ?? null, from, to });
  }

  @Query(() => PrescribingIndicators, { description: 'From `from` to `to`, at most 3,660 days.' })
  prescribingIndicators(
    @Arg('pharmacyId', () => Id, ofOne) pharmacyId: string | null | undefined,
    @Arg('from', () => LocalDate) from: string,
    @Arg('to', () => LocalDate) to: string,
    @Ctx() ctx: Context,
  ) {
    return readPrescribingIndicators(ctx.db, signedIn(ctx).actor, { pharmacyId: pharmacyId ?? null, from, to });
  }

  @Query(() => [MedicineCount], { description: 'By count, then by name; 1 to 100 of them. At most 3,660 days.' })
  topMedicines(
    @Arg('pharmacyId', () => Id, ofOne) pharmacyId: string | null | undefined,
    @Arg('from', () => LocalDate) from: string,
    @Arg('to', () => LocalDate) to: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10 }) first: number | null,
    @Ctx() ctx: Context,
  ) {
    const asked = { pharmacyId: pharmacyId ?? null, from, to };
    return listTopMedicines(ctx.db, signedIn(ctx).actor, asked, first ?? 10);
  }
}

@Resolver()
export class DispensingSummaryMutations {
  @Mutation(() => JobPayload, {
    description: 'Asks for days to be counted anew. Summaries keep themselves: this is for doubts.',
  })
  async aggregateDispensing(@Arg('input', () => AggregateInput) input: AggregateInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => requestAggregation(tx, input));
    return { jobId: only(result, 'job') };
  }
}
