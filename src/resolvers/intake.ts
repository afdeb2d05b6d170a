import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inVerbTransaction } from '../db/in-transaction.ts';
import { intake } from '../domain/stock/intake.ts';
import { IntakeInput, IntakePayload } from '../schema/intake-input.ts';
import { signedIn, type Context } from './context.ts';
import { found, only } from './result.ts';

@Resolver()
export class IntakeMutations {
  @Mutation(() => IntakePayload, {
    description:
      'Takes a delivery in: vendor, brand, product, lot, stock, position, ledger and audit rows, all of them or none.',
  })
  async intake(@Arg('input', () => IntakeInput) input: IntakeInput, @Ctx() ctx: Context) {
    const result = await inVerbTransaction(signedIn(ctx), (tx) => intake(tx, input));
    const { loaders } = ctx;
    const [stock, lot, product, transaction] = await Promise.all([
      found(loaders.stocks, only(result, 'stock'), 'stock'),
      loaders.lots.load(only(result, 'lot')),
      loaders.products.load(only(result, 'product')),
      loaders.transactions.load({ stockId: only(result, 'stock'), id: only(result, 'transaction') }),
    ]);
    return { stock, lot, product, transaction };
  }
}
