/** What is or was held here, for notices to be held against: products that have lots, and the lots that a notice may mean. */
import type { Tx } from '../../db/in-transaction.ts';
import type { HeldLot, HeldProduct } from './match-notice.ts';

const productColumns = `p.id, p.name, b.name AS brand, p.generic_name AS "genericName", p.ndc, p.gtin`;
const lotColumns = `l.id, l.product_id AS "productId", l.manufacturer_lot_number AS number, l.lot_number_key AS key`;

export async function heldProducts(tx: Tx): Promise<HeldProduct[]> {
  return tx.query<HeldProduct[]>(
    `SELECT ${productColumns} FROM catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id
     WHERE EXISTS (SELECT FROM inventory.inventory_lot l WHERE l.product_id = p.id)`,
  );
}

/** Those with one of the numbers, and all of some products. */
export async function lotsThatMayBeMeant(
  tx: Tx,
  keys: readonly string[],
  productIds: readonly string[],
): Promise<HeldLot[]> {
  return tx.query<HeldLot[]>(
    `SELECT ${lotColumns} FROM inventory.inventory_lot l WHERE l.lot_number_key = ANY($1::text[])
     UNION SELECT ${lotColumns} FROM inventory.inventory_lot l WHERE l.product_id = ANY($2::uuid[])`,
    [keys, productIds],
  );
}

export async function lotsWithProducts(
  tx: Tx,
  lotIds: readonly string[],
): Promise<{ readonly lots: HeldLot[]; readonly products: HeldProduct[] }> {
  const lots = await tx.query<HeldLot[]>(
    `SELECT ${lotColumns} FROM inventory.inventory_lot l WHERE l.id = ANY($1::uuid[])`,
    [lotIds],
  );
  const products = await tx.query<HeldProduct[]>(
    `SELECT ${productColumns} FROM catalogue.product p LEFT JOIN catalogue.brand b ON b.id = p.brand_id WHERE p.id = ANY($1::uuid[])`,
    [lots.map(({ productId }) => productId)],
  );
  return { lots, products };
}
