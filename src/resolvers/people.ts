import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Location } from '../entities/location.ts';
import { Settings } from '../entities/settings.ts';
import { StorageUnit } from '../entities/storage-unit.ts';
import { TemperatureReading } from '../entities/temperature-reading.ts';
import { User } from '../entities/user.ts';
import {
  listAllLocations,
  listLocations,
  listProviders,
  listUsers,
  readSettings,
} from '../domain/people/list-people.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class PeopleQueries {
  @Query(() => User, { description: 'Who is signed in.' })
  me(@Ctx() ctx: Context) {
    return ctx.loaders.users.load(signedIn(ctx).actor.id);
  }

  @Query(() => [User], { description: 'All users, active or not, by e-mail address.' })
  users(@Ctx() ctx: Context) {
    return listUsers(ctx.db);
  }

  @Query(() => [Location], { description: "The caller's locations, by name." })
  locations(@Ctx() ctx: Context) {
    return listLocations(ctx.db, signedIn(ctx).actor);
  }

  @Query(() => [Location], {
    description: "Of the whole organisation, by name: the other end of a transfer need not be one of the caller's.",
  })
  allLocations(@Ctx() ctx: Context) {
    return listAllLocations(ctx.db);
  }

  @Query(() => [User], {
    description: "Who treats at one of the caller's locations, by name: active users of the role PROVIDER.",
  })
  providers(@Arg('locationId', () => Id) locationId: string, @Ctx() ctx: Context) {
    return listProviders(ctx.db, signedIn(ctx).actor, locationId);
  }

  @Query(() => Settings)
  settings(@Ctx() ctx: Context) {
    return readSettings(ctx.db, signedIn(ctx).actor);
  }
}

@Resolver(() => User)
export class UserFields {
  @FieldResolver(() => [Location], { description: 'Where the user works.' })
  locations(@Root() user: User, @Ctx() { loaders }: Context) {
    return loaders.locationsOfUser.load(user.id);
  }
}

@Resolver(() => Location)
export class LocationFields {
  @FieldResolver(() => [StorageUnit], { description: "By name; none of a location that is not the caller's." })
  storageUnits(@Root() location: Location, @Ctx() { loaders }: Context) {
    return loaders.storageUnitsOfLocation.load(location.id);
  }
}

@Resolver(() => StorageUnit)
export class StorageUnitFields {
  @FieldResolver(() => Location)
  location(@Root() unit: StorageUnit, @Ctx() { loaders }: Context) {
    return loaders.locations.load(unit.locationId);
  }

  @FieldResolver(() => TemperatureReading, { nullable: true, description: 'By the time of measuring.' })
  latestReading(@Root() unit: StorageUnit, @Ctx() { loaders }: Context) {
    return loaders.latestReadingOfUnit.load(unit.id);
  }
}
