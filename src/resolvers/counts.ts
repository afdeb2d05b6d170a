import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listCounts } from '../domain/counts/list-counts.ts';
import { InventoryCountLine } from '../entities/inventory-count-line.ts';
import { InventoryCount } from '../entities/inventory-count.ts';
import { Location } from '../entities/location.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { InventoryCountConnection } from '../schema/connections.ts';
import { CountStatus } from '../schema/enums.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class CountQueries {
  @Query(() => InventoryCount, { nullable: true })
  count(@Arg('id', () => Id) id: string, @Ctx() ctx: Context) {
    return ctx.loaders.counts.load(id);
  }

  @Query(() => InventoryCountConnection, { description: "Of the caller's locations, newest first." })
  counts(
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Arg('status', () => [CountStatus], { nullable: true }) status: CountStatus[] | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listCounts(ctx.db, signedIn(ctx).actor, { locationId, status }, { first, after });
  }
}

@Resolver(() => InventoryCount)
export class CountFields {
  @FieldResolver(() => Location)
  location(@Root() { locationId }: InventoryCount, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => [InventoryCountLine], { description: 'In the order in which one walks along the shelves.' })
  lines(@Root() { id }: InventoryCount, @Ctx() { loaders }: Context) {
    return loaders.linesOfCount.load(id);
  }

  @FieldResolver(() => User)
  startedBy(@Root() { startedById }: InventoryCount, @Ctx() { loaders }: Context) {
    return loaders.users.load(startedById);
  }

  @FieldResolver(() => User, { nullable: true })
  approvedBy(@Root() { approvedById }: InventoryCount, @Ctx() { loaders }: Context) {
    return approvedById === null ? null : loaders.users.load(approvedById);
  }
}

@Resolver(() => InventoryCountLine)
export class CountLineFields {
  @FieldResolver(() => Stock, {
    nullable: true,
    description: 'Null, in a blind count, to those who may count until it is submitted.',
  })
  stock(@Root() { stockId }: InventoryCountLine, @Ctx() { loaders }: Context) {
    return stockId === null ? null : loaders.stocks.load(stockId);
  }

  @FieldResolver(() => User, { nullable: true })
  countedBy(@Root() { countedById }: InventoryCountLine, @Ctx() { loaders }: Context) {
    return countedById === null ? null : loaders.users.load(countedById);
  }

  @FieldResolver(() => User, { nullable: true })
  recountedBy(@Root() { recountedById }: InventoryCountLine, @Ctx() { loaders }: Context) {
    return recountedById === null ? null : loaders.users.load(recountedById);
  }
}
