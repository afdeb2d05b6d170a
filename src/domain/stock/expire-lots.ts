/**
 * Quarantines what has expired (cause EXPIRY) and alerts of it, in one transaction: at each place from its own midnight
 * after the lot's last day. At most so many batches at once, and it never waits for one: those that somebody holds are
 * left for the next run. Nothing is freed here, whatever the clock says: that is for a person to decide.
 * Locks: lots (key share) and stock by id, both only where they are free, then reservations, then alerts.
 */
import type { DataSource } from 'typeorm';
import type { Tx } from '../../db/in-transaction.ts';
import { readMany } from '../../db/prepared.ts';
import { settleLotAlerts } from '../alerts/lot-alerts.ts';
import { nothingSettled, type Settled } from '../alerts/settle-alerts.ts';
import { claim, gate } from '../claim.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';
import { quarantineUnits } from './quarantine.ts';
import { stockAudit, stockChanged } from './stock-audit.ts';
import { isExpired } from './usable.ts';

export const mostExpiredLotsAtOnce = 1_000;

/** Batches `s` of the place `o` with units of a lot whose last day is over, not all of them in quarantine for it, whatever else holds them. */
const isDue = `s.location_id = o.id AND coalesce(s.lot_expires_on, 'infinity') < (statement_timestamp() AT TIME ZONE o.time_zone)::date
  AND s.status NOT IN ('SOLD_OUT', 'CLOSED') AND s.on_hand_quantity > 0 AND NOT EXISTS (
    SELECT FROM inventory.stock_quarantine q WHERE q.stock_id = s.id AND q.cause = 'EXPIRY' AND q.reference = s.lot_id AND q.quantity = s.on_hand_quantity)`;

export interface Expired {
  /** Fewer than asked for means that all others are done, or held by somebody. */
  readonly batches: number;
  readonly settled: Settled;
}

export async function expireLots(tx: Tx, locationId: string, most = mostExpiredLotsAtOnce): Promise<Expired> {
  const claimed = await claim<LockedStock>(
    tx,
    { mutation: 'expireLots', key: null, input: {} },
    {
      locked: `SELECT s.* FROM people.location o, inventory.stock s JOIN inventory.inventory_lot t ON t.id = s.lot_id
        WHERE ${gate} AND o.id = $8 AND s.location_id = $8 AND ${isDue}
        ORDER BY s.id LIMIT $9 FOR UPDATE OF s SKIP LOCKED FOR KEY SHARE OF t SKIP LOCKED`,
      columns: lockedStockColumns,
      joins: lockedStockJoins,
      values: [locationId, most],
    },
  );
  const stocks = claimed.replay === null ? await notHeldYet(tx, claimed.rows.filter(isExpired)) : [];
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

/** Asked after the lock: the statement that locked knows of no causes that another run has committed since it began. */
async function notHeldYet(tx: Tx, stocks: readonly LockedStock[]): Promise<readonly LockedStock[]> {
  if (stocks.length === 0) return stocks;
  const held = await tx.sql<{ id: string }>(
    `SELECT s.id FROM inventory.stock s JOIN inventory.stock_quarantine q ON q.stock_id = s.id AND q.reference = s.lot_id
     WHERE s.id = ANY($1::uuid[]) AND q.cause = 'EXPIRY' AND q.quantity = s.on_hand_quantity`,
    [stocks.map(({ id }) => id)],
  );
  const ids = new Set(held.map(({ id }) => id));
  return stocks.filter(({ id }) => !ids.has(id));
}

/** How many batches are due at a place, up to so many as are taken at once. Locks nothing. */
export async function countDueForExpiry(db: DataSource, locationId: string): Promise<number> {
  const [row] = await readMany<{ due: number }>(
    db,
    `SELECT count(*)::integer AS due FROM (
       SELECT FROM people.location o, inventory.stock s WHERE o.id = $1 AND s.location_id = $1 AND ${isDue} LIMIT ${mostExpiredLotsAtOnce}) AS batch`,
    [locationId],
  );
  return row?.due ?? 0;
}
