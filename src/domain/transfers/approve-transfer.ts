/**
 * The source agrees, by another person than the one who asked: the units are reserved from here on, without a limit in
 * time, and only the transfer's own verbs touch them.
 * Refuses: BAD_USER_INPUT, FORBIDDEN (the other end), IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION,
 * LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED, INSUFFICIENT_INVENTORY, SEPARATION_OF_DUTIES.
 * Locks: key, transfer, stock by id.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { requireAvailable } from '../stock/decrease-stock.ts';
import { post } from '../stock/post.ts';
import { addReservations } from '../stock/reserve-stock.ts';
import { stockChanged } from '../stock/stock-audit.ts';
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

/** Every reservation has an end; this one lies beyond all of them. */
const withoutLimit = new Date('9999-12-31T00:00:00Z');

export async function approveTransfer(tx: Tx, input: TransferAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { transfer: [input.transferId] };
  const said: Claim = { mutation: 'approveTransfer', key: input.idempotencyKey, input, result };
  const claimed = await claimTransfer(tx, said, input.transferId);
  if (claimed.replay !== null) return claimed.replay;
  const { transfer } = claimed;
  requireSource(tx, transfer);
  requireTransferMove(transfer, 'APPROVED');
  const lines = await lockLines(tx, transfer.id);
  for (const line of lines) requireUsable(line);
  for (const line of lines) requireAvailable(line, line.requested);
  requireAnother(tx, transfer);
  await write(tx, transfer, lines, reason);
  return result;
}

function requireAnother(tx: Tx, { id, requestedById }: LockedTransfer): void {
  if (tx.actor.id !== requestedById) return;
  throw new Refusal('SEPARATION_OF_DUTIES', 'Who has asked for a transfer does not approve it: somebody else must.', {
    transferId: id,
  });
}

async function write(
  tx: Tx,
  transfer: LockedTransfer,
  lines: readonly LockedLine[],
  reason: string | null,
): Promise<void> {
  const reservations = lines.map((line) => ({ id: uuid(), stock: line, quantity: line.requested }));
  const reserved = reservations.map(({ id, stock, quantity }) => ({ reservationId: id, stockId: stock.id, quantity }));
  await post(
    tx,
    {
      lines: reservations.map(({ id, stock, quantity }) => ({
        ...{ stockId: stock.id, type: 'RESERVE', bucket: 'RESERVED', change: quantity },
        ...{ referenceType: 'stock_reservation', referenceId: id },
      })),
      reason,
      audit: [
        transferAudit('approveTransfer', transfer, 'APPROVED', {
          ...{ locationId: transfer.fromLocationId, reason, after: { reserved } },
        }),
      ],
      outbox: [transferChanged(transfer), ...lines.map(stockChanged)],
    },
    (statement) => {
      const words = {
        reason: `transfer ${transfer.code}`,
        referenceType: 'inventory_transfer',
        referenceId: transfer.id,
      };
      addReservations(statement, tx, { ...words, reservedUntil: withoutLimit, transferId: transfer.id }, reservations);
      addTransferMove(statement, tx, transfer, 'APPROVED');
    },
  );
}
