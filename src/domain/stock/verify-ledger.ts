/**
 * Proves, over all rows, that quantities and ledger are one truth: each check is one statement that finds rows for which
 * it does not hold. Reads only; all checks see the same moment.
 */
import type { DataSource } from 'typeorm';

export interface LedgerFault {
  readonly check: string;
  /** The row at fault: a stock row, mostly; the check's meaning says which. */
  readonly entity: 'stock' | 'dispense_record';
  readonly id: string;
  readonly message: string;
}

interface Check {
  readonly name: string;
  readonly entity: LedgerFault['entity'];
  /** Selects id and message. */
  readonly sql: string;
}

/** Faults of one check that are named; a broken ledger is not printed whole. */
const mostFaults = 1_000;

const buckets = `(VALUES ('ON_HAND'), ('RESERVED'), ('QUARANTINE'), ('HOLD'), ('DEFECTIVE'), ('SAMPLE')) AS b(bucket)`;
const bucketOf = `CASE b.bucket WHEN 'ON_HAND' THEN s.on_hand_quantity WHEN 'RESERVED' THEN s.reserved_quantity
  WHEN 'QUARANTINE' THEN s.quarantine_quantity WHEN 'HOLD' THEN s.hold_quantity WHEN 'DEFECTIVE' THEN s.defective_quantity
  ELSE s.sample_quantity END::numeric`;

