import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listStocks } from '../domain/stock/list-stocks.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Location } from '../entities/location.ts';
import { Product } from '../entities/product.ts';
import { StockReservation } from '../entities/stock-reservation.ts';
import { Stock } from '../entities/stock.ts';
import { StorageUnit } from '../entities/storage-unit.ts';
import { User } from '../entities/user.ts';
import { Vendor } from '../entities/vendor.ts';
import { InventoryTransactionConnection, StockConnection } from '../schema/connections.ts';
import { ReservationStatus, StockOrder } from '../schema/enums.ts';
import { StockFilter } from '../schema/filters.ts';
import { Id } from '../schema/scalars.ts';
import { StatusChange } from '../schema/status-change.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class StockQueries {
  @Query(() => Stock, { nullable: true })
  stock(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(id);
  }

  @Query(() => StockConnection, {
    description: "Batches at the caller's locations. What has no value to order by comes last.",
  })
  stocks(
    @Arg('filter', () => StockFilter, { nullable: true }) filter: StockFilter | null | undefined,
    @Arg('orderBy', () => StockOrder, { nullable: true, defaultValue: StockOrder.EXPIRY_ASC })
    orderBy: StockOrder | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listStocks(ctx.db, signedIn(ctx).actor, filter ?? {}, orderBy ?? 'EXPIRY_ASC', { first, after });
  }
}

@Resolver(() => Stock)
export class StockFields {
  @FieldResolver(() => Product)
  product(@Root() { productId }: Stock, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: Stock, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }

  @FieldResolver(() => Location)
  location(@Root() { locationId }: Stock, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => Vendor, { nullable: true })
  vendor(@Root() { vendorId }: Stock, @Ctx() { loaders }: Context) {
    return vendorId === null ? null : loaders.vendors.load(vendorId);
  }

  @FieldResolver(() => StorageUnit, { nullable: true })
  storageUnit(@Root() { storageUnitId }: Stock, @Ctx() { loaders }: Context) {
    return storageUnitId === null ? null : loaders.storageUnits.load(storageUnitId);
  }

  @FieldResolver(() => InventoryTransactionConnection, { description: "The batch's ledger, last line first." })
  transactions(
    @Root() stock: Stock,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    return loaders.transactionsOfStock.load({ stockId: stock.id, first, after });
  }

  @FieldResolver(() => [StockReservation], { description: 'Newest first; all, or those of one status.' })
  async reservations(
    @Root() stock: Stock,
    @Arg('status', () => ReservationStatus, { nullable: true }) status: ReservationStatus | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    const all = await loaders.reservationsOfStock.load(stock.id);
    return status == null ? all : all.filter((each) => each.status === status);
  }
}

@Resolver(() => StatusChange)
export class StatusChangeFields {
  @FieldResolver(() => User, { nullable: true })
  by(@Root() { by }: StatusChange, @Ctx() { loaders }: Context) {
    return by == null ? null : loaders.users.load(by);
  }
}

@Resolver(() => StockReservation)
export class StockReservationFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: StockReservation, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => User)
  reservedBy(@Root() { reservedById }: StockReservation, @Ctx() { loaders }: Context) {
    return loaders.users.load(reservedById);
  }
}
