/**
 * A transfer that did not arrive as it was shipped: one alert at either end, until somebody resolves it by hand. Called by
 * the receipt, once it is written.
 * Locks: the current alerts of the transfer.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { transferWords, type ShortLine } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

interface ShortLineRow extends ShortLine {
  readonly code: string;
  readonly fromLocationId: string;
  readonly toLocationId: string;
  readonly from: string;
  readonly to: string;
  readonly productId: string;
  readonly lotId: string;
}

export async function settleTransferAlerts(tx: Tx, transferId: string): Promise<Settled> {
  const lines = await tx.sql<ShortLineRow>(
    `SELECT t.code, t.from_location_id AS "fromLocationId", t.to_location_id AS "toLocationId", f.name AS "from", d.name AS "to",
       line.product_id AS "productId", line.lot_id AS "lotId", p.name AS product, p.stock_unit AS "stockUnit",
       lot.manufacturer_lot_number AS "lotNumber", line.shipped_quantity AS shipped, line.damaged_quantity AS damaged, line.lost_quantity AS lost
     FROM inventory.inventory_transfer t JOIN inventory.inventory_transfer_line line ON line.transfer_id = t.id
     JOIN people.location f ON f.id = t.from_location_id JOIN people.location d ON d.id = t.to_location_id
     JOIN catalogue.product p ON p.id = line.product_id JOIN inventory.inventory_lot lot ON lot.id = line.lot_id
     WHERE t.id = $1 AND line.received_quantity < line.shipped_quantity ORDER BY line.position`,
    [transferId],
  );
  return settleAlerts(tx, { found: findingsOf(transferId, lines) });
}

/** About one lot where it is one; else about the transfer as a whole. */
function findingsOf(transferId: string, lines: readonly ShortLineRow[]): Finding[] {
  const [first] = lines;
  if (first === undefined) return [];
  const about = lines.length === 1 ? { productId: first.productId, lotId: first.lotId } : {};
  const told = { ...about, ...transferWords({ ...first, lines }) };
  return [first.fromLocationId, first.toLocationId].map((locationId) => ({
    ...{ type: 'TRANSFER_DISCREPANCY', severity: 'WARNING', locationId, subject: transferId },
    ...told,
  }));
}
