/**
 * Ends a transfer that has not been shipped, by who asked for it or a MANAGER of either end; what was reserved for it is
 * given back.
 * Refuses: BAD_USER_INPUT, FORBIDDEN, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION.
 * Locks: key, transfer, stock by id, reservations.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { hasRole, worksAt } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { giveBack } from '../stock/give-back.ts';
import { lockReservationsOfTransfer } from '../stock/held-reservation.ts';
import { optionalText } from '../text.ts';
import { claimTransfer, lockLines, type LockedTransfer, type TransferAction } from './lock-transfer.ts';
import { requireTransferMove } from './transfer-status.ts';
import { addTransferMove, transferAudit, transferChanged } from './write-transfer.ts';

export async function cancelTransfer(tx: Tx, input: TransferAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { transfer: [input.transferId] };
  const said: Claim = { mutation: 'cancelTransfer', key: input.idempotencyKey, input, result };
  const claimed = await claimTransfer(tx, said, input.transferId);
  if (claimed.replay !== null) return claimed.replay;
  const { transfer } = claimed;
  requireMayCancel(tx, transfer);
  requireTransferMove(transfer, 'CANCELLED');
  if (transfer.status === 'APPROVED') await freeUnits(tx, transfer, reason);
  await write(tx, transfer, reason);
  return result;
}

function requireMayCancel(tx: Tx, { id, requestedById }: LockedTransfer): void {
  if (tx.actor.id === requestedById || hasRole(tx.actor, 'MANAGER')) return;
  throw new Refusal('FORBIDDEN', 'A transfer is cancelled by who has asked for it, or by a MANAGER.', {
    transferId: id,
    requestedBy: requestedById,
  });
}

/** What a recall or an expiry has released already is not given back twice. */
async function freeUnits(tx: Tx, transfer: LockedTransfer, reason: string | null): Promise<void> {
  const stocks = await lockLines(tx, transfer.id);
  const reservations = await lockReservationsOfTransfer(tx, transfer.id);
  const active = reservations.filter(({ status }) => status === 'ACTIVE');
  if (active.length === 0) return;
  await giveBack(tx, stocks, active, { action: 'cancelTransfer', status: 'RELEASED', reason });
}

async function write(tx: Tx, transfer: LockedTransfer, reason: string | null): Promise<void> {
  const { fromLocationId, toLocationId } = transfer;
  const locationId = worksAt(tx.actor, fromLocationId) ? fromLocationId : toLocationId;
  const statement = new Statement();
  addTransferMove(statement, tx, transfer, 'CANCELLED', { endReason: reason });
  addAudit(statement, tx, [transferAudit('cancelTransfer', transfer, 'CANCELLED', { locationId, reason })]);
  addOutbox(statement, [transferChanged(transfer)]);
  await statement.run(tx, 'SELECT');
}
