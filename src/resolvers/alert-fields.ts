import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { InventoryAlert } from '../entities/inventory-alert.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Location } from '../entities/location.ts';
import { OpenVialSession } from '../entities/open-vial-session.ts';
import { Product } from '../entities/product.ts';
import { Recall } from '../entities/recall.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { AlertTarget } from '../schema/alert-target.ts';
import type { Context } from './context.ts';

@Resolver(() => InventoryAlert)
export class AlertFields {
  @FieldResolver(() => Location, { nullable: true, description: 'None: it is about the whole organisation.' })
  location(@Root() { locationId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return locationId === null ? null : loaders.locations.load(locationId);
  }

  @FieldResolver(() => Product, { nullable: true })
  product(@Root() { productId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return productId === null ? null : loaders.products.load(productId);
  }

  @FieldResolver(() => InventoryLot, { nullable: true })
  lot(@Root() { lotId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return lotId === null ? null : loaders.lots.load(lotId);
  }

  @FieldResolver(() => Stock, { nullable: true })
  stock(@Root() { stockId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return stockId === null ? null : loaders.stocks.load(stockId);
  }

  @FieldResolver(() => OpenVialSession, {
    nullable: true,
    description: 'Of an opened vial, where the caller may see it.',
  })
  session(@Root() { sessionId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return sessionId === null ? null : loaders.openVials.load(sessionId);
  }

  @FieldResolver(() => Recall, { nullable: true })
  recall(@Root() { recallId }: InventoryAlert, @Ctx() { loaders }: Context) {
    return recallId === null ? null : loaders.recalls.load(recallId);
  }

  @FieldResolver(() => AlertTarget, {
    nullable: true,
    description:
      'Of COUNT_VARIANCE the count that found it; of LEDGER_MISMATCH the count or transfer, or a batch that the dispense drew on.',
  })
  leadsTo(@Root() alert: InventoryAlert, @Ctx() { loaders }: Context) {
    return loaders.targetsOfAlert.load(alert);
  }

  @FieldResolver(() => User, { nullable: true })
  acknowledgedBy(@Root() { acknowledgedById }: InventoryAlert, @Ctx() { loaders }: Context) {
    return acknowledgedById === null ? null : loaders.users.load(acknowledgedById);
  }

  @FieldResolver(() => User, { nullable: true, description: 'None: it resolved by itself.' })
  resolvedBy(@Root() { resolvedById }: InventoryAlert, @Ctx() { loaders }: Context) {
    return resolvedById === null ? null : loaders.users.load(resolvedById);
  }
}
