/** How a change of stock is told: to the auditors with before and after, to the jobs by id, to the caller by ids. */
import type { AuditLine } from '../audit.ts';
import type { Claim } from '../claim.ts';
import type { OutboxLine } from '../outbox.ts';
import type { LockedStock } from './lock-stock.ts';
import type { Posting } from './post.ts';
import type { Witness } from '../people/witness.ts';

/** `after` names only what the verb changes; `before` shows the same fields as they were. */
export function stockAudit(
  action: string,
  stock: LockedStock,
  after: object,
  reason?: string | null,
  witness?: Witness | null,
): AuditLine {
  const was = new Map<string, unknown>(Object.entries(stock));
  return {
    entity: 'stock',
    entityId: stock.id,
    action,
    locationId: stock.locationId,
    before: Object.fromEntries(Object.keys(after).map((field) => [field, was.get(field) ?? null])),
    after: witness == null ? after : { ...after, witnessedBy: witness.id },
    reason: reason ?? null,
  };
}

export function stockChanged(stock: Pick<LockedStock, 'id' | 'productId' | 'locationId'>): OutboxLine {
  return {
    topic: 'stock.changed',
    payload: { stockId: stock.id, productId: stock.productId, locationId: stock.locationId },
  };
}

export function stockResult(said: Claim, stock: Pick<LockedStock, 'id'>): NonNullable<Posting['result']> {
  return { said, result: (transactionIds) => ({ stock: [stock.id], transaction: transactionIds }) };
}
