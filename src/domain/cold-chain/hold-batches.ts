/**
 * Holds back batches that were out of limits for longer than their product bears: all units go into quarantine, cause
 * EXCURSION with the excursion as its reference, and the row says so to who draws from an opened vial, and to units that
 * come in later. What is held for it already is left alone.
 * Locks: stock by id, its reservations.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { lockStock } from '../stock/lock-stock.ts';
import { quarantineUnits } from '../stock/quarantine.ts';
import { byExcursion } from '../stock/settle.ts';
import { stockAudit, stockChanged } from '../stock/stock-audit.ts';

export interface ToHold {
  readonly stockId: string;
  readonly excursionId: string;
}

/** Answers how many were held. */
export async function holdBatches(tx: Tx, batches: readonly ToHold[]): Promise<number> {
  if (batches.length === 0) return 0;
  const excursionOf = new Map(batches.map(({ stockId, excursionId }) => [stockId, excursionId]));
  const locked = await lockStock(tx, [...excursionOf.keys()]);
  const stocks = locked.filter(({ id, excursionId }) => excursionId !== excursionOf.get(id));
  if (stocks.length === 0) return 0;
  const reason = 'out of its temperature limits for longer than the product bears';
  const causeOf = (id: string) => byExcursion(excursionOf.get(id) ?? '');
  await quarantineUnits(tx, stocks, ({ id }) => causeOf(id), {
    reason,
    audit: stocks.map((stock) => {
      const after = { quarantine: stock.onHand, reserved: '0', hold: '0', excursionId: causeOf(stock.id).reference };
      return stockAudit('holdBatches', stock, after, reason);
    }),
    outbox: stocks.map(stockChanged),
  });
  await mark(
    tx,
    stocks.map(({ id }) => id),
    excursionOf,
  );
  return stocks.length;
}

/** Not in the posting's statement: of two updates of a row in one statement one is lost. */
async function mark(tx: Tx, stockIds: readonly string[], excursionOf: ReadonlyMap<string, string>): Promise<void> {
  await tx.sql(
    `UPDATE inventory.stock s SET excursion_id = h.excursion_id FROM unnest($1::uuid[], $2::uuid[]) AS h(stock_id, excursion_id)
     WHERE s.id = h.stock_id`,
    [stockIds, stockIds.map((id) => excursionOf.get(id))],
  );
}
