import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction } from '../db/in-transaction.ts';
import { delistFromPlatform, listOnPlatform } from '../domain/stock/list-on-platform.ts';
import { moveStock } from '../domain/stock/move-stock.ts';
import { updateStock } from '../domain/stock/update-stock.ts';
import { DelistInput, ListOnPlatformInput, MoveStockInput, UpdateStockInput } from '../schema/batch-inputs.ts';
import { StockPayload } from '../schema/stock-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { stockPayload } from './stock-payload.ts';

/** What is known of a batch besides its quantities. */
@Resolver()
export class BatchMutations {
  @Mutation(() => StockPayload, { description: 'Puts a batch to another place of its location.' })
  async moveStock(@Arg('input', () => MoveStockInput) input: MoveStockInput, @Ctx() ctx: Context) {
    return stockPayload(ctx, await inGatedTransaction(signedIn(ctx), input.stockId, (tx) => moveStock(tx, input)));
  }

  @Mutation(() => StockPayload, { description: 'Corrects what is known of a batch besides its quantities.' })
  async updateStock(@Arg('input', () => UpdateStockInput) input: UpdateStockInput, @Ctx() ctx: Context) {
    return stockPayload(ctx, await inGatedTransaction(signedIn(ctx), input.stockId, (tx) => updateStock(tx, input)));
  }

  @Mutation(() => StockPayload, { description: 'Offers a batch on a sales platform.' })
  async listOnPlatform(@Arg('input', () => ListOnPlatformInput) input: ListOnPlatformInput, @Ctx() ctx: Context) {
    return stockPayload(ctx, await inGatedTransaction(signedIn(ctx), input.stockId, (tx) => listOnPlatform(tx, input)));
  }

  @Mutation(() => StockPayload, { description: 'Ends an offer on a sales platform.' })
  async delistFromPlatform(@Arg('input', () => DelistInput) input: DelistInput, @Ctx() ctx: Context) {
    return stockPayload(
      ctx,
      await inGatedTransaction(signedIn(ctx), input.stockId, (tx) => delistFromPlatform(tx, input)),
    );
  }
}
