/** Products that bear other minutes out of range than before: their batches are judged anew by what was measured already. */
import type { Tx } from '../../db/in-transaction.ts';
import { tell } from '../outbox.ts';
import { temperaturesRecorded } from './record-temperatures.ts';

interface StoodIn {
  readonly storageUnitId: string;
  readonly now: Date;
}

/** Wakes the evaluation of the units in which batches of them stand: it looks 7 days back, wherever these stood. */
export async function judgeBudgetsAnew(tx: Tx, productIds: readonly string[]): Promise<void> {
  if (productIds.length === 0) return;
  const units = await tx.sql<StoodIn>(
    `SELECT DISTINCT s.storage_unit_id AS "storageUnitId", now() AS now FROM inventory.stock s
     WHERE s.product_id = ANY($1::uuid[]) AND s.storage_unit_id IS NOT NULL`,
    [productIds],
  );
  const news = units.map(({ storageUnitId, now }) => temperaturesRecorded({ storageUnitId, from: now, to: now }));
  if (news.length > 0) await tell(tx, ...news);
}

/** Among the names of changed fields. */
export function isBudgetChanged(names: readonly string[]): boolean {
  return names.includes('excursionBudgetMinutes');
}
