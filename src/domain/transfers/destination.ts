/**
 * The rows at the destination into which a transfer is received: those of the same lot and batch code, made where there
 * are none yet, and a sibling where one is closed. What a batch costs and is goes along; where it lies is for the
 * destination to say.
 * Locks: the lots (shared: whoever blocks one waits for this receipt, or this receipt for that), new rows by batch code,
 * stock by id.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { DeaSchedule } from '../../schema/enums.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';
import { codeColumns, codeJoins, makeSibling, type Codes } from '../stock/make-sibling.ts';
import type { LockedTransfer } from './lock-transfer.ts';

export interface ShippedLine {
  readonly lineId: string;
  readonly batchCode: string;
  readonly shipped: string;
  readonly deaSchedule: DeaSchedule | null;
  /** The last storage unit at the source, and until when, of what may be too warm for only so long. */
  readonly stoodIn: string | null;
  readonly stoodUntil: Date | null;
}

export interface Home extends LockedStock {
  readonly stockUnit: string;
  /** Nothing has ever been in it. */
  readonly isNew: boolean;
}

/** With the lots locked. */
export async function shippedLines(tx: Tx, transferId: string): Promise<ShippedLine[]> {
  return tx.sql<ShippedLine>(
    `WITH held AS MATERIALIZED (SELECT o.id FROM inventory.inventory_lot o
       WHERE o.id IN (SELECT lot_id FROM inventory.inventory_transfer_line WHERE transfer_id = $1) ORDER BY o.id FOR SHARE)
     SELECT line.id AS "lineId", s.batch_code AS "batchCode", line.shipped_quantity AS shipped, p.dea_schedule AS "deaSchedule",
       stood.unit_id AS "stoodIn", stood.until AS "stoodUntil"
     FROM inventory.inventory_transfer_line line JOIN held ON held.id = line.lot_id JOIN inventory.stock s ON s.id = line.stock_id
     JOIN catalogue.product p ON p.id = line.product_id JOIN inventory.inventory_transfer t ON t.id = line.transfer_id
     LEFT JOIN LATERAL (SELECT o.storage_unit_id AS unit_id, least(o.until, t.shipped_at) AS until FROM inventory.stock_position o
       WHERE p.excursion_budget_minutes IS NOT NULL AND o.stock_id = s.id AND o.storage_unit_id IS NOT NULL AND o.since < t.shipped_at
       ORDER BY o.since DESC LIMIT 1) AS stood ON true
     WHERE line.transfer_id = $1 ORDER BY line.position`,
    [transferId],
  );
}

/** By batch code. */
export async function lockHomes(
  tx: Tx,
  transfer: LockedTransfer,
  lines: readonly ShippedLine[],
): Promise<ReadonlyMap<string, Home>> {
  await makeRows(tx, transfer, lines);
  const rows = await tx.sql<Home & Codes>(
    `WITH l AS MATERIALIZED (SELECT s.* FROM inventory.stock s
       WHERE s.location_id = $1 AND (s.batch_code, s.lot_id) IN (
         SELECT o.batch_code, o.lot_id FROM inventory.inventory_transfer_line line JOIN inventory.stock o ON o.id = line.stock_id
         WHERE line.transfer_id = $2)
       ORDER BY s.id FOR UPDATE)
     SELECT ${lockedStockColumns}, ${codeColumns}, p.stock_unit AS "stockUnit", l.ledger_seq = 0 AS "isNew" FROM l ${lockedStockJoins} ${codeJoins}`,
    [transfer.toLocationId, transfer.id],
  );
  const homes = new Map<string, Home>();
  for (const row of rows) {
    const home = row.status === 'CLOSED' ? { ...(await makeSibling(tx, row, '0')), isNew: true } : row;
    homes.set(row.batchCode, home);
  }
  return homes;
}

/** Empty, and without money: units and money come by the receipt. What another receipt has just made is left as it is. */
async function makeRows(tx: Tx, transfer: LockedTransfer, lines: readonly ShippedLine[]): Promise<void> {
  await tx.sql(
    `INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, status, grade, cogs_mode, unit_cogs,
       unit_cogs_min, unit_cogs_max, payment_terms, vat_rate, roi_percentage, shelf_life_days, delivered_on, metadata, external_ids, notes,
       lot_recalled, lot_quarantined, lot_expires_on)
     SELECT n.id, s.batch_code, s.sku, s.product_id, s.lot_id, $2, s.vendor_id, 'AWAITING_INTAKE', s.grade, s.cogs_mode, s.unit_cogs,
       s.unit_cogs_min, s.unit_cogs_max, s.payment_terms, s.vat_rate, s.roi_percentage, s.shelf_life_days, s.delivered_on, s.metadata,
       s.external_ids, s.notes, lot.recalled, lot.quarantined, lot.expires_on
     FROM unnest($3::uuid[], $4::uuid[]) AS n(line_id, id) JOIN inventory.inventory_transfer_line line ON line.id = n.line_id
     JOIN inventory.stock s ON s.id = line.stock_id JOIN inventory.inventory_lot lot ON lot.id = line.lot_id
     WHERE line.transfer_id = $1 AND NOT EXISTS (SELECT FROM inventory.stock o WHERE o.location_id = $2 AND o.batch_code = s.batch_code)
     ORDER BY s.batch_code ON CONFLICT DO NOTHING`,
    [transfer.id, transfer.toLocationId, lines.map(({ lineId }) => lineId), lines.map(() => uuid())],
  );
}

/** The money that each line has brought, onto its row. */
export async function addShares(
  tx: Tx,
  lines: readonly { readonly lineId: string; readonly home: Home }[],
): Promise<void> {
  await tx.sql(
    `WITH share AS (
       SELECT h.stock_id, line.purchase_price AS net, line.gross_purchase_price AS gross
       FROM unnest($1::uuid[], $2::uuid[]) AS h(line_id, stock_id) JOIN inventory.inventory_transfer_line line ON line.id = h.line_id
     ), total AS (
       SELECT s.id, coalesce(s.purchase_price + share.net, s.purchase_price, share.net) AS net,
         coalesce(s.gross_purchase_price + share.gross, s.gross_purchase_price, share.gross) AS gross
       FROM share JOIN inventory.stock s ON s.id = share.stock_id
     )
     UPDATE inventory.stock s SET purchase_price = t.net, gross_purchase_price = t.gross, vat_amount = t.gross - t.net,
       profit_per_shelf_day = round(t.gross * s.roi_percentage / 100 / s.shelf_life_days, 4)
     FROM total t WHERE s.id = t.id`,
    [lines.map(({ lineId }) => lineId), lines.map(({ home }) => home.id)],
  );
}
