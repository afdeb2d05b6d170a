import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { listOutsidePharmacies } from '../domain/people/list-outside-pharmacies.ts';
import { saveOutsidePharmacy } from '../domain/people/save-outside-pharmacy.ts';
import { Location } from '../entities/location.ts';
import { OutsidePharmacy } from '../entities/outside-pharmacy.ts';
import { OutsidePharmacyInput, OutsidePharmacyPayload } from '../schema/outside-pharmacy-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class OutsidePharmacyQueries {
  @Query(() => [OutsidePharmacy], { description: "Those for which one of the caller's locations answers, by name." })
  outsidePharmacies(@Ctx() ctx: Context) {
    return listOutsidePharmacies(ctx.db, signedIn(ctx).actor);
  }
}

@Resolver()
export class OutsidePharmacyMutations {
  @Mutation(() => OutsidePharmacyPayload, {
    description: 'Registers a pharmacy that sends its dispensing events from another system, or changes it.',
  })
  async saveOutsidePharmacy(
    @Arg('input', () => OutsidePharmacyInput) input: OutsidePharmacyInput,
    @Ctx() ctx: Context,
  ) {
    const result = await inTransaction(signedIn(ctx), (tx) => saveOutsidePharmacy(tx, input));
    const id = only(result, 'outsidePharmacy');
    return { outsidePharmacy: await found(ctx.loaders.outsidePharmacies, id, 'outsidePharmacy') };
  }
}

@Resolver(() => OutsidePharmacy)
export class OutsidePharmacyFields {
  @FieldResolver(() => Location, { description: 'That answers for it.' })
  location(@Root() { locationId }: OutsidePharmacy, @Ctx() { loaders }: Context) {
    return loaders.locations.load(locationId);
  }
}
