/** Locks stock rows, always in ascending id, and answers what verbs decide on: only columns of the locked row itself. */
import type { Tx } from '../../db/in-transaction.ts';
import type { CogsMode, DeaSchedule, StockStatus } from '../../schema/enums.ts';
import { notFound } from '../../actor.ts';
import { optionalUuid } from '../uuid.ts';
import { claim, gate, type Claim, type Result } from '../claim.ts';

export interface LockedStock {
  readonly id: string;
  readonly batchCode: string;
  readonly sku: string;
  readonly productId: string;
  readonly lotId: string;
  readonly locationId: string;
  readonly status: StockStatus;
  readonly detailedStatus: string | null;
  readonly onHand: string;
  readonly reserved: string;
  readonly quarantine: string;
  readonly hold: string;
  readonly defective: string;
  readonly sample: string;
  readonly available: string;
  readonly cogsMode: CogsMode;
  readonly unitCost: string | null;
  readonly lotRecalled: boolean;
  readonly lotQuarantined: boolean;
  readonly lotExpiresOn: string | null;
  /** Of temperature, that holds the batch back. */
  readonly excursionId: string | null;
  readonly receivedAt: Date;
  readonly version: number;
  readonly ledgerSeq: string;
  /** The day at the stock's location, and the instant, both by the database's clock after the lock was won. */
  readonly today: string;
  readonly now: Date;
  readonly deaSchedule: DeaSchedule | null;
}

/** Columns of LockedStock, over a locked row `l`, its product `p` and its location `o`. */
export const lockedStockColumns = `
  l.id, l.batch_code AS "batchCode", l.sku, l.product_id AS "productId", l.lot_id AS "lotId", l.location_id AS "locationId", l.status,
  l.detailed_status AS "detailedStatus", l.on_hand_quantity AS "onHand", l.reserved_quantity AS reserved,
  l.quarantine_quantity AS quarantine, l.hold_quantity AS hold, l.defective_quantity AS defective, l.sample_quantity AS sample,
  l.available_quantity AS available, l.cogs_mode AS "cogsMode", l.unit_cost AS "unitCost", l.lot_recalled AS "lotRecalled",
  l.lot_quarantined AS "lotQuarantined", l.lot_expires_on AS "lotExpiresOn", l.excursion_id AS "excursionId", l.received_at AS "receivedAt", l.version,
  l.ledger_seq AS "ledgerSeq", (clock_timestamp() AT TIME ZONE o.time_zone)::date AS today, clock_timestamp() AS now,
  p.dea_schedule AS "deaSchedule"`;

/** A product's and a place's facts do not gate, so they may come from before the wait for the lock. */
export const lockedStockJoins = `
  LEFT JOIN catalogue.product p ON p.id = l.product_id LEFT JOIN people.location o ON o.id = l.location_id`;

export type ClaimedStock<More = unknown> =
  { readonly replay: Result } | { readonly replay: null; readonly stock: LockedStock & More };

/** Claims the key and locks one stock row of one of the actor's locations; `more` selects further columns of row `l`. */
export async function claimStock<More = unknown>(
  tx: Tx,
  said: Claim,
  stockId: string,
  more = '',
): Promise<ClaimedStock<More>> {
  optionalUuid(stockId, 'stockId');
  const claimed = await claim<LockedStock & More>(tx, said, {
    locked: `SELECT s.* FROM inventory.stock s WHERE ${gate} AND s.id = $8 AND ($9::boolean OR s.location_id = ANY($10::uuid[])) FOR UPDATE`,
    columns: more === '' ? lockedStockColumns : `${lockedStockColumns}, ${more}`,
    joins: lockedStockJoins,
    values: [stockId, tx.actor.isSystem, tx.actor.locationIds],
  });
  if (claimed.replay !== null) return claimed;
  const [stock] = claimed.rows;
  if (stock === undefined) throw notFound('stock', stockId);
  return { replay: null, stock };
}

/** Locks stock rows by id, in ascending order, later in a transaction whose key is already won. */
export async function lockStock(tx: Tx, stockIds: readonly string[]): Promise<LockedStock[]> {
  return tx.sql<LockedStock>(
    `WITH l AS MATERIALIZED (SELECT * FROM inventory.stock WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE)
     SELECT ${lockedStockColumns} FROM l ${lockedStockJoins} ORDER BY l.id`,
    [stockIds],
  );
}
