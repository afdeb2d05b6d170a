/** How a transfer goes from one state to another. Pure. */
import { Refusal } from '../../refusal.ts';
import type { TransferStatus } from '../../schema/enums.ts';

const moves: Readonly<Record<TransferStatus, readonly TransferStatus[]>> = {
  REQUESTED: ['APPROVED', 'REJECTED', 'CANCELLED'],
  APPROVED: ['IN_TRANSIT', 'CANCELLED'],
  IN_TRANSIT: ['RECEIVED'],
  RECEIVED: [],
  REJECTED: [],
  CANCELLED: [],
};

export function requireTransferMove(
  transfer: { readonly id: string; readonly status: TransferStatus },
  to: TransferStatus,
): void {
  const { id, status: from } = transfer;
  if (moves[from].includes(to)) return;
  throw new Refusal('INVALID_STATUS_TRANSITION', `A transfer that is ${from} does not become ${to}.`, {
    transferId: id,
    from,
    to,
    allowed: moves[from],
  });
}
