/**
 * The source does not agree: the request ends here.
 * Refuses: BAD_USER_INPUT, FORBIDDEN (the other end), IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION.
 * Locks: key, transfer.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit } from '../audit.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { optionalText } from '../text.ts';
import { claimTransfer, requireSource, type TransferAction } from './lock-transfer.ts';
import { requireTransferMove } from './transfer-status.ts';
import { addTransferMove, transferAudit, transferChanged } from './write-transfer.ts';

export async function rejectTransfer(tx: Tx, input: TransferAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { transfer: [input.transferId] };
  const said: Claim = { mutation: 'rejectTransfer', key: input.idempotencyKey, input, result };
  const claimed = await claimTransfer(tx, said, input.transferId);
  if (claimed.replay !== null) return claimed.replay;
  const { transfer } = claimed;
  requireSource(tx, transfer);
  requireTransferMove(transfer, 'REJECTED');
  const statement = new Statement();
  addTransferMove(statement, tx, transfer, 'REJECTED', { endReason: reason });
  const audit = transferAudit('rejectTransfer', transfer, 'REJECTED', { locationId: transfer.fromLocationId, reason });
  addAudit(statement, tx, [audit]);
  addOutbox(statement, [transferChanged(transfer)]);
  await statement.run(tx, 'SELECT');
  return result;
}
