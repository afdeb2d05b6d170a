import { Field, InputType, Int, ObjectType } from 'type-graphql';
import type { Role as RoleName } from '../actor.ts';
import { Location } from '../entities/location.ts';
import { Settings } from '../entities/settings.ts';
import { StorageUnit } from '../entities/storage-unit.ts';
import { User } from '../entities/user.ts';
import { LocationKind, Role } from './enums.ts';
import { DateTime, Decimal, Id, Json } from './scalars.ts';

@InputType('LoginInput')
export class LoginInput {
  @Field(() => String)
  readonly email!: string;
  @Field(() => String)
  readonly password!: string;
}

@ObjectType('LoginPayload', { simpleResolvers: true })
export class LoginPayload {
  @Field(() => String, { description: 'Send it as "Authorization: Bearer <token>".' })
  readonly token!: string;
  @Field(() => DateTime)
  readonly expiresAt!: Date;
  @Field(() => User)
  readonly user!: User;
}

@InputType('UserInput', { description: 'Without an id: a new user. Roles and locations are replaced by those given.' })
export class UserInput {
  @Field(() => Id, { nullable: true })
  readonly id?: string | null;
  @Field(() => String, { description: 'Signs in with it; unique whatever the case of its letters.' })
  readonly email!: string;
  @Field(() => String, { description: '1 to 255 characters.' })
  readonly displayName!: string;
  @Field(() => [Role])
  readonly roles!: readonly RoleName[];
  @Field(() => [Id], { description: "The caller's own, or those that the user has." })
  readonly locationIds!: readonly string[];
  @Field(() => Boolean, { nullable: true, defaultValue: true })
  readonly active?: boolean | null;
  @Field(() => String, { nullable: true, description: '12 to 1024 characters; absent or null keeps the present one.' })
  readonly password?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Takes a forgotten PIN away: the person sets another.' })
  readonly clearWitnessPin?: boolean | null;
}

@InputType('WitnessPinInput')
export class WitnessPinInput {
  @Field(() => String, { description: '6 to 12 digits, three different ones at the least, not in a row.' })
  readonly pin!: string;
  @Field(() => String, { nullable: true, description: 'Needed where there is one already.' })
  readonly currentPin?: string | null;
}

@ObjectType('UserPayload', { simpleResolvers: true })
export class UserPayload {
  @Field(() => User)
  readonly user!: User;
}

@InputType('LocationInput', { description: 'Without an id: a new location, at which the caller works from then on.' })
export class LocationInput {
  @Field(() => Id, { nullable: true })
  readonly id?: string | null;
  @Field(() => String, { description: 'Short and unique, such as "MAIN"; 1 to 50 characters.' })
  readonly code!: string;
  @Field(() => String, { description: '1 to 100 characters.' })
  readonly name!: string;
  @Field(() => LocationKind)
  readonly kind!: LocationKind;
  @Field(() => String, { description: 'An IANA name such as "America/New_York".' })
  readonly timeZone!: string;
  @Field(() => Json, { nullable: true, description: 'An object of ids by system name; absent keeps, null clears.' })
  readonly externalIds?: unknown;
}

@ObjectType('LocationPayload', { simpleResolvers: true })
export class LocationPayload {
  @Field(() => Location)
  readonly location!: Location;
}

@InputType('StorageUnitInput', { description: 'Without an id: a new one. It stays at its location.' })
export class StorageUnitInput {
  @Field(() => Id, { nullable: true })
  readonly id?: string | null;
  @Field(() => Id)
  readonly locationId!: string;
  @Field(() => String, { description: '1 to 100 characters, unique at its location.' })
  readonly name!: string;
  @Field(() => Decimal, { description: '°C, at the limit is inside; at most 2 decimals.' })
  readonly minCelsius!: string;
  @Field(() => Decimal, { description: '°C, at the limit is inside; at most 2 decimals.' })
  readonly maxCelsius!: string;
  @Field(() => Int, { nullable: true, defaultValue: 5, description: '0 to 10080.' })
  readonly graceMinutes?: number | null;
}

@ObjectType('StorageUnitPayload', { simpleResolvers: true })
export class StorageUnitPayload {
  @Field(() => StorageUnit)
  readonly storageUnit!: StorageUnit;
}

@InputType('SettingsInput', { description: 'What is absent or null stays as it is.' })
export class SettingsInput {
  @Field(() => [Int], { nullable: true, description: '1 to 10 different numbers of days, 1 to 3650.' })
  readonly expiryHorizonDays?: readonly number[] | null;
  @Field(() => Boolean, { nullable: true })
  readonly policyVialSharing?: boolean | null;
  @Field(() => Decimal, { nullable: true, description: '0 to 1: 0.01 is one percent.' })
  readonly countToleranceShare?: string | null;
  @Field(() => String, { nullable: true, description: 'ISO 4217, such as "USD".' })
  readonly currency?: string | null;
  @Field(() => [String], { nullable: true, description: 'At most 50 plain addresses.' })
  readonly alertEmails?: readonly string[] | null;
  @Field(() => [String], { nullable: true, description: 'At most 20, https.' })
  readonly webhookUrls?: readonly string[] | null;
}

@ObjectType('SettingsPayload', { simpleResolvers: true })
export class SettingsPayload {
  @Field(() => Settings)
  readonly settings!: Settings;
}
