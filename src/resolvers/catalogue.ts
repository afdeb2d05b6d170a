import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { listProducts, listVendors } from '../domain/catalogue/list-products.ts';
import { optionalUuid } from '../domain/uuid.ts';
import { Brand } from '../entities/brand.ts';
import { Product } from '../entities/product.ts';
import { Vendor } from '../entities/vendor.ts';
import { Availability } from '../schema/availability.ts';
import { ProductConnection } from '../schema/connections.ts';
import { ProductFilter } from '../schema/filters.ts';
import { Id } from '../schema/scalars.ts';
import type { Context } from './context.ts';

@Resolver()
export class CatalogueQueries {
  @Query(() => Product, { nullable: true })
  product(@Arg('id', () => Id) id: string, @Ctx() { loaders }: Context) {
    return loaders.products.load(id);
  }

  @Query(() => ProductConnection, { description: 'By name.' })
  products(
    @Arg('filter', () => ProductFilter, { nullable: true }) filter: ProductFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50 }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Ctx() { db }: Context,
  ) {
    return listProducts(db, filter ?? {}, { first, after });
  }

  @Query(() => [Vendor], { description: 'By name, at most 1000; search is a part of the name.' })
  vendors(@Arg('search', () => String, { nullable: true }) search: string | null | undefined, @Ctx() { db }: Context) {
    return listVendors(db, search ?? null);
  }
}

@Resolver(() => Product)
export class ProductFields {
  @FieldResolver(() => Brand, { nullable: true })
  brand(@Root() { brandId }: Product, @Ctx() { loaders }: Context) {
    return brandId === null ? null : loaders.brands.load(brandId);
  }

  @FieldResolver(() => Availability, { description: "At one of the caller's locations, or at all of them." })
  availability(
    @Root() product: Product,
    @Arg('locationId', () => Id, { nullable: true }) locationId: string | null | undefined,
    @Ctx() { loaders }: Context,
  ) {
    const place = optionalUuid(locationId, 'locationId');
    return loaders.availabilities.load({ of: 'product_id', id: product.id, locationId: place });
  }
}

@Resolver(() => Brand)
export class BrandFields {
  @FieldResolver(() => Vendor, { nullable: true })
  vendor(@Root() { vendorId }: Brand, @Ctx() { loaders }: Context) {
    return vendorId === null ? null : loaders.vendors.load(vendorId);
  }
}

@Resolver(() => Vendor)
export class VendorFields {
  @FieldResolver(() => [Brand], { description: 'By name.' })
  brands(@Root() vendor: Vendor, @Ctx() { loaders }: Context) {
    return loaders.brandsOfVendor.load(vendor.id);
  }
}
