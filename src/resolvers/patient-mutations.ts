import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { createPatient, updatePatient } from '../domain/people/save-patient.ts';
import { PatientInput, PatientPayload } from '../schema/patient-input.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';

@Resolver()
export class PatientMutations {
  @Mutation(() => PatientPayload)
  async createPatient(@Arg('input', () => PatientInput) input: PatientInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => createPatient(tx, input));
    return { patient: await ctx.loaders.patients.load(only(result, 'patient')) };
  }

  @Mutation(() => PatientPayload)
  async updatePatient(
    @Arg('id', () => Id) id: string,
    @Arg('input', () => PatientInput) input: PatientInput,
    @Ctx() ctx: Context,
  ) {
    await inTransaction(signedIn(ctx), (tx) => updatePatient(tx, id, input));
    return { patient: await ctx.loaders.patients.load(id) };
  }
}
