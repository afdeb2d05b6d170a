import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inGatedTransaction } from '../db/in-transaction.ts';
import { adjustStock } from '../domain/stock/adjust-stock.ts';
import { changeLotStatus } from '../domain/stock/change-lot-status.ts';
import { changeStockStatus } from '../domain/stock/change-stock-status.ts';
import { decreaseStock } from '../domain/stock/decrease-stock.ts';
import { increaseStock } from '../domain/stock/increase-stock.ts';
import { moveBucket } from '../domain/stock/move-bucket.ts';
import {
  AdjustStockInput,
  ChangeLotStatusInput,
  ChangeStockStatusInput,
  DecreaseStockInput,
  IncreaseStockInput,
  LotPayload,
  MoveBucketInput,
  StockPayload,
} from '../schema/stock-inputs.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';
import { stockPayload } from './stock-payload.ts';
import { withWitness } from './witness-of.ts';

@Resolver()
export class StockMutations {
  @Mutation(() => StockPayload, { description: 'Units of one batch leave as a SALE.' })
  async decreaseStock(@Arg('input', () => DecreaseStockInput) input: DecreaseStockInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    return stockPayload(ctx, await inGatedTransaction(me, input.stockId, (tx) => decreaseStock(tx, input)));
  }

  @Mutation(() => StockPayload, { description: 'Units come back to their batch as a RETURN.' })
  async increaseStock(@Arg('input', () => IncreaseStockInput) input: IncreaseStockInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    return stockPayload(ctx, await inGatedTransaction(me, input.stockId, (tx) => increaseStock(tx, input)));
  }

  @Mutation(() => StockPayload, { description: 'Sets what is on hand to what was found; costs stay.' })
  async adjustStock(@Arg('input', () => AdjustStockInput) input: AdjustStockInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return stockPayload(ctx, await inGatedTransaction(me, input.stockId, (tx) => adjustStock(tx, witnessed)));
  }

  @Mutation(() => StockPayload, {
    description: 'Moves units of a batch between shelf, quarantine, hold, defects and samples.',
  })
  async moveBucket(@Arg('input', () => MoveBucketInput) input: MoveBucketInput, @Ctx() ctx: Context) {
    const me = signedIn(ctx);
    const witnessed = await withWitness(me, input);
    return stockPayload(ctx, await inGatedTransaction(me, input.stockId, (tx) => moveBucket(tx, witnessed)));
  }

  @Mutation(() => StockPayload, { description: 'Brings a batch to another status, and its buckets along.' })
  async changeStockStatus(
    @Arg('input', () => ChangeStockStatusInput) input: ChangeStockStatusInput,
    @Ctx() ctx: Context,
  ) {
    const me = signedIn(ctx);
    return stockPayload(ctx, await inGatedTransaction(me, input.stockId, (tx) => changeStockStatus(tx, input)));
  }

  @Mutation(() => LotPayload, { description: 'Puts a lot into quarantine, or ends that, wherever it is held.' })
  async changeLotStatus(@Arg('input', () => ChangeLotStatusInput) input: ChangeLotStatusInput, @Ctx() ctx: Context) {
    const result = await inGatedTransaction(signedIn(ctx), input.lotId, (tx) => changeLotStatus(tx, input));
    return { lot: await ctx.loaders.lots.load(only(result, 'lot')) };
  }
}
