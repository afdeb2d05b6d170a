import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listRecallMatches } from '../domain/recalls/list-recall-matches.ts';
import { InventoryLot } from '../entities/inventory-lot.ts';
import { Product } from '../entities/product.ts';
import { RecallMatch } from '../entities/recall-match.ts';
import { Recall } from '../entities/recall.ts';
import { User } from '../entities/user.ts';
import { RecallMatchConnection } from '../schema/connections.ts';
import { RecallMatchStatus } from '../schema/enums.ts';
import type { Context } from './context.ts';

@Resolver()
export class RecallMatchQueries {
  @Query(() => RecallMatchConnection, {
    description:
      'What notices of the recall feed may concern, last found first. No match never means that something is safe.',
  })
  recallMatches(
    @Arg('status', () => RecallMatchStatus, { nullable: true }) status: RecallMatchStatus | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listRecallMatches(db, status ?? null, { first, after });
  }
}

@Resolver(() => RecallMatch)
export class RecallMatchFields {
  @FieldResolver(() => Product, { nullable: true })
  product(@Root() { productId }: RecallMatch, @Ctx() { loaders }: Context) {
    return loaders.products.load(productId);
  }

  @FieldResolver(() => InventoryLot, { nullable: true, description: 'Null: the match names none.' })
  lot(@Root() { lotId }: RecallMatch, @Ctx() { loaders }: Context) {
    return lotId === null ? null : loaders.lots.load(lotId);
  }

  @FieldResolver(() => Recall, { nullable: true, description: 'What it has become, confirmed.' })
  recall(@Root() { recallId }: RecallMatch, @Ctx() { loaders }: Context) {
    return recallId === null ? null : loaders.recalls.load(recallId);
  }

  @FieldResolver(() => User, { nullable: true })
  decidedBy(@Root() { decidedById }: RecallMatch, @Ctx() { loaders }: Context) {
    return decidedById === null ? null : loaders.users.load(decidedById);
  }
}
