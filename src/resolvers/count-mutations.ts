import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction, inTransaction } from '../db/in-transaction.ts';
import type { Result } from '../domain/claim.ts';
import { approveCount } from '../domain/counts/approve-count.ts';
import { cancelCount } from '../domain/counts/cancel-count.ts';
import { recordCount } from '../domain/counts/record-count.ts';
import { startCount } from '../domain/counts/start-count.ts';
import { submitCount } from '../domain/counts/submit-count.ts';
import { CountActionInput, CountPayload, RecordCountInput, StartCountInput } from '../schema/count-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';
import { withWitness } from './witness-of.ts';

@Resolver()
export class CountMutations {
  @Mutation(() => CountPayload, { description: 'Lists what is to be counted, batch by batch.' })
  async startCount(@Arg('input', () => StartCountInput) input: StartCountInput, @Ctx() ctx: Context) {
    return countPayload(ctx, await inTransaction(signedIn(ctx), (tx) => startCount(tx, input)));
  }

  @Mutation(() => CountPayload, { description: 'Tells what was found; several people may count parts of it.' })
  async recordCount(@Arg('input', () => RecordCountInput) input: RecordCountInput, @Ctx() ctx: Context) {
    return countPayload(ctx, await inGatedTransaction(signedIn(ctx), input.countId, (tx) => recordCount(tx, input)));
  }

  @Mutation(() => CountPayload, {
    description: 'Hands the count in. Where lines differ too much it is RECOUNTING: another person counts those again.',
  })
  async submitCount(@Arg('input', () => CountActionInput) input: CountActionInput, @Ctx() ctx: Context) {
    return countPayload(ctx, await inGatedTransaction(signedIn(ctx), input.countId, (tx) => submitCount(tx, input)));
  }

  @Mutation(() => CountPayload, { description: 'Posts what was found, by somebody who counted nothing of it.' })
  async approveCount(@Arg('input', () => CountActionInput) input: CountActionInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return countPayload(ctx, await inGatedTransaction(me, input.countId, (tx) => approveCount(tx, witnessed)));
  }

  @Mutation(() => CountPayload, { description: 'Ends a count without posting anything.' })
  async cancelCount(@Arg('input', () => CountActionInput) input: CountActionInput, @Ctx() ctx: Context) {
    return countPayload(ctx, await inGatedTransaction(signedIn(ctx), input.countId, (tx) => cancelCount(tx, input)));
  }
}

async function countPayload({ loaders }: Context, result: Result) {
  return { count: await found(loaders.counts, only(result, 'count'), 'count') };
}
