import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listWasteRecords } from '../domain/waste/list-waste.ts';
import { Location } from '../entities/location.ts';
import { OpenVialSession } from '../entities/open-vial-session.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { WasteRecord } from '../entities/waste-record.ts';
import { WasteRecordConnection } from '../schema/connections.ts';
import { WasteReason } from '../schema/enums.ts';
import { DateTime, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class WasteQueries {
  @Query(() => WasteRecordConnection, { description: "Of the caller's locations, newest first." })
  wasteRecords(
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Arg('reason', () => [WasteReason], { nullable: true }) reason: WasteReason[] | null | undefined,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listWasteRecords(ctx.db, signedIn(ctx).actor, { locationId, reason, from, to }, { first, after });
  }
}

@Resolver(() => WasteRecord)
export class WasteRecordFields {
  @FieldResolver(() => Stock, { nullable: true })
  stock(@Root() { stockId }: WasteRecord, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => OpenVialSession, { nullable: true, description: 'Where doses of an opened vial were wasted.' })
  session(@Root() { sessionId }: WasteRecord, @Ctx() { loaders }: Context) {
    return sessionId === null ? null : loaders.openVials.load(sessionId);
  }

  @FieldResolver(() => Product)
  product(@Root() { productId }: WasteRecord, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => Location)
  location(@Root() { locationId }: WasteRecord, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => User)
  recordedBy(@Root() { recordedById }: WasteRecord, @Ctx() { loaders }: Context) {
    return loaders.users.load(recordedById);
  }

  @FieldResolver(() => User, { nullable: true })
  witness(@Root() { witnessId }: WasteRecord, @Ctx() { loaders }: Context) {
    return witnessId === null ? null : loaders.users.load(witnessId);
  }
}
