import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { parseGs1 } from '../domain/catalogue/gs1.ts';
import { productByGtin } from '../domain/catalogue/list-products.ts';
import { Product } from '../entities/product.ts';
import { ParsedBarcode } from '../schema/parsed-barcode.ts';
import type { Context } from './context.ts';

@Resolver()
export class BarcodeQueries {
  @Query(() => ParsedBarcode, {
    description: 'Reads a GS1 element string, its human-readable form "(01)…(17)…(10)…", or a retail number.',
  })
  parseBarcode(@Arg('data', () => String) data: string): ParsedBarcode {
    const now = new Date();
    return parseGs1(data, { year: now.getUTCFullYear(), month: now.getUTCMonth() + 1, day: now.getUTCDate() });
  }
}

@Resolver(() => ParsedBarcode)
export class ParsedBarcodeFields {
  @FieldResolver(() => Product, { nullable: true, description: 'The product of that GTIN, where it is known.' })
  product(@Root() { gtin }: ParsedBarcode, @Ctx() { db }: Context) {
    return gtin === null ? null : productByGtin(db, gtin);
  }
}
