import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { acknowledgeAlert, resolveAlert } from '../domain/alerts/act-on-alert.ts';
import { listAlerts } from '../domain/alerts/list-alerts.ts';
import { AlertActionInput, AlertPayload } from '../schema/alert-inputs.ts';
import { InventoryAlertConnection } from '../schema/connections.ts';
import { AlertFilter } from '../schema/filters.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class AlertQueries {
  @Query(() => InventoryAlertConnection, {
    description:
      "Of the caller's locations, newest first. Those of the organisation as a whole for ADMIN, MANAGER, PHARMACIST and AUDITOR.",
  })
  alerts(
    @Arg('filter', () => AlertFilter, { nullable: true }) filter: AlertFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listAlerts(ctx.db, signedIn(ctx).actor, filter ?? {}, { first, after });
  }
}

@Resolver()
export class AlertMutations {
  @Mutation(() => AlertPayload, { description: 'Says that somebody sees to it.' })
  async acknowledgeAlert(@Arg('input', () => AlertActionInput) input: AlertActionInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => acknowledgeAlert(tx, input));
    return { alert: await found(ctx.loaders.alerts, only(result, 'alert'), 'alert') };
  }

  @Mutation(() => AlertPayload, {
    description: 'Says that it is done. It stays silent until its cause has ended, or has become more severe.',
  })
  async resolveAlert(@Arg('input', () => AlertActionInput) input: AlertActionInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => resolveAlert(tx, input));
    return { alert: await found(ctx.loaders.alerts, only(result, 'alert'), 'alert') };
  }
}
