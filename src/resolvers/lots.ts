import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listLots } from '../domain/stock/list-lots.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Product } from '../entities/product.ts';
import { Recall } from '../entities/recall.ts';
import { Stock } from '../entities/stock.ts';
import { Vendor } from '../entities/vendor.ts';
import { Availability } from '../schema/availability.ts';
import { InventoryLotConnection } from '../schema/connections.ts';
import { LotStatus } from '../schema/enums.ts';
import { LotFilter } from '../schema/filters.ts';
import { LotTrace } from '../schema/lot-trace.ts';
import { Id } from '../schema/scalars.ts';
import type { Context } from './context.ts';

@Resolver()
export class LotQueries {
  @Query(() => InventoryLot, { nullable: true })
  lot(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.lots.load(id);
  }

  @Query(() => InventoryLotConnection, { description: 'Last received first.' })
  lots(
    @Arg('filter', () => LotFilter, { nullable: true }) filter: LotFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listLots(db, filter ?? {}, { first, after });
  }
}

@Resolver(() => InventoryLot)
export class LotFields {
  @FieldResolver(() => Product)
  product(@Root() { productId }: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => Vendor, { nullable: true })
  vendor(@Root() { vendorId }: InventoryLot, @Ctx() { loaders }: Context) {
    return vendorId === null ? null : loaders.vendors.load(vendorId);
  }

  @FieldResolver(() => LotStatus)
  status(@Root() lot: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.lotStatuses.load(lot.id);
  }

  @FieldResolver(() => [Stock], { description: "Its batches at the caller's locations, first received first." })
  stock(@Root() lot: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.stocksOfLot.load(lot.id);
  }

  @FieldResolver(() => Availability, { description: "At the caller's locations." })
  quantities(@Root() lot: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.availabilities.load({ of: 'lot_id', id: lot.id, locationId: null });
  }

  @FieldResolver(() => Recall, {
    nullable: true,
    description: 'The recall that blocks it: an open one, or one that was closed without release.',
  })
  recall(@Root() { id }: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.recallOfLot.load(id);
  }

  @FieldResolver(() => LotTrace)
  trace(@Root() { id }: InventoryLot, @Ctx() { loaders }: Context) {
    return loaders.traceOfLot.load(id);
  }
}
