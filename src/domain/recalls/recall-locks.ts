/**
 * What a recall holds still while it decides: the recall's side of the lock that every intake shares, its lots by id, and
 * then, in a statement of its own, all their batches by id, so that those are seen that were made while it waited.
 */
import { advisoryLocks } from '../../db/advisory-locks.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';

/** In the select list of a verb's first lock: no intake passes until it has committed. */
export const againstIntakes = `pg_advisory_xact_lock(${advisoryLocks.recall})`;

/**
 * Against whoever takes them shared; not against rows that only refer to a lot (waste, an opened vial): those are written
 * with the batch locked already, for which the recall waits next.
 */
export async function lockLots(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.sql('SELECT 1 FROM inventory.inventory_lot WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
}

/** Writes the fact on the lots and on their batches, everywhere; answers the batches as they are with it. */
export async function markRecalled(tx: Tx, lotIds: readonly string[], isRecalled: boolean): Promise<LockedStock[]> {
  if (lotIds.length === 0) return [];
  return tx.sql<LockedStock>(
    `WITH l AS MATERIALIZED (SELECT * FROM inventory.stock WHERE lot_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE),
     lot AS (UPDATE inventory.inventory_lot SET recalled = $2 WHERE id = ANY($1::uuid[])),
     marked AS (UPDATE inventory.stock s SET lot_recalled = $2 FROM l WHERE s.id = l.id)
     SELECT ${lockedStockColumns.replace('l.lot_recalled', '$2::boolean')} FROM l ${lockedStockJoins} ORDER BY l.id`,
    [lotIds, isRecalled],
  );
}
