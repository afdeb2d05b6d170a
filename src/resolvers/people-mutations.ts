import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { readSettings } from '../domain/people/list-people.ts';
import { saveLocation } from '../domain/people/save-location.ts';
import { saveStorageUnit } from '../domain/people/save-storage-unit.ts';
import { saveUser } from '../domain/people/save-user.ts';
import { provePin, setWitnessPin } from '../domain/people/set-witness-pin.ts';
import { signIn } from '../domain/people/sign-in.ts';
import { updateSettings } from '../domain/people/update-settings.ts';
import {
  LocationInput,
  LocationPayload,
  LoginInput,
  LoginPayload,
  SettingsInput,
  SettingsPayload,
  StorageUnitInput,
  StorageUnitPayload,
  UserInput,
  UserPayload,
  WitnessPinInput,
} from '../schema/people-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';

@Resolver()
export class PeopleMutations {
  @Mutation(() => LoginPayload, {
    description:
      'Proves who is calling, by e-mail address and password. Five wrong tries in a row lock the address for 15 minutes.',
  })
  async login(@Arg('input', () => LoginInput) input: LoginInput, @Ctx() ctx: Context) {
    const person = await signIn(ctx, input);
    return { ...(await ctx.signToken(person)), user: await ctx.loaders.users.load(person.id) };
  }

  @Mutation(() => UserPayload, { description: 'Makes a user or changes one. One active ADMIN always stays.' })
  async saveUser(@Arg('input', () => UserInput) input: UserInput, @Ctx() ctx: Context) {
    const id = only(await inTransaction(signedIn(ctx), (tx) => saveUser(tx, input)), 'user');
    ctx.forgetActor(id);
    return { user: await ctx.loaders.users.load(id) };
  }

  @Mutation(() => UserPayload, {
    description:
      'Sets the PIN with which the caller, who signs in through an identity provider, signs as witness or authoriser. Refuses: BAD_USER_INPUT (a plain PIN, or the caller has a password), WITNESS_REJECTED (the present PIN is wrong, missing or locked).',
  })
  async setWitnessPin(@Arg('input', () => WitnessPinInput) { pin, currentPin }: WitnessPinInput, @Ctx() ctx: Context) {
    const session = signedIn(ctx);
    const user = await ctx.loaders.users.load(session.actor.id);
    if (currentPin != null && user !== null) await provePin(session, user.email, currentPin);
    await inTransaction(session, (tx) => setWitnessPin(tx, { pin, isProved: currentPin != null }));
    return { user };
  }

  @Mutation(() => LocationPayload, { description: 'Makes a location or changes one.' })
  async saveLocation(@Arg('input', () => LocationInput) input: LocationInput, @Ctx() ctx: Context) {
    const session = signedIn(ctx);
    const id = only(await inTransaction(session, (tx) => saveLocation(tx, input)), 'location');
    ctx.forgetActor(session.actor.id);
    return { location: await ctx.loaders.locations.load(id) };
  }

  @Mutation(() => StorageUnitPayload, { description: 'Makes a fridge, freezer or cabinet, or changes one.' })
  async saveStorageUnit(@Arg('input', () => StorageUnitInput) input: StorageUnitInput, @Ctx() ctx: Context) {
    const id = only(await inTransaction(signedIn(ctx), (tx) => saveStorageUnit(tx, input)), 'storageUnit');
    return { storageUnit: await ctx.loaders.storageUnits.load(id) };
  }

  @Mutation(() => SettingsPayload, { description: "Changes the organisation's settings." })
  async updateSettings(@Arg('input', () => SettingsInput) input: SettingsInput, @Ctx() ctx: Context) {
    await inTransaction(signedIn(ctx), (tx) => updateSettings(tx, input));
    return { settings: await readSettings(ctx.db, signedIn(ctx).actor) };
  }
}
