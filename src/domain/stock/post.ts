/**
 * The one writer of stock quantities and ledger lines, together. Several lines on one row get before and after by a
 * running sum, and the row is updated once. A LIVE row that reaches 0 on hand turns SOLD_OUT by itself, and LIVE again
 * when units return. What belongs to the same event (audit, outbox, a verb's own rows) may ride in the same statement.
 * The rows must be locked by the caller. The database refuses what would leave a bucket below 0.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { StockBucket, StockStatus, TransactionType } from '../../schema/enums.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { addResult, type Claim, type Result } from '../claim.ts';
import { addOutbox, type OutboxLine } from '../outbox.ts';
import { exact } from '../decimal.ts';
import { addCauseChanges, type CauseChanges } from './quarantine-causes.ts';

export interface LedgerLine {
  /** Made by the caller where something refers to the line. */
  readonly id?: string;
  readonly stockId: string;
  readonly type: TransactionType;
  readonly bucket: StockBucket;
  /** A signed decimal, never "0". */
  readonly change: string;
  readonly referenceType?: string | null;
  readonly referenceId?: string | null;
}

export interface StatusMove {
  readonly stockId: string;
  readonly to: StockStatus;
  readonly detailedStatus?: string | null;
}

export interface Posting {
  readonly lines: readonly LedgerLine[];
  readonly status?: readonly StatusMove[];
  /** Why units are in quarantine; where they leave it, every cause is capped to what is left, without being told. */
  readonly causes?: CauseChanges;
  readonly reason: string | null;
  /** As told; null is now. Checked by the verb. */
  readonly occurredAt?: Date | null;
  readonly audit: readonly AuditLine[];
  readonly outbox?: readonly OutboxLine[];
  /** What a replay of the mutation will answer with, where the claim did not know it. */
  readonly result?: { readonly said: Claim; readonly result: Result | ((transactionIds: string[]) => Result) };
}

export interface Posted {
  readonly transactionIds: string[];
  readonly recordedAt: Date;
  /** Empty where none was asked for. */
  readonly result: Result;
}

type Also = (statement: Statement) => void;

/** `also` adds the verb's own CTEs; it may read `ledger(id, recorded_at, stock_id, lot_id, unit_cost, …)` and `said(at)`. */
export function post(tx: Tx, posting: Posting, also?: Also): Promise<Posted> {
  return postAs('run', tx, posting, also);
}

/** As the verb's last statement. */
export function postLast(tx: Tx, posting: Posting, also?: Also): Promise<Posted> {
  return postAs('runLast', tx, posting, also);
}

async function postAs(run: 'run' | 'runLast', tx: Tx, posting: Posting, also?: Also): Promise<Posted> {
  const lines = posting.lines.map((line) => ({ ...line, id: line.id ?? uuid() }));
  const statement = new Statement();
  addLines(statement, tx, lines, posting);
  addRows(statement, tx, posting);
  const lowersQuarantine = lines.some(({ bucket, change }) => bucket === 'QUARANTINE' && exact(change).lt(0));
  addCauseChanges(statement, posting.causes ?? {}, lowersQuarantine);
  also?.(statement);
  addAudit(statement, tx, posting.audit);
  addOutbox(statement, posting.outbox ?? []);
  const transactionIds = lines.map(({ id }) => id);
  const result = resultOf(posting, transactionIds);
  if (posting.result !== undefined) addResult(statement, tx, posting.result.said, result);
  const [row] = await statement[run]<{ at: Date }>(tx, 'SELECT at FROM clock');
  if (row === undefined) throw new Error('post() got no clock');
  return { transactionIds, recordedAt: row.at, result };
}

function resultOf({ result }: Posting, transactionIds: string[]): Result {
  if (result === undefined) return {};
  return typeof result.result === 'function' ? result.result(transactionIds) : result.result;
}

