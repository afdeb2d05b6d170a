/**
 * The beginning of every verb on one transfer: the document is locked first, so that of two verbs at once the second sees
 * what the first has made of it. One between other locations answers as if it were not there; somebody of one end who
 * does what is the other end's is told so.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound, worksAt } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { TransferStatus } from '../../schema/enums.ts';
import { claim, gate, type Claim, type Result } from '../claim.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';
import { optionalUuid } from '../uuid.ts';

export interface TransferAction {
  readonly idempotencyKey: string;
  readonly transferId: string;
  readonly reason?: string | null;
}

export interface LockedTransfer {
  readonly id: string;
  readonly code: string;
  readonly status: TransferStatus;
  readonly fromLocationId: string;
  readonly toLocationId: string;
  readonly requestedById: string;
}

type Claimed = { readonly replay: Result } | { readonly replay: null; readonly transfer: LockedTransfer };

export async function claimTransfer(tx: Tx, said: Claim, transferId: string): Promise<Claimed> {
  optionalUuid(transferId, 'transferId');
  const claimed = await claim<LockedTransfer>(tx, said, {
    locked: `SELECT t.* FROM inventory.inventory_transfer t WHERE ${gate} AND t.id = $8
      AND ($9::boolean OR t.from_location_id = ANY($10::uuid[]) OR t.to_location_id = ANY($10::uuid[])) FOR UPDATE`,
    columns: `l.id, l.code, l.status, l.from_location_id AS "fromLocationId", l.to_location_id AS "toLocationId",
      l.requested_by AS "requestedById"`,
    values: [transferId, tx.actor.isSystem, tx.actor.locationIds],
  });
  if (claimed.replay !== null) return claimed;
  const [transfer] = claimed.rows;
  if (transfer === undefined) throw notFound('transfer', transferId);
  return { replay: null, transfer };
}

export function requireSource(tx: Tx, { id, fromLocationId }: LockedTransfer): void {
  if (worksAt(tx.actor, fromLocationId)) return;
  throw notYours(id, fromLocationId, 'This is for the location that sends.');
}

export function requireDestination(tx: Tx, { id, toLocationId }: LockedTransfer): void {
  if (worksAt(tx.actor, toLocationId)) return;
  throw notYours(id, toLocationId, 'This is for the location that receives.');
}

function notYours(transferId: string, locationId: string, why: string): Refusal {
  return new Refusal('FORBIDDEN', why, { transferId, locationId });
}

export interface LockedLine extends LockedStock {
  readonly lineId: string;
  readonly requested: string;
}

/** The batches at the source by id, in a statement after the document's lock. */
export async function lockLines(tx: Tx, transferId: string): Promise<LockedLine[]> {
  return tx.sql<LockedLine>(
    `WITH l AS MATERIALIZED (SELECT s.* FROM inventory.stock s
       WHERE s.id IN (SELECT stock_id FROM inventory.inventory_transfer_line WHERE transfer_id = $1) ORDER BY s.id FOR UPDATE)
     SELECT ${lockedStockColumns}, line.id AS "lineId", line.requested_quantity AS requested
     FROM l JOIN inventory.inventory_transfer_line line ON line.stock_id = l.id AND line.transfer_id = $1 ${lockedStockJoins} ORDER BY l.id`,
    [transferId],
  );
}
