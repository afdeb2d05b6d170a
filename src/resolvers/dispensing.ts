import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction } from '../db/in-transaction.ts';
import { dispense } from '../domain/dispensing/dispense.ts';
import { reverseDispense } from '../domain/dispensing/reverse-dispense.ts';
import type { DispenseRecord } from '../entities/dispense-record.ts';
import { DispenseInput, DispensePayload, ReverseDispenseInput } from '../schema/dispense-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { all, allFound } from './result.ts';
import { withWitness } from './witness-of.ts';

@Resolver()
export class DispenseMutations {
  @Mutation(() => DispensePayload, {
    description: 'Gives products to a patient or over the counter, first expiry first, and says from which batches.',
  })
  async dispense(@Arg('input', () => DispenseInput) input: DispenseInput, @Ctx() ctx: Context) {
    const hot = `${input.locationId}/${input.lines[0]?.productId ?? ''}`;
    let written: readonly DispenseRecord[] = [];
    const result = await inGatedTransaction(signedIn(ctx), hot, (tx) =>
      dispense(tx, input, (records) => (written = records)),
    );
    // Only a replay has to read what it answers with; without it no loader need be made.
    if (written.length > 0) return { records: written };
    return { records: await allFound(ctx.loaders.dispenseRecords, all(result, 'record'), 'dispense record') };
  }

  @Mutation(() => DispensePayload, { description: 'Takes a dispense record back, the whole of it, once.' })
  async reverseDispense(@Arg('input', () => ReverseDispenseInput) input: ReverseDispenseInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    const result = await inGatedTransaction(me, input.dispenseRecordId, (tx) => reverseDispense(tx, witnessed));
    return { records: await allFound(ctx.loaders.dispenseRecords, all(result, 'record'), 'dispense record') };
  }
}
