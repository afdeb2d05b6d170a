import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listTransfers } from '../domain/transfers/list-transfers.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransferLine } from '../entities/inventory-transfer-line.ts';
import { InventoryTransfer } from '../entities/inventory-transfer.ts';
import { Location } from '../entities/location.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { InventoryTransferConnection } from '../schema/connections.ts';
import { TransferStatus } from '../schema/enums.ts';
import { Id } from '../schema/scalars.ts';
import { batchElsewhere } from './batch-elsewhere.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class TransferQueries {
  @Query(() => InventoryTransfer, { nullable: true })
  transfer(@Arg('id', () => Id) id: string, @Ctx() ctx: Context) {
    return ctx.loaders.transfers.load(id);
  }

  @Query(() => InventoryTransferConnection, {
    description: "From and to the caller's locations, or one of them; the last asked for first.",
  })
  transfers(
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Arg('status', () => [TransferStatus], { nullable: true }) status: TransferStatus[] | null | undefined,
    @Arg('hasDiscrepancy', () => Boolean, { nullable: true }) hasDiscrepancy: boolean | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listTransfers(ctx.db, signedIn(ctx).actor, { locationId, status, hasDiscrepancy }, { first, after });
  }
}

@Resolver(() => InventoryTransfer)
export class TransferFields {
  @FieldResolver(() => Location)
  from(@Root() { fromLocationId }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return loaders.locations.load(fromLocationId);
  }

  @FieldResolver(() => Location)
  to(@Root() { toLocationId }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return loaders.locations.load(toLocationId);
  }

  @FieldResolver(() => [InventoryTransferLine])
  lines(@Root() { id }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return loaders.linesOfTransfer.load(id);
  }

  @FieldResolver(() => User)
  requestedBy(@Root() { requestedById }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return loaders.users.load(requestedById);
  }

  @FieldResolver(() => User, { nullable: true })
  approvedBy(@Root() { approvedById }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return approvedById === null ? null : loaders.users.load(approvedById);
  }

  @FieldResolver(() => User, { nullable: true })
  shippedBy(@Root() { shippedById }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return shippedById === null ? null : loaders.users.load(shippedById);
  }

  @FieldResolver(() => User, { nullable: true })
  receivedBy(@Root() { receivedById }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return receivedById === null ? null : loaders.users.load(receivedById);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who rejected or cancelled it.' })
  endedBy(@Root() { endedById }: InventoryTransfer, @Ctx() { loaders }: Context) {
    return endedById === null ? null : loaders.users.load(endedById);
  }
}

@Resolver(() => InventoryTransferLine)
export class TransferLineFields {
  @FieldResolver(() => Product)
  product(@Root() { productId }: InventoryTransferLine, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: InventoryTransferLine, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }

  @FieldResolver(() => Stock, {
    description:
      'The batch at the source. Who does not work there sees which one it is (id, codes, product, lot, location); what may be null is, anything else is FORBIDDEN.',
  })
  async stock(@Root() { stockId }: InventoryTransferLine, @Ctx() { loaders }: Context) {
    const own = await loaders.stocks.load(stockId);
    if (own !== null) return own;
    const batch = await loaders.batchIdentities.load(stockId);
    return batch === null ? null : batchElsewhere(batch);
  }

  @FieldResolver(() => Stock, {
    nullable: true,
    description: 'The row that it was received into; null before that, and for who does not work there.',
  })
  destinationStock(@Root() { destinationStockId }: InventoryTransferLine, @Ctx() { loaders }: Context) {
    return destinationStockId === null ? null : loaders.stocks.load(destinationStockId);
  }
}
