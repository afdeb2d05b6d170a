import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listTransactions } from '../domain/stock/list-transactions.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { Location } from '../entities/location.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { InventoryTransactionConnection } from '../schema/connections.ts';
import { TransactionFilter } from '../schema/filters.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class TransactionQueries {
  @Query(() => InventoryTransactionConnection, {
    description: "The ledger of the caller's locations, last recorded first.",
  })
  inventoryTransactions(
    @Arg('filter', () => TransactionFilter, { nullable: true }) filter: TransactionFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listTransactions(ctx.db, signedIn(ctx).actor, filter ?? {}, { first, after });
  }
}

@Resolver(() => InventoryTransaction)
export class TransactionFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: InventoryTransaction, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: InventoryTransaction, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }

  @FieldResolver(() => Product)
  product(@Root() { productId }: InventoryTransaction, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => Location)
  location(@Root() { locationId }: InventoryTransaction, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => User)
  performedBy(@Root() { performedById }: InventoryTransaction, @Ctx() { loaders }: Context) {
    return loaders.users.load(performedById);
  }
}
