import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { readInventoryOverview } from '../domain/stock/inventory-overview.ts';
import { InventoryOverview } from '../schema/inventory-overview.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class OverviewQueries {
  @Query(() => InventoryOverview)
  inventoryOverview(
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return readInventoryOverview(ctx.db, signedIn(ctx).actor, locationId ?? null);
  }
}
