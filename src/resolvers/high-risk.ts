import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { listHighRiskAlerts } from '../domain/analytics/list-high-risk-alerts.ts';
import { reviewHighRiskAlert } from '../domain/analytics/review-high-risk-alert.ts';
import { DispensingEvent } from '../entities/dispensing-event.ts';
import { HighRiskAlert } from '../entities/high-risk-alert.ts';
import { User } from '../entities/user.ts';
import { HighRiskAlertConnection } from '../schema/connections.ts';
import { HighRiskPayload, ReviewHighRiskInput } from '../schema/high-risk-inputs.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class HighRiskQueries {
  @Query(() => HighRiskAlertConnection, {
    description: "Of the caller's locations: the newest day first, of each day the riskiest first.",
  })
  highRiskAlerts(
    @Arg('pharmacyId', () => Id, { nullable: true }) pharmacyId: string | null | undefined,
    @Arg('reviewed', () => Boolean, { nullable: true, description: 'False: those that wait.' })
    reviewed: boolean | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listHighRiskAlerts(ctx.db, signedIn(ctx).actor, { pharmacyId, reviewed }, { first, after });
  }
}

@Resolver()
export class HighRiskMutations {
  @Mutation(() => HighRiskPayload, { description: 'Says what came of the review of a high-risk event, once.' })
  async reviewHighRiskAlert(@Arg('input', () => ReviewHighRiskInput) input: ReviewHighRiskInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => reviewHighRiskAlert(tx, input));
    return { alert: await found(ctx.loaders.highRiskAlerts, only(result, 'alert'), 'alert') };
  }
}

@Resolver(() => HighRiskAlert)
export class HighRiskAlertFields {
  @FieldResolver(() => DispensingEvent)
  event(@Root() { id }: HighRiskAlert, @Ctx() { loaders }: Context) {
    return loaders.eventOfHighRiskAlert.load(id);
  }

  @FieldResolver(() => User, { nullable: true })
  reviewedBy(@Root() { reviewedById }: HighRiskAlert, @Ctx() { loaders }: Context) {
    return reviewedById === null ? null : loaders.users.load(reviewedById);
  }

  @FieldResolver(() => Boolean, { description: 'The dispensing was taken back.' })
  async reversed(@Root() { eventId }: HighRiskAlert, @Ctx() { loaders }: Context) {
    return (await loaders.reversedAtOfEvent.load(eventId)) !== null;
  }
}
