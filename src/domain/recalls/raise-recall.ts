/**
 * A recall takes effect, whole, in the caller's transaction: its lots are blocked at every location, whoever acts; all
 * their units are in quarantine with the cause RECALL, their reservations released; from open vials of them nobody draws
 * any more; and each location that holds, held or awaits one is told. From its commit on not one unit leaves.
 * Called with the intakes held off (recall-locks.ts). Locks: lots by id, all their batches by id, reservations, alerts.
 */
import type { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { RecallClass } from '../../schema/enums.ts';
import { addResult, type Claim, type Result } from '../claim.ts';
import { settleRecallAlerts } from '../alerts/recall-alerts.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import type { Posting } from '../stock/post.ts';
import { quarantineUnits } from '../stock/quarantine.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import { lockLots, markRecalled } from './recall-locks.ts';

export interface RecallOrder {
  readonly id: string;
  readonly reference: string;
  readonly recallClass: RecallClass;
  readonly reason: string;
  readonly source: string;
  readonly productId: string;
  /** None: every lot of the product. */
  readonly lotNumbers: readonly string[];
}

/** What the verb that orders it adds to the same statement. */
export interface Ordering {
  readonly action: string;
  readonly said?: Claim;
  readonly result?: Result;
  readonly also?: (statement: Statement) => void;
}

export async function raiseRecall(tx: Tx, order: RecallOrder, ordering: Ordering): Promise<void> {
  const lotIds = await findLots(tx, order);
  await lockLots(tx, lotIds);
  const stocks = await markRecalled(tx, lotIds, true);
  const cause = ({ lotId }: LockedStock) => ({ cause: 'RECALL' as const, reference: lotId });
  await quarantineUnits(tx, stocks, cause, toldOf(order, ordering, lotIds, stocks), (statement) => {
    addRecall(statement, tx, order, lotIds);
    ordering.also?.(statement);
    if (ordering.said !== undefined) addResult(statement, tx, ordering.said, ordering.result ?? {});
  });
  await settleRecallAlerts(tx, order.id);
}

/** Nobody makes a lot meanwhile. */
async function findLots(tx: Tx, { productId, lotNumbers }: RecallOrder): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT id FROM inventory.inventory_lot WHERE product_id = $1
       AND (cardinality($2::text[]) = 0 OR lot_number_key IN (SELECT catalogue.lot_number_key(n) FROM unnest($2::text[]) n))`,
    [productId, lotNumbers],
  );
  return rows.map(({ id }) => id);
}

function toldOf(
  order: RecallOrder,
  { action }: Ordering,
  lotIds: readonly string[],
  stocks: readonly LockedStock[],
): Omit<Posting, 'lines' | 'causes'> {
  const { id, reference, recallClass, productId, lotNumbers, source } = order;
  const after = { reference, recallClass, source, productId, lotNumbers, lotIds, stockIds: stocks.map((s) => s.id) };
  return {
    reason: `recall ${reference}`,
    audit: [{ entity: 'recall', entityId: id, action, after, reason: order.reason }],
    outbox: [
      { topic: 'recall.changed', payload: { recallId: id } },
      ...lotIds.map((lotId) => ({ topic: 'lot.changed' as const, payload: { lotId } })),
      ...stocks.map(stockChanged),
    ],
  };
}

/** With its lots, and the locations that hold or held one, where a batch of it is or was, or that await one by transfer. */
function addRecall(statement: Statement, tx: Tx, order: RecallOrder, lotIds: readonly string[]): void {
  const id = statement.value(order.id, 'uuid');
  const lots = statement.value(lotIds, 'uuid[]');
  const numbers = statement.value(order.lotNumbers, 'text[]');
  statement.with(
    'recall',
    `INSERT INTO inventory.recall (id, reference, recall_class, reason, source, product_id, lot_numbers, lot_number_keys, issued_by, issued_at)
     SELECT ${id}, ${statement.value(order.reference, 'text')}, ${statement.value(order.recallClass, 'inventory.recall_class')},
       ${statement.value(order.reason, 'text')}, ${statement.value(order.source, 'text')}, ${statement.value(order.productId, 'uuid')},
       ${numbers}, ARRAY(SELECT catalogue.lot_number_key(n) FROM unnest(${numbers}) n), ${statement.value(tx.actor.id, 'uuid')}, clock.at FROM clock`,
  );
  statement.with(
    'recall_lot',
    `INSERT INTO inventory.recall_lot (recall_id, lot_id) SELECT ${id}, l FROM unnest(${lots}) l`,
  );
  statement.with(
    'concerned',
    `INSERT INTO inventory.recall_acknowledgement (recall_id, location_id)
     SELECT ${id}, s.location_id FROM inventory.stock s WHERE s.lot_id = ANY(${lots})
     UNION SELECT ${id}, t.to_location_id FROM inventory.inventory_transfer_line l JOIN inventory.inventory_transfer t ON t.id = l.transfer_id
     WHERE l.lot_id = ANY(${lots}) AND l.in_transit_quantity > 0`,
  );
}
