import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { acknowledgeExcursion } from '../domain/cold-chain/acknowledge-excursion.ts';
import { listExcursions, listReadings } from '../domain/cold-chain/list-temperatures.ts';
import { recordTemperatures } from '../domain/cold-chain/record-temperatures.ts';
import { Stock } from '../entities/stock.ts';
import { StorageUnit } from '../entities/storage-unit.ts';
import { TemperatureExcursion } from '../entities/temperature-excursion.ts';
import { TemperatureReading } from '../entities/temperature-reading.ts';
import { User } from '../entities/user.ts';
import { DateTime, Id } from '../schema/scalars.ts';
import {
  AcknowledgeExcursionInput,
  ExcursionPayload,
  TemperaturePayload,
  TemperatureReadingInput,
} from '../schema/temperature-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class TemperatureQueries {
  @Query(() => [TemperatureReading], {
    description:
      'In the order of measuring, from the first instant to before the second. More than 10 000 are refused: ask for a shorter time.',
  })
  temperatureReadings(
    @Arg('storageUnitId', () => Id) storageUnitId: string,
    @Arg('from', () => DateTime) from: Date,
    @Arg('to', () => DateTime) to: Date,
    @Ctx() ctx: Context,
  ) {
    return listReadings(ctx.db, signedIn(ctx).actor, storageUnitId, { from, to });
  }

  @Query(() => [TemperatureExcursion], {
    description:
      "Of the caller's locations, those that reach into the time, the latest first. More than 1000 are refused: ask for a shorter time.",
  })
  temperatureExcursions(
    @Arg('storageUnitId', () => Id, { nullable: true }) storageUnitId: string | null | undefined,
    @Arg('from', () => DateTime, { nullable: true }) from: Date | null | undefined,
    @Arg('to', () => DateTime, { nullable: true }) to: Date | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listExcursions(ctx.db, signedIn(ctx).actor, { storageUnitId, from, to });
  }
}

@Resolver()
export class TemperatureMutations {
  @Mutation(() => TemperaturePayload, {
    description: 'At most 10 000 readings, late or doubled; excursions are found out a moment later.',
  })
  async recordTemperatures(
    @Arg('readings', () => [TemperatureReadingInput]) readings: TemperatureReadingInput[],
    @Ctx() ctx: Context,
  ) {
    return inTransaction(signedIn(ctx), (tx) => recordTemperatures(tx, readings));
  }

  @Mutation(() => ExcursionPayload, { description: 'Says what came of an excursion; releases a batch, or does not.' })
  async acknowledgeExcursion(
    @Arg('input', () => AcknowledgeExcursionInput) input: AcknowledgeExcursionInput,
    @Ctx() ctx: Context,
  ) {
    const result = await inTransaction(signedIn(ctx), (tx) => acknowledgeExcursion(tx, input));
    return { excursion: await found(ctx.loaders.excursions, only(result, 'excursion'), 'excursion') };
  }
}

@Resolver(() => TemperatureReading)
export class TemperatureReadingFields {
  @FieldResolver(() => StorageUnit)
  storageUnit(@Root() { storageUnitId }: TemperatureReading, @Ctx() { loaders }: Context) {
    return loaders.storageUnits.load(storageUnitId);
  }
}

@Resolver(() => TemperatureExcursion)
export class TemperatureExcursionFields {
  @FieldResolver(() => StorageUnit, { description: 'Of a batch: where it stood when its minutes were spent.' })
  storageUnit(@Root() { storageUnitId }: TemperatureExcursion, @Ctx() { loaders }: Context) {
    return loaders.storageUnits.load(storageUnitId);
  }

  @FieldResolver(() => [Stock], {
    description: 'Of a batch the batch; of a unit what stood in it meanwhile. At the locations of the caller.',
  })
  affectedStock(@Root() { id }: TemperatureExcursion, @Ctx() { loaders }: Context) {
    return loaders.stocksOfExcursion.load(id);
  }

  @FieldResolver(() => User, { nullable: true })
  acknowledgedBy(@Root() { acknowledgedById }: TemperatureExcursion, @Ctx() { loaders }: Context) {
    return acknowledgedById === null ? null : loaders.users.load(acknowledgedById);
  }
}
