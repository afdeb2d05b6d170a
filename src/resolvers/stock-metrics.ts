import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listStockMetrics } from '../domain/stock/list-stock-metrics.ts';
import { Stock } from '../entities/stock.ts';
import { StockMetricsConnection } from '../schema/connections.ts';
import { StockFilter } from '../schema/filters.ts';
import { StockMetrics } from '../schema/stock-metrics.ts';
import { signedIn, type Context } from './context.ts';

@Resolver()
export class StockMetricsQueries {
  @Query(() => StockMetricsConnection, {
    description: "Figures of the batches at the caller's locations, newest batch first.",
  })
  stockMetrics(
    @Arg('filter', () => StockFilter, { nullable: true }) filter: StockFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() ctx: Context,
  ) {
    return listStockMetrics(ctx.db, signedIn(ctx).actor, filter ?? {}, { first, after });
  }
}

@Resolver(() => Stock)
export class StockMetricsFields {
  @FieldResolver(() => StockMetrics, {
    nullable: true,
    description: 'Null until they are calculated for the first time.',
  })
  metrics(@Root() { id }: Stock, @Ctx() { loaders }: Context) {
    return loaders.metricsOfStock.load(id);
  }
}
