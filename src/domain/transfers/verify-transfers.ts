/**
 * Proves, over all rows, that transfers and ledger are one truth: what left the source is received, damaged, lost or in
 * transit, and nothing else is held or moved for it. Reads only.
 */
import { inStretch, type Check } from '../run-checks.ts';

const ledger = 'inventory.inventory_transaction';
const transfer = 'inventory.inventory_transfer t';
const lines = 'inventory.inventory_transfer_line line ON line.transfer_id = t.id';
const plain = (quantity: string) => `trim_scale(${quantity}::numeric)`;
const told =
  'coalesce(line.received_quantity, 0) + coalesce(line.damaged_quantity, 0) + coalesce(line.lost_quantity, 0)';

const ofBatch = (end: string) =>
  `SELECT FROM inventory.inventory_transfer_line line WHERE ${end} = s.id AND line.transfer_id::text = m.reference_id`;

/** A transfer's own lines of the ledger, of one batch. */
const moved = (type: string, stock: string) =>
  `(SELECT coalesce(sum(quantity_change), 0) FROM ${ledger} WHERE reference_id = t.id::text AND stock_id = ${stock} AND type = '${type}')`;

export const transferChecks: readonly Check[] = [
  {
    name: 'what was shipped is received, damaged, lost or in transit',
    entity: 'inventory_transfer',
    sql: `SELECT t.id, format('%s, of which %s are shipped, %s told of, %s in transit', t.status, ${plain('coalesce(line.shipped_quantity, 0)')},
        ${plain(`(${told})`)}, ${plain('line.in_transit_quantity')}) AS message
      FROM ${transfer} JOIN ${lines}
      WHERE ${inStretch('t.id')} AND NOT CASE t.status
        WHEN 'IN_TRANSIT' THEN line.shipped_quantity = line.in_transit_quantity AND line.received_quantity IS NULL AND line.shipped_quantity IS NOT NULL
        WHEN 'RECEIVED' THEN line.in_transit_quantity = 0 AND line.shipped_quantity = ${told} AND line.received_quantity IS NOT NULL
        ELSE line.shipped_quantity IS NULL AND line.received_quantity IS NULL END`,
  },
  {
    name: 'what a transfer moved is in the ledger of both ends',
    entity: 'inventory_transfer',
    sql: `SELECT t.id, format('%s shipped, %s left the source, %s came to the destination', ${plain('coalesce(line.shipped_quantity, 0)')},
        ${plain('-m.gone')}, ${plain('m.come')}) AS message
      FROM ${transfer} JOIN ${lines}
      CROSS JOIN LATERAL (SELECT ${moved('TRANSFER_OUT', 'line.stock_id')} AS gone, ${moved('TRANSFER_IN', 'line.destination_stock_id')} AS come) m
      WHERE ${inStretch('t.id')} AND (-m.gone <> coalesce(line.shipped_quantity, 0)
        OR m.come <> CASE t.status WHEN 'RECEIVED' THEN coalesce(line.shipped_quantity, 0) ELSE 0 END)`,
  },
  {
    name: 'a transfer is received into the same lot, at its destination',
    entity: 'inventory_transfer',
    sql: `SELECT t.id, format('batch %s came into batch %s', s.batch_code, d.batch_code) AS message
      FROM ${transfer} JOIN ${lines} JOIN inventory.stock s ON s.id = line.stock_id JOIN inventory.stock d ON d.id = line.destination_stock_id
      WHERE ${inStretch('t.id')} AND (s.lot_id, s.location_id, d.lot_id, d.location_id) <> (line.lot_id, t.from_location_id, line.lot_id, t.to_location_id)`,
  },
  {
    name: 'only an approved transfer holds units',
    entity: 'inventory_transfer',
    sql: `SELECT t.id, format('%s, and holds %s', t.status, ${plain('sum(r.quantity)')}) AS message
      FROM ${transfer} JOIN inventory.stock_reservation r ON r.transfer_id = t.id
      WHERE ${inStretch('t.id')} AND r.status = 'ACTIVE' AND t.status <> 'APPROVED' GROUP BY t.id`,
  },
  {
    name: 'a transfer knows whether it arrived as it was shipped',
    entity: 'inventory_transfer',
    sql: `SELECT t.id, format('a difference is %s, %s lines have one', t.has_discrepancy, l.short) AS message
      FROM ${transfer} CROSS JOIN LATERAL (
        SELECT count(*) AS short FROM inventory.inventory_transfer_line WHERE transfer_id = t.id AND received_quantity < shipped_quantity
      ) l
      WHERE ${inStretch('t.id')} AND t.has_discrepancy <> (l.short > 0)`,
  },
  {
    name: 'each movement between locations is of a transfer',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s names no transfer of this batch', m.ledger_seq) AS message
      FROM inventory.stock s JOIN ${ledger} m ON m.stock_id = s.id
      WHERE ${inStretch('s.id')} AND m.type IN ('TRANSFER_OUT', 'TRANSFER_IN') AND NOT CASE m.type
        WHEN 'TRANSFER_OUT' THEN EXISTS (${ofBatch('line.stock_id')}) ELSE EXISTS (${ofBatch('line.destination_stock_id')}) END`,
  },
];