const checks: readonly Check[] = [
  {
    name: 'bucket is the sum of its lines',
    entity: 'stock',
    sql: `SELECT s.id, format('%s is %s, its lines sum up to %s', b.bucket, trim_scale(${bucketOf}), trim_scale(coalesce(l.total, 0))) AS message
      FROM inventory.stock s CROSS JOIN ${buckets}
      LEFT JOIN (SELECT stock_id, bucket::text AS bucket, sum(quantity_change) AS total FROM inventory.inventory_transaction GROUP BY 1, 2) l
        ON l.stock_id = s.id AND l.bucket = b.bucket
      WHERE ${bucketOf} <> coalesce(l.total, 0)`,
  },
  {
    name: 'lines are numbered without a gap',
    entity: 'stock',
    sql: `SELECT s.id, format('the row counts %s lines, the ledger has %s, numbered %s to %s', s.ledger_seq, coalesce(l.lines, 0), l.first, l.last) AS message
      FROM inventory.stock s
      LEFT JOIN (SELECT stock_id, count(*) AS lines, count(DISTINCT ledger_seq) AS numbers, min(ledger_seq) AS first, max(ledger_seq) AS last
        FROM inventory.inventory_transaction GROUP BY 1) l ON l.stock_id = s.id
      WHERE s.ledger_seq <> coalesce(l.lines, 0) OR (l.lines > 0 AND (l.first <> 1 OR l.last <> l.lines OR l.numbers <> l.lines))`,
  },
  {
    name: 'each line begins where the one before ended',
    entity: 'stock',
    sql: `SELECT stock_id AS id, format('line %s: %s before is %s, the line before ended with %s', ledger_seq, bucket,
        trim_scale(quantity_before::numeric), trim_scale(previous)) AS message
      FROM (SELECT stock_id, ledger_seq, bucket, quantity_before,
          coalesce(lag(quantity_after::numeric) OVER (PARTITION BY stock_id, bucket ORDER BY ledger_seq), 0) AS previous
        FROM inventory.inventory_transaction) line
      WHERE quantity_before <> previous`,
  },
  {
    name: 'each line adds up',
    entity: 'stock',
    sql: `SELECT stock_id AS id, format('line %s: %s %s from %s to %s', ledger_seq, bucket, trim_scale(quantity_change::numeric),
        trim_scale(quantity_before::numeric), trim_scale(quantity_after::numeric)) AS message
      FROM inventory.inventory_transaction WHERE quantity_after <> quantity_before + quantity_change OR quantity_change = 0`,
  },
  {
    name: 'lines name the lot, product and place of their row',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s names another lot, product or location', l.ledger_seq) AS message
      FROM inventory.inventory_transaction l JOIN inventory.stock s ON s.id = l.stock_id
      WHERE (l.lot_id, l.product_id, l.location_id) <> (s.lot_id, s.product_id, s.location_id)`,
  },
  {
    name: 'no bucket is below 0 and they fit on hand',
    entity: 'stock',
    sql: `SELECT id, format('on hand %s, reserved %s, quarantine %s, hold %s, defective %s, sample %s', on_hand_quantity, reserved_quantity,
        quarantine_quantity, hold_quantity, defective_quantity, sample_quantity) AS message
      FROM inventory.stock
      WHERE least(on_hand_quantity::numeric, reserved_quantity, quarantine_quantity, hold_quantity, defective_quantity, sample_quantity) < 0
        OR reserved_quantity + quarantine_quantity + hold_quantity > on_hand_quantity`,
  },
  {
    name: 'status and buckets agree',
    entity: 'stock',
    sql: `SELECT id, format('%s with %s on hand, %s available, %s defective, %s samples', status, on_hand_quantity, available_quantity,
        defective_quantity, sample_quantity) AS message
      FROM inventory.stock
      WHERE CASE status WHEN 'CLOSED' THEN on_hand_quantity + defective_quantity + sample_quantity > 0 WHEN 'SOLD_OUT' THEN on_hand_quantity > 0
        WHEN 'LIVE' THEN on_hand_quantity = 0 ELSE available_quantity > 0 END`,
  },
  {
    name: 'reserved is the sum of active reservations',
    entity: 'stock',
    sql: `SELECT s.id, format('reserved is %s, its active reservations sum up to %s', s.reserved_quantity, coalesce(r.total, 0)) AS message
      FROM inventory.stock s
      LEFT JOIN (SELECT stock_id, sum(quantity) AS total FROM inventory.stock_reservation WHERE status = 'ACTIVE' GROUP BY 1) r ON r.stock_id = s.id
      WHERE s.reserved_quantity <> coalesce(r.total, 0)`,
  },
  {
    name: 'quarantine is covered by its causes',
    entity: 'stock',
    sql: `SELECT s.id, format('quarantine is %s, its causes hold %s in sum and %s at most', s.quarantine_quantity, coalesce(c.total, 0), coalesce(c.most, 0)) AS message
      FROM inventory.stock s
      LEFT JOIN (SELECT stock_id, sum(quantity) AS total, max(quantity::numeric) AS most FROM inventory.stock_quarantine GROUP BY 1) c ON c.stock_id = s.id
      WHERE coalesce(c.total, 0) < s.quarantine_quantity OR coalesce(c.most, 0) > s.quarantine_quantity`,
  },
  {
    name: 'the row knows its lot',
    entity: 'stock',
    sql: `SELECT s.id, 'recalled, quarantined or expiry differ between the row and its lot' AS message
      FROM inventory.stock s JOIN inventory.inventory_lot l ON l.id = s.lot_id
      WHERE (s.lot_recalled, s.lot_quarantined, s.lot_expires_on, s.product_id) IS DISTINCT FROM (l.recalled, l.quarantined, l.expires_on, l.product_id)`,
  },
  {
    name: 'what was dispensed left the ledger',
    entity: 'dispense_record',
    sql: `SELECT d.id, format('%s dispensed, %s allocated, %s in the ledger', d.quantity, coalesce(a.allocated, 0), coalesce(a.moved, 0)) AS message
      FROM inventory.dispense_record d
      LEFT JOIN (SELECT a.dispense_record_id, sum(a.quantity) AS allocated, sum(abs(t.quantity_change)) AS moved
        FROM inventory.dispense_allocation a
        LEFT JOIN inventory.inventory_transaction t ON (t.recorded_at, t.id) = (a.transaction_recorded_at, a.transaction_id) AND t.stock_id = a.stock_id
        GROUP BY 1) a ON a.dispense_record_id = d.id
      WHERE d.quantity <> coalesce(a.allocated, 0) OR d.quantity <> coalesce(a.moved, 0)`,
  },
];

export const ledgerChecks: readonly string[] = checks.map(({ name }) => name);

export async function verifyLedger(db: DataSource): Promise<LedgerFault[]> {
  return db.transaction('REPEATABLE READ', async (tx) => {
    await tx.query(
      `SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '0', true)`,
    );
    const faults: LedgerFault[] = [];
    for (const { name, entity, sql } of checks) {
      const rows = await tx.query<{ id: string; message: string }[]>(`${sql} ORDER BY 1 LIMIT ${mostFaults}`);
      faults.push(...rows.map(({ id, message }) => ({ check: name, entity, id, message })));
    }
    return faults;
  });
}