function addLines(
  statement: Statement,
  tx: Tx,
  lines: readonly (LedgerLine & { id: string })[],
  posting: Posting,
): void {
  const list = (type: string, pick: (line: LedgerLine & { id: string }) => unknown) =>
    statement.value(lines.map(pick), `${type}[]`);
  statement.with('clock', 'SELECT clock_timestamp() AS at', 'MATERIALIZED');
  statement.with(
    'line',
    `SELECT t.*, s.lot_id, s.product_id, s.location_id, s.unit_cost,
       s.ledger_seq + row_number() OVER (PARTITION BY t.stock_id ORDER BY t.position) AS seq,
       CASE t.bucket WHEN 'ON_HAND' THEN s.on_hand_quantity WHEN 'RESERVED' THEN s.reserved_quantity
         WHEN 'QUARANTINE' THEN s.quarantine_quantity WHEN 'HOLD' THEN s.hold_quantity
         WHEN 'DEFECTIVE' THEN s.defective_quantity ELSE s.sample_quantity END::numeric
         + sum(t.change) OVER (PARTITION BY t.stock_id, t.bucket ORDER BY t.position) AS after
     FROM unnest(${list('uuid', (l) => l.id)}, ${list('uuid', (l) => l.stockId)}, ${list('inventory.transaction_type', (l) => l.type)},
       ${list('inventory.stock_bucket', (l) => l.bucket)}, ${list('numeric', (l) => l.change)},
       ${list('text', (l) => l.referenceType ?? null)}, ${list('text', (l) => l.referenceId ?? null)})
       WITH ORDINALITY AS t(id, stock_id, type, bucket, change, reference_type, reference_id, position)
     JOIN inventory.stock s ON s.id = t.stock_id`,
    'MATERIALIZED',
  );
  statement.with(
    'ledger',
    `INSERT INTO inventory.inventory_transaction (id, recorded_at, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before,
       quantity_after, unit_cost, lot_id, product_id, location_id, reference_type, reference_id, reason, performed_by, occurred_at, request_id)
     SELECT l.id, c.at, l.stock_id, l.seq, l.type, l.bucket, l.change, l.after - l.change, l.after, l.unit_cost, l.lot_id, l.product_id,
       l.location_id, l.reference_type, l.reference_id, ${statement.value(posting.reason, 'text')}, ${statement.value(tx.actor.id, 'uuid')},
       coalesce(${statement.value(posting.occurredAt ?? null, 'timestamptz')}, c.at), ${statement.value(tx.requestId, 'text')}
     FROM line l, clock c RETURNING *`,
  );
}

/** The rows' new sums and states, by one update each. */
function addRows(statement: Statement, tx: Tx, posting: Posting): void {
  const moves = posting.status ?? [];
  const list = (type: string, pick: (move: StatusMove) => unknown) => statement.value(moves.map(pick), `${type}[]`);
  statement.with(
    'total',
    `SELECT coalesce(t.stock_id, m.stock_id) AS stock_id, coalesce(t.lines, 0) AS lines,
       coalesce(t.on_hand, 0) AS on_hand, coalesce(t.reserved, 0) AS reserved, coalesce(t.quarantine, 0) AS quarantine,
       coalesce(t.hold, 0) AS hold, coalesce(t.defective, 0) AS defective, coalesce(t.sample, 0) AS sample,
       m.status, m.detailed_status
     FROM (SELECT stock_id, count(*) AS lines, sum(change) FILTER (WHERE bucket = 'ON_HAND') AS on_hand,
         sum(change) FILTER (WHERE bucket = 'RESERVED') AS reserved, sum(change) FILTER (WHERE bucket = 'QUARANTINE') AS quarantine,
         sum(change) FILTER (WHERE bucket = 'HOLD') AS hold, sum(change) FILTER (WHERE bucket = 'DEFECTIVE') AS defective,
         sum(change) FILTER (WHERE bucket = 'SAMPLE') AS sample
       FROM line GROUP BY stock_id) t
     FULL JOIN unnest(${list('uuid', (m) => m.stockId)}, ${list('inventory.stock_status', (m) => m.to)}, ${list('text', (m) => m.detailedStatus ?? null)})
       AS m(stock_id, status, detailed_status) ON m.stock_id = t.stock_id`,
  );
  statement.with(
    'next',
    `SELECT t.*, CASE
         WHEN coalesce(t.status, s.status) = 'LIVE' AND s.on_hand_quantity + t.on_hand = 0 THEN 'SOLD_OUT'
         WHEN coalesce(t.status, s.status) = 'SOLD_OUT' AND s.on_hand_quantity + t.on_hand > 0 THEN 'LIVE'
         ELSE coalesce(t.status, s.status) END::inventory.stock_status AS next_status
     FROM total t JOIN inventory.stock s ON s.id = t.stock_id`,
  );
  statement.with(
    'moved',
    `UPDATE inventory.stock s SET
       on_hand_quantity = s.on_hand_quantity + n.on_hand, reserved_quantity = s.reserved_quantity + n.reserved,
       quarantine_quantity = s.quarantine_quantity + n.quarantine, hold_quantity = s.hold_quantity + n.hold,
       defective_quantity = s.defective_quantity + n.defective, sample_quantity = s.sample_quantity + n.sample,
       ledger_seq = s.ledger_seq + n.lines, version = s.version + 1, updated_at = c.at, status = n.next_status,
       detailed_status = CASE WHEN n.status IS NULL THEN s.detailed_status ELSE n.detailed_status END,
       status_history = CASE WHEN s.status = n.next_status THEN s.status_history ELSE s.status_history || jsonb_build_object(
         'from', s.status, 'to', n.next_status, 'at', c.at, 'by', ${statement.value(tx.actor.id, 'text')}, 'reason', ${statement.value(posting.reason, 'text')}) END
     FROM next n, clock c WHERE s.id = n.stock_id`,
  );
}
