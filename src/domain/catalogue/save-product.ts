/**
 * Makes a product, or changes one: a field that is absent keeps its value, null clears it. Brand and vendor are found
 * or made by name; naming a vendor says whose brand it is. stockUnit and dosesPerStockUnit are fixed once stock exists.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, NOT_FOUND, DUPLICATE {field: ndc, gtin, name}. Locks: the product; a first
 * intake of it waits, for it takes the same row's key.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit, type AuditLine } from '../audit.ts';
import { changesOf } from '../changes.ts';
import { claim, claimOnly, gate, type Result } from '../claim.ts';
import { isBudgetChanged, judgeBudgetsAnew } from '../cold-chain/budget-changed.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import { optionalText } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { findOrMakeNamed, findOrMakeVendor } from './find-or-make-product.ts';
import {
  insertProducts,
  productCodes,
  requireUnitsKept,
  selectProductFields,
  updateProducts,
  withGiven,
  type GivenFields,
  type ProductFields,
} from './product-fields.ts';

export type ProductToSave = GivenFields & {
  readonly brandName?: string | null;
  readonly vendorName?: string | null;
};

type KnownProduct = ProductFields & { readonly id: string; readonly brandId: string | null };

export async function createProduct(tx: Tx, input: ProductToSave): Promise<Result> {
  const product = withGiven({}, input);
  await claimOnly(tx, { mutation: 'createProduct', key: null, input });
  const id = uuid();
  const brandId = await brandOf(tx, input, null);
  const row = { ...product, id, brandId };
  await refuseDuplicates(productCodes, () => tx.sql(insertProducts, [JSON.stringify([row])]));
  await record(tx, id, { action: 'createProduct', after: { ...product, brandId } });
  return { product: [id] };
}

export async function updateProduct(tx: Tx, id: string, input: ProductToSave): Promise<Result> {
  const known = await lockProduct(tx, id, input);
  const product = withGiven(known, input);
  requireUnitsKept(known, product, await hasStock(tx, id));
  const brandId = await brandOf(tx, input, known.brandId);
  const row = { ...product, id, brandId };
  await refuseDuplicates(productCodes, () => tx.sql(updateProducts, [JSON.stringify([row])]));
  const { names, before, after } = changesOf(known, { ...product, brandId });
  await record(tx, id, { action: 'updateProduct', before, after });
  if (isBudgetChanged(names)) await judgeBudgetsAnew(tx, [id]);
  return { product: [id] };
}

async function lockProduct(tx: Tx, id: string, input: ProductToSave): Promise<KnownProduct> {
  if (!isUuid(id)) throw notFound('product', id);
  const claimed = await claim<KnownProduct>(
    tx,
    { mutation: 'updateProduct', key: null, input },
    {
      locked: `SELECT p.* FROM catalogue.product p WHERE ${gate} AND p.id = $8 FOR UPDATE`,
      columns: `l.id, l.brand_id AS "brandId", ${selectProductFields('l')}`,
      values: [id],
    },
  );
  const [known] = claimed.replay === null ? claimed.rows : [];
  if (known === undefined) throw notFound('product', id);
  return known;
}

/** Asked after the lock was won, in a statement of its own. */
async function hasStock(tx: Tx, productId: string): Promise<boolean> {
  const [row] = await tx.sql('SELECT 1 FROM inventory.stock WHERE product_id = $1 LIMIT 1', [productId]);
  return row !== undefined;
}

async function brandOf(tx: Tx, input: ProductToSave, known: string | null): Promise<string | null> {
  const brandName = optionalText(input.brandName, 'brandName', 255);
  const vendorName = optionalText(input.vendorName, 'vendorName', 255);
  const brandId =
    input.brandName === undefined ? known : brandName && (await findOrMakeNamed(tx, 'brand', brandName)).id;
  if (vendorName === null) return brandId;
  if (brandId === null) {
    throw new Refusal('BAD_USER_INPUT', 'A vendor is known by its brands: give brandName too.', { field: 'brandName' });
  }
  const vendor = await findOrMakeVendor(tx, vendorName);
  const [moved] = await tx.sql<{ before: string | null }>(
    `UPDATE catalogue.brand b SET vendor_id = $2 FROM (SELECT id, vendor_id FROM catalogue.brand WHERE id = $1 FOR UPDATE) AS known
     WHERE b.id = known.id AND b.vendor_id IS DISTINCT FROM $2 RETURNING known.vendor_id AS before`,
    [brandId, vendor.id],
  );
  if (moved !== undefined) {
    const before = { vendorId: moved.before };
    await audit(tx, {
      entity: 'brand',
      entityId: brandId,
      action: 'updateBrand',
      before,
      after: { vendorId: vendor.id },
    });
  }
  return brandId;
}

async function record(tx: Tx, id: string, line: Pick<AuditLine, 'action' | 'before' | 'after'>): Promise<void> {
  await audit(tx, { entity: 'product', entityId: id, ...line });
  await tell(tx, { topic: 'product.changed', payload: { productIds: [id] } });
}
