/**
 * What was approved leaves the source, whole, with its share of what the batch has cost: to the last decimal, what the
 * source keeps and what goes is what it was. From here on it is in transit, counted on the lines.
 * Refuses: BAD_USER_INPUT, FORBIDDEN (the other end), IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION,
 * LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED, RESERVATION_NOT_ACTIVE (somebody has taken it away: a recall, a shortage).
 * Locks: key, transfer, stock by id, reservations.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated } from '../decimal.ts';
import {
  closeReservations,
  lockReservationsOfTransfer,
  releaseLine,
  requireHeldByTransfer,
  type HeldReservation,
} from '../stock/held-reservation.ts';
import { post, type LedgerLine } from '../stock/post.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import { takenIn } from '../stock/taken-in.ts';
import { requireUsable } from '../stock/usable.ts';
import { optionalText } from '../text.ts';
import {
  claimTransfer,
  lockLines,
  requireSource,
  type LockedLine,
  type LockedTransfer,
  type TransferAction,
} from './lock-transfer.ts';
import { requireTransferMove } from './transfer-status.ts';
import { addTransferMove, transferAudit, transferChanged } from './write-transfer.ts';

export async function shipTransfer(tx: Tx, input: TransferAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { transfer: [input.transferId] };
  const said: Claim = { mutation: 'shipTransfer', key: input.idempotencyKey, input, result };
  const claimed = await claimTransfer(tx, said, input.transferId);
  if (claimed.replay !== null) return claimed.replay;
  const { transfer } = claimed;
  requireSource(tx, transfer);
  requireTransferMove(transfer, 'IN_TRANSIT');
  const lines = await lockLines(tx, transfer.id);
  const reservations = await lockReservationsOfTransfer(tx, transfer.id);
  for (const line of lines) requireUsable(line);
  for (const reservation of reservations) requireHeldByTransfer(reservation);
  const shares = await takeShares(tx, transfer.id);
  await write(tx, { transfer, lines, reservations, shares, reason });
  return result;
}

interface Share {
  readonly stockId: string;
  readonly purchasePrice: string | null;
  readonly grossPurchasePrice: string | null;
}

/**
 * The source keeps what the rest of what it has taken in has cost, rounded as at intake; the difference goes. So the last
 * shipment of a batch takes the last of its money. In a statement after the lock: it reads the ledger.
 */
async function takeShares(tx: Tx, transferId: string): Promise<Share[]> {
  return tx.sql<Share>(
    `WITH rest AS (
       SELECT line.id AS line_id, s.id, s.purchase_price AS net, s.gross_purchase_price AS gross, coalesce(s.vat_rate, 0) AS vat,
         CASE s.cogs_mode WHEN 'FIXED' THEN s.unit_cogs ELSE (s.unit_cogs_min + s.unit_cogs_max) / 2 END
           * greatest(0, t.taken_in - line.requested_quantity) AS cost
       FROM inventory.inventory_transfer_line line JOIN inventory.stock s ON s.id = line.stock_id
       CROSS JOIN LATERAL (SELECT ${takenIn} AS taken_in FROM inventory.inventory_transaction WHERE stock_id = s.id AND bucket = 'ON_HAND') t
       WHERE line.transfer_id = $1
     ), kept_net AS (
       SELECT *, CASE WHEN gross IS NOT NULL AND net IS NOT NULL THEN least(net, round(cost, 4)) END AS kept FROM rest
     ), kept AS (
       SELECT *, CASE WHEN kept IS NOT NULL THEN least(round(cost * (1 + vat), 4), gross - (net - kept)) END AS kept_gross FROM kept_net
     ), shipped AS (
       UPDATE inventory.inventory_transfer_line line SET shipped_quantity = line.requested_quantity,
         purchase_price = k.net - k.kept, gross_purchase_price = k.gross - k.kept_gross
       FROM kept k WHERE line.id = k.line_id
       RETURNING line.stock_id AS "stockId", line.purchase_price AS "purchasePrice", line.gross_purchase_price AS "grossPurchasePrice"
     ), source AS (
       UPDATE inventory.stock s SET purchase_price = k.kept, gross_purchase_price = k.kept_gross, vat_amount = k.kept_gross - k.kept,
         profit_per_shelf_day = round(k.kept_gross * s.roi_percentage / 100 / s.shelf_life_days, 4)
       FROM kept k WHERE s.id = k.id
     )
     SELECT * FROM shipped`,
    [transferId],
  );
}

interface Shipment {
  readonly transfer: LockedTransfer;
  readonly lines: readonly LockedLine[];
  readonly reservations: readonly HeldReservation[];
  readonly shares: readonly Share[];
  readonly reason: string | null;
}

async function write(tx: Tx, { transfer, lines, reservations, shares, reason }: Shipment): Promise<void> {
  const shipped = lines.map((line) => ({
    ...{ stockId: line.id, lotId: line.lotId, quantity: line.requested },
    onHand: exact(line.onHand).minus(line.requested).toString(),
    purchasePrice: shares.find(({ stockId }) => stockId === line.id)?.purchasePrice ?? null,
  }));
  await post(
    tx,
    {
      lines: reservations.flatMap((reservation) => outLines(transfer.id, reservation)),
      reason: `transfer ${transfer.code}`,
      audit: [
        transferAudit('shipTransfer', transfer, 'IN_TRANSIT', {
          ...{ locationId: transfer.fromLocationId, reason, after: { shipped } },
        }),
      ],
      outbox: [transferChanged(transfer), ...lines.map(stockChanged)],
    },
    (statement) => {
      closeReservations(statement, 'FULFILLED', reservations);
      addTransferMove(statement, tx, transfer, 'IN_TRANSIT');
    },
  );
}

function outLines(transferId: string, reservation: HeldReservation): LedgerLine[] {
  const { stockId, quantity } = reservation;
  const referred = { referenceType: 'inventory_transfer', referenceId: transferId };
  return [
    releaseLine(reservation),
    { stockId, type: 'TRANSFER_OUT', bucket: 'ON_HAND', change: negated(quantity), ...referred },
  ];
}
