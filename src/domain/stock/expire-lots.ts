/**
 * Quarantines what has expired (cause EXPIRY) and alerts of it, in one transaction: at each place from its own midnight
 * after the lot's last day. At most so many batches at once, and it never waits for one: those that somebody holds are
 * left for the next run. Nothing is freed here, whatever the clock says: that is for a person to decide.
 * Locks: lots (key share) and stock by id, both only where they are free, then reservations, then alerts.
 */
import type { DataSource } from 'typeorm';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { settleLotAlerts } from '../alerts/lot-alerts.ts';
import { nothingSettled, type Settled } from '../alerts/settle-alerts.ts';
import { claim, gate } from '../claim.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';
import { quarantineUnits } from './quarantine.ts';
import { stockAudit, stockChanged } from './stock-audit.ts';
import { isExpired } from './usable.ts';

export const mostExpiredLotsAtOnce = 1_000;

/** Batches `s` with units of a lot whose last day is over there, not all of them in quarantine for it. */
const due = `inventory.stock s
  JOIN (SELECT id, (statement_timestamp() AT TIME ZONE time_zone)::date AS today FROM people.location OFFSET 0) AS place
    ON place.id = s.location_id AND s.lot_expires_on < place.today
  WHERE s.status NOT IN ('SOLD_OUT', 'CLOSED') AND s.on_hand_quantity > 0 AND (s.quarantine_quantity < s.on_hand_quantity OR NOT EXISTS (
    SELECT FROM inventory.stock_quarantine q WHERE q.stock_id = s.id AND q.cause = 'EXPIRY' AND q.reference = s.lot_id))`;

export interface Expired {
  /** Fewer than asked for means that all others are done, or held by somebody. */
  readonly batches: number;
  readonly settled: Settled;
}

export async function expireLots(tx: Tx, most = mostExpiredLotsAtOnce): Promise<Expired> {
  const claimed = await claim<LockedStock>(
    tx,
    { mutation: 'expireLots', key: null, input: {} },
    {
      locked: `SELECT s.* FROM inventory.inventory_lot t, ${due} AND t.id = s.lot_id AND ${gate}
        ORDER BY s.id LIMIT $8 FOR UPDATE OF s SKIP LOCKED FOR KEY SHARE OF t SKIP LOCKED`,
      columns: lockedStockColumns,
      joins: lockedStockJoins,
      values: [most],
    },
  );
  const stocks = claimed.replay === null ? claimed.rows.filter(isExpired) : [];
  if (stocks.length === 0) return { batches: 0, settled: nothingSettled };
  const reason = 'its last day is over';
  await quarantineUnits(tx, stocks, ({ lotId }) => ({ cause: 'EXPIRY', reference: lotId }), {
    reason,
    audit: stocks.map((stock) => {
      const after = { quarantine: stock.onHand, reserved: '0', hold: '0' };
      return stockAudit('expireLots', stock, after, reason);
    }),
    outbox: stocks.map(stockChanged),
  });
  return { batches: stocks.length, settled: await settleLotAlerts(tx, stocks) };
}

/** How many batches are due: at a glance, whether there is anything to do. Locks nothing. */
export async function countDueForExpiry(db: DataSource): Promise<number> {
  const [row] = await read<{ due: number }>(
    db,
    `SELECT count(*)::integer AS due FROM (SELECT FROM ${due} LIMIT ${mostExpiredLotsAtOnce}) AS batches`,
  );
  return row?.due ?? 0;
}
