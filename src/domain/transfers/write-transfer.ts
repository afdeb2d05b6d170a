/** How a change of a transfer is written and told: the document's next state, the audit row, the news by ids. */
import type { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import type { TransferStatus } from '../../schema/enums.ts';
import type { AuditLine } from '../audit.ts';
import type { OutboxLine } from '../outbox.ts';
import type { LockedTransfer } from './lock-transfer.ts';

type Next = Exclude<TransferStatus, 'REQUESTED'>;

const told = {
  APPROVED: 'approved',
  IN_TRANSIT: 'shipped',
  RECEIVED: 'received',
  REJECTED: 'ended',
  CANCELLED: 'ended',
} as const satisfies Record<Next, string>;

/** Rides in the verb's statement. */
export function addTransferMove(
  statement: Statement,
  tx: Tx,
  transfer: LockedTransfer,
  to: Next,
  more: { readonly endReason?: string | null; readonly hasDiscrepancy?: boolean } = {},
): void {
  statement.with(
    'transfer_move',
    `UPDATE inventory.inventory_transfer SET status = ${statement.value(to, 'inventory.transfer_status')},
       ${told[to]}_by = ${statement.value(tx.actor.id, 'uuid')}, ${told[to]}_at = clock_timestamp(),
       end_reason = ${statement.value(more.endReason ?? null, 'text')}, has_discrepancy = ${statement.value(more.hasDiscrepancy ?? false, 'boolean')}
     WHERE id = ${statement.value(transfer.id, 'uuid')}`,
  );
}

export function transferAudit(
  action: string,
  transfer: LockedTransfer,
  to: Next,
  more: { readonly locationId: string; readonly reason: string | null; readonly after?: object },
): AuditLine {
  return {
    entity: 'inventory_transfer',
    entityId: transfer.id,
    action,
    locationId: more.locationId,
    before: { status: transfer.status },
    after: { status: to, ...more.after },
    reason: more.reason,
  };
}

export function transferChanged(transfer: Pick<LockedTransfer, 'id' | 'fromLocationId' | 'toLocationId'>): OutboxLine {
  const { id, fromLocationId, toLocationId } = transfer;
  return { topic: 'transfer.changed', payload: { transferId: id, fromLocationId, toLocationId } };
}
