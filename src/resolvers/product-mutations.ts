import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { inTransaction } from '../db/in-transaction.ts';
import { createProduct, updateProduct } from '../domain/catalogue/save-product.ts';
import { ProductInput, ProductPayload } from '../schema/product-input.ts';
import { Id } from '../schema/scalars.ts';
import { signedIn, type Context } from './context.ts';
import { only } from './result.ts';

@Resolver()
export class ProductMutations {
  @Mutation(() => ProductPayload)
  async createProduct(@Arg('input', () => ProductInput) input: ProductInput, @Ctx() ctx: Context) {
    const result = await inTransaction(signedIn(ctx), (tx) => createProduct(tx, input));
    return { product: await ctx.loaders.products.load(only(result, 'product')) };
  }

  @Mutation(() => ProductPayload, { description: 'What stock is counted in stays as it is once there is stock.' })
  async updateProduct(
    @Arg('id', () => Id) id: string,
    @Arg('input', () => ProductInput) input: ProductInput,
    @Ctx() ctx: Context,
  ) {
    await inTransaction(signedIn(ctx), (tx) => updateProduct(tx, id, input));
    return { product: await ctx.loaders.products.load(id) };
  }
}
