/**
 * Proves, over all rows, that quantities and ledger are one truth: each check is one statement that finds rows for which
 * it does not hold. Reads only.
 */
import type { DataSource } from 'typeorm';
import { inStretch, runChecks, type Check, type Fault } from '../run-checks.ts';

const lines = 'inventory.inventory_transaction';
const sumOf = (bucket: string) => `coalesce(sum(quantity_change) FILTER (WHERE bucket = '${bucket}'), 0)`;

/** Each goes from its rows to what belongs to them, by index: a range of ids on both sides is misjudged, and then slow. */
export const ledgerChecks: readonly Check[] = [
  {
    name: 'bucket is the sum of its lines',
    entity: 'stock',
    sql: `SELECT s.id, format('%s is %s, its lines sum up to %s', b.bucket, trim_scale(b.quantity), trim_scale(b.total)) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT ${sumOf('ON_HAND')} AS on_hand, ${sumOf('RESERVED')} AS reserved, ${sumOf('QUARANTINE')} AS quarantine,
          ${sumOf('HOLD')} AS hold, ${sumOf('DEFECTIVE')} AS defective, ${sumOf('SAMPLE')} AS sample
        FROM ${lines} WHERE stock_id = s.id
      ) l CROSS JOIN LATERAL (VALUES ('ON_HAND', s.on_hand_quantity::numeric, l.on_hand), ('RESERVED', s.reserved_quantity, l.reserved),
        ('QUARANTINE', s.quarantine_quantity, l.quarantine), ('HOLD', s.hold_quantity, l.hold), ('DEFECTIVE', s.defective_quantity, l.defective),
        ('SAMPLE', s.sample_quantity, l.sample)) AS b(bucket, quantity, total)
      WHERE ${inStretch('s.id')} AND b.quantity <> b.total`,
  },
  {
    name: 'lines are numbered without a gap',
    entity: 'stock',
    sql: `SELECT s.id, format('the row counts %s lines, the ledger has %s, numbered %s to %s', s.ledger_seq, l.lines, l.first, l.last) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT count(*) AS lines, count(DISTINCT ledger_seq) AS numbers, min(ledger_seq) AS first, max(ledger_seq) AS last
        FROM ${lines} WHERE stock_id = s.id
      ) l
      WHERE ${inStretch('s.id')} AND (s.ledger_seq <> l.lines OR (l.lines > 0 AND (l.first <> 1 OR l.last <> l.lines OR l.numbers <> l.lines)))`,
  },
  {
    name: 'each line begins where the one before ended',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s: %s before is %s, the line before ended with %s', l.ledger_seq, l.bucket,
        trim_scale(l.quantity_before::numeric), trim_scale(l.previous)) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT ledger_seq, bucket, quantity_before, coalesce(lag(quantity_after::numeric) OVER (PARTITION BY bucket ORDER BY ledger_seq), 0) AS previous
        FROM ${lines} WHERE stock_id = s.id
      ) l
      WHERE ${inStretch('s.id')} AND l.quantity_before <> l.previous`,
  },
  {
    name: 'each line adds up',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s: %s %s from %s to %s', l.ledger_seq, l.bucket, trim_scale(l.quantity_change::numeric),
        trim_scale(l.quantity_before::numeric), trim_scale(l.quantity_after::numeric)) AS message
      FROM inventory.stock s JOIN ${lines} l ON l.stock_id = s.id
      WHERE ${inStretch('s.id')} AND (l.quantity_after <> l.quantity_before + l.quantity_change OR l.quantity_change = 0)`,
  },
  {
    name: 'lines name the lot, product and place of their row',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s names another lot, product or location', l.ledger_seq) AS message
      FROM inventory.stock s JOIN ${lines} l ON l.stock_id = s.id
      WHERE ${inStretch('s.id')} AND (l.lot_id, l.product_id, l.location_id) <> (s.lot_id, s.product_id, s.location_id)`,
  },
  {
    name: 'no bucket is below 0 and they fit on hand',
    entity: 'stock',
    sql: `SELECT id, format('on hand %s, reserved %s, quarantine %s, hold %s, defective %s, sample %s', on_hand_quantity, reserved_quantity,
        quarantine_quantity, hold_quantity, defective_quantity, sample_quantity) AS message
      FROM inventory.stock
      WHERE ${inStretch('id')} AND (least(on_hand_quantity::numeric, reserved_quantity, quarantine_quantity, hold_quantity, defective_quantity, sample_quantity) < 0
        OR reserved_quantity + quarantine_quantity + hold_quantity > on_hand_quantity)`,
  },
  {
    name: 'status and buckets agree',
    entity: 'stock',
    sql: `SELECT id, format('%s with %s on hand, %s available, %s defective, %s samples', status, on_hand_quantity, available_quantity,
        defective_quantity, sample_quantity) AS message
      FROM inventory.stock
      WHERE ${inStretch('id')} AND CASE status WHEN 'CLOSED' THEN on_hand_quantity + defective_quantity + sample_quantity > 0
        WHEN 'SOLD_OUT' THEN on_hand_quantity > 0 WHEN 'LIVE' THEN on_hand_quantity = 0 ELSE available_quantity > 0 END`,
  },
  {
    name: 'reserved is the sum of active reservations',
    entity: 'stock',
    sql: `SELECT s.id, format('reserved is %s, its active reservations sum up to %s', s.reserved_quantity, r.total) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS total FROM inventory.stock_reservation WHERE stock_id = s.id AND status = 'ACTIVE'
      ) r
      WHERE ${inStretch('s.id')} AND s.reserved_quantity <> r.total`,
  },
  {
    name: 'quarantine is covered by its causes',
    entity: 'stock',
    sql: `SELECT s.id, format('quarantine is %s, its causes hold %s in sum and %s at most', s.quarantine_quantity, c.total, c.most) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS total, coalesce(max(quantity::numeric), 0) AS most
        FROM inventory.stock_quarantine WHERE stock_id = s.id
      ) c
      WHERE ${inStretch('s.id')} AND (c.total < s.quarantine_quantity OR c.most > s.quarantine_quantity)`,
  },
  {
    name: 'the row knows its lot',
    entity: 'stock',
    sql: `SELECT s.id, 'recalled, quarantined or expiry differ between the row and its lot' AS message
      FROM inventory.stock s JOIN inventory.inventory_lot l ON l.id = s.lot_id
      WHERE ${inStretch('s.id')}
        AND (s.lot_recalled, s.lot_quarantined, s.lot_expires_on, s.product_id) IS DISTINCT FROM (l.recalled, l.quarantined, l.expires_on, l.product_id)`,
  },
  {
    name: 'what was dispensed left the ledger',
    entity: 'dispense_record',
    sql: `SELECT d.id, format('%s dispensed, %s allocated, %s in the ledger', d.quantity, a.allocated, a.moved) AS message
      FROM inventory.dispense_record d CROSS JOIN LATERAL (
        SELECT coalesce(sum(a.quantity), 0) AS allocated, coalesce(sum(abs(t.quantity_change)), 0) AS moved
        FROM inventory.dispense_allocation a
        LEFT JOIN ${lines} t ON (t.recorded_at, t.id) = (a.transaction_recorded_at, a.transaction_id) AND t.stock_id = a.stock_id
        WHERE a.dispense_record_id = d.id
      ) a
      WHERE ${inStretch('d.id')} AND (d.quantity <> a.allocated OR d.quantity <> a.moved)`,
  },
];

export async function verifyLedger(db: DataSource): Promise<readonly Fault[]> {
  return (await runChecks(db, ledgerChecks)).faults;
}
