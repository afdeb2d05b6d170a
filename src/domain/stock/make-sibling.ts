/**
 * A further batch of the same lot, for units that come back to one whose life is over: the same costs, terms and place,
 * a number of its own, empty. The old row and the lot must be locked by the caller.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { batchCode, batchSequence, nextNumbers, sku } from './codes.ts';
import type { LockedStock } from './lock-stock.ts';

export interface Codes {
  readonly lotCode: string;
  readonly productName: string;
  readonly brandName: string | null;
}

/** Columns of Codes, over a locked row `l` and its product `p`. */
export const codeColumns = 'lot.lot_code AS "lotCode", p.name AS "productName", brand.name AS "brandName"';
export const codeJoins =
  'LEFT JOIN inventory.inventory_lot lot ON lot.id = l.lot_id LEFT JOIN catalogue.brand ON brand.id = p.brand_id';

export async function makeSibling<Old extends LockedStock & Codes>(tx: Tx, old: Old, quantity: string): Promise<Old> {
  const number = (await nextNumbers(tx, [batchSequence])).get(batchSequence) ?? '';
  const codes = {
    id: uuid(),
    batchCode: batchCode(old.lotCode, number),
    sku: sku(old.brandName, old.productName, old.today, number),
  };
  await tx.sql(
    `INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, storage_unit_id, zone, rack, shelf, bin,
         status, grade, cogs_mode, unit_cogs, unit_cogs_min, unit_cogs_max, payment_terms, purchase_price, gross_purchase_price, vat_rate,
         vat_amount, roi_percentage, profit_per_shelf_day, shelf_life_days, delivered_on, metadata, external_ids, notes, lot_recalled, lot_quarantined, lot_expires_on)
       SELECT $2, $3, $4, product_id, lot_id, location_id, vendor_id, storage_unit_id, zone, rack, shelf, bin,
         'AWAITING_INTAKE', grade, cogs_mode, unit_cogs, unit_cogs_min, unit_cogs_max, payment_terms, money.net, money.gross, vat_rate,
         money.gross - money.net, roi_percentage, round(money.gross * roi_percentage / 100 / shelf_life_days, 4), shelf_life_days, delivered_on, metadata, external_ids, notes, lot_recalled, lot_quarantined, lot_expires_on
       FROM inventory.stock s,
         LATERAL (SELECT round(s.unit_cost * $5::numeric, 4) AS net, round(s.unit_cost * $5::numeric * (1 + coalesce(s.vat_rate, 0)), 4) AS gross) money
       WHERE s.id = $1`,
    [old.id, codes.id, codes.batchCode, codes.sku, quantity],
  );
  // An excursion is of the batch that stood in it; its decision would not reach this row.
  const nothing = {
    onHand: '0',
    reserved: '0',
    quarantine: '0',
    hold: '0',
    defective: '0',
    sample: '0',
    excursionId: null,
  };
  return { ...old, ...codes, ...nothing, available: '0', status: 'LIVE', version: 1, ledgerSeq: '0' };
}
