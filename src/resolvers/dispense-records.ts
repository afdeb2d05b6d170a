import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listDispenseRecords } from '../domain/dispensing/list-dispense-records.ts';
import { DispenseAllocation } from '../entities/dispense-allocation.ts';
import { DispenseRecord } from '../entities/dispense-record.ts';
import { DispensingEvent } from '../entities/dispensing-event.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { InventoryTransaction } from '../entities/inventory-transaction.ts';
import { Location } from '../entities/location.ts';
import { Patient } from '../entities/patient.ts';
import { Product } from '../entities/product.ts';
import { Stock } from '../entities/stock.ts';
import { User } from '../entities/user.ts';
import { DispenseRecordConnection } from '../schema/connections.ts';
import { DateTime, Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class DispenseRecordQueries {
  @Query(() => DispenseRecord, { nullable: true })
  dispenseRecord(@Arg('id', () => Id) id: string, @Ctx() ctx: Context) {
    return ctx.loaders.dispenseRecords.load(id);
  }

  @Query(() => DispenseRecordConnection, { description: "Of the caller's locations, newest first." })
  dispenseRecords(
    @Arg('patientId', () => Id, { nullable: true }) patientId: string | null | undefined,
    @Arg('productId', () => Id, { nullable: true }) productId: string | null | undefined,
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    const filter = { patientId, productId, locationId, from, to };
    return listDispenseRecords(ctx.db, signedIn(ctx).actor, filter, { first, after });
  }
}

@Resolver(() => DispenseRecord)
export class DispenseRecordFields {
  @FieldResolver(() => Product)
  product(@Root() { productId }: DispenseRecord, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => Location)
  location(@Root() { locationId }: DispenseRecord, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }

  @FieldResolver(() => Patient, { nullable: true, description: 'Null: over the counter.' })
  patient(@Root() { patientId }: DispenseRecord, @Ctx() { loaders }: Context) {
    return patientId === null ? null : loaders.patients.load(patientId);
  }

  @FieldResolver(() => User, { nullable: true, description: 'Who prescribed.' })
  provider(@Root() { providerId }: DispenseRecord, @Ctx() { loaders }: Context) {
    return providerId === null ? null : loaders.users.load(providerId);
  }

  @FieldResolver(() => [DispenseAllocation], { description: 'From which batches.' })
  allocations(@Root() record: DispenseRecord, @Ctx() { loaders }: Context) {
    return loaders.allocationsOfRecord.load(record.id);
  }

  @FieldResolver(() => DispensingEvent, { description: 'A reversal has the event of the record that it takes back.' })
  event(@Root() record: DispenseRecord, @Ctx() { loaders }: Context) {
    return loaders.eventOfRecord.load(record.id);
  }

  @FieldResolver(() => Id, { nullable: true, description: 'The record that takes this one back.' })
  reversedBy(@Root() record: DispenseRecord, @Ctx() { loaders }: Context) {
    return loaders.reversalOfRecord.load(record.id);
  }
}

@Resolver(() => DispenseAllocation)
export class DispenseAllocationFields {
  @FieldResolver(() => Stock)
  stock(@Root() { stockId }: DispenseAllocation, @Ctx() { loaders }: Context) {
    return loaders.stocks.load(stockId);
  }

  @FieldResolver(() => InventoryLot)
  lot(@Root() { lotId }: DispenseAllocation, @Ctx() { loaders }: Context) {
    return loaders.lots.load(lotId);
  }

  @FieldResolver(() => InventoryTransaction, { description: 'Its line in the ledger.' })
  transaction(@Root() allocation: DispenseAllocation, @Ctx() { loaders }: Context) {
    return loaders.lineOfAllocation.load(allocation);
  }
}
