import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { readFefoPlan } from '../domain/stock/read-fefo-plan.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Stock } from '../entities/stock.ts';
import { FefoAllocation, FefoPlan, FefoSkip } from '../schema/fefo-plan.ts';
import { Decimal, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class FefoQueries {
  @Query(() => FefoPlan)
  fefoPlan(
    @Arg('productId', () => Id) productId: string,
    @Arg('locationId', () => Id) locationId: string,
    @Arg('quantity', () => Decimal) quantity: string,
    @Ctx() ctx: Context,
  ) {
    return readFefoPlan(ctx.db, signedIn(ctx).actor, { productId, locationId, quantity });
  }
}

@Resolver(() => FefoAllocation)
export class FefoAllocationFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: FefoAllocation, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: FefoAllocation, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }
}

@Resolver(() => FefoSkip)
export class FefoSkipFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: FefoSkip, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: FefoSkip, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }
}
