/** How a change of stock is told: to the auditors with before and after, to the jobs by id. */
import type { AuditLine } from '../audit.ts';
import type { OutboxLine } from '../outbox.ts';
import type { LockedStock } from './lock-stock.ts';

/** `after` names only what the verb changes; `before` shows the same fields as they were. */
export function stockAudit(
  action: string,
  stock: LockedStock,
  after: Partial<LockedStock> & object,
  reason?: string | null,
): AuditLine {
  const was = new Map<string, unknown>(Object.entries(stock));
  return {
    entity: 'stock',
    entityId: stock.id,
    action,
    locationId: stock.locationId,
    before: Object.fromEntries(Object.keys(after).map((field) => [field, was.get(field) ?? null])),
    after,
    reason: reason ?? null,
  };
}

export function stockChanged(stock: Pick<LockedStock, 'id' | 'productId' | 'locationId'>): OutboxLine {
  return {
    topic: 'stock.changed',
    payload: { stockId: stock.id, productId: stock.productId, locationId: stock.locationId },
  };
}
