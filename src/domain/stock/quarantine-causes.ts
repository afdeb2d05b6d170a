/**
 * Why units are in quarantine. A batch's quarantine is the union of its causes: units may have several, and each cause
 * holds at most what is in quarantine. References: the lot for RECALL, EXPIRY and a lot's MANUAL quarantine; the batch
 * for one put there by hand; the excursion or the return for those.
 */
import type { Statement } from '../../db/statement.ts';
import type { QuarantineCause } from '../../schema/enums.ts';

export interface Cause {
  readonly cause: QuarantineCause;
  readonly reference: string;
}

export interface CauseLine extends Cause {
  readonly stockId: string;
  readonly quantity: string;
}

export interface CauseChanges {
  /** Units that were not in quarantine before. */
  readonly fresh?: readonly CauseLine[];
  /** Units that may be there for another cause already: the cause holds so many from now on. */
  readonly held?: readonly CauseLine[];
  readonly end?: readonly (Cause & { readonly stockId: string })[];
}

/** Rides in a posting, after its `total`; `lowers` says whether units leave the quarantine. */
export function addCauseChanges(statement: Statement, changes: CauseChanges, lowers: boolean): void {
  addCauses(statement, 'fresh_cause', changes.fresh ?? [], 'q.quantity + excluded.quantity');
  addCauses(statement, 'held_cause', changes.held ?? [], 'greatest(q.quantity, excluded.quantity)');
  const { end = [] } = changes;
  if (end.length > 0) {
    const list = (type: string, pick: (one: (typeof end)[number]) => string) =>
      statement.value(end.map(pick), `${type}[]`);
    statement.with(
      'ending',
      `SELECT * FROM unnest(${list('uuid', (e) => e.stockId)}, ${list('inventory.quarantine_cause', (e) => e.cause)},
         ${list('uuid', (e) => e.reference)}) AS e(stock_id, cause, reference)`,
    );
    statement.with(
      'ended_cause',
      `DELETE FROM inventory.stock_quarantine q USING ending e WHERE (q.stock_id, q.cause, q.reference) = (e.stock_id, e.cause, e.reference)`,
    );
  }
  if (lowers) capCauses(statement, end.length > 0);
}

function addCauses(statement: Statement, name: string, lines: readonly CauseLine[], quantity: string): void {
  if (lines.length === 0) return;
  const list = (type: string, pick: (line: CauseLine) => unknown) => statement.value(lines.map(pick), `${type}[]`);
  statement.with(
    name,
    `INSERT INTO inventory.stock_quarantine AS q (stock_id, cause, reference, quantity)
     SELECT stock_id, cause, reference, sum(quantity) FROM unnest(${list('uuid', (l) => l.stockId)}, ${list('inventory.quarantine_cause', (l) => l.cause)},
       ${list('uuid', (l) => l.reference)}, ${list('numeric', (l) => l.quantity)}) AS c(stock_id, cause, reference, quantity)
     GROUP BY stock_id, cause, reference ORDER BY stock_id, cause, reference
     ON CONFLICT (stock_id, cause, reference) DO UPDATE SET quantity = ${quantity}`,
  );
}

/** When quarantined units leave, no cause holds more than what is left; one that ends is deleted, and not changed too. */
function capCauses(statement: Statement, someEnd: boolean): void {
  const others = someEnd
    ? 'AND NOT EXISTS (SELECT FROM ending e WHERE (e.stock_id, e.cause, e.reference) = (q.stock_id, q.cause, q.reference))'
    : '';
  statement.with(
    'left_over',
    `SELECT t.stock_id, s.quarantine_quantity + t.quarantine AS quantity
     FROM total t JOIN inventory.stock s ON s.id = t.stock_id WHERE t.quarantine < 0`,
  );
  statement.with(
    'capped_cause',
    `UPDATE inventory.stock_quarantine q SET quantity = l.quantity FROM left_over l
     WHERE q.stock_id = l.stock_id AND q.quantity > l.quantity AND l.quantity > 0 ${others}`,
  );
  statement.with(
    'spent_cause',
    `DELETE FROM inventory.stock_quarantine q USING left_over l WHERE q.stock_id = l.stock_id AND l.quantity = 0 ${others}`,
  );
}
