/**
 * How a change of a count is told: to the auditors, and to the jobs by id. Nothing of what the system expects is told
 * before submission, to nobody: an auditor may count tomorrow.
 */
import type { AuditLine } from '../audit.ts';
import type { OutboxLine } from '../outbox.ts';
import type { LockedCount } from './lock-count.ts';

export function countChanged({ id, locationId }: Pick<LockedCount, 'id' | 'locationId'>): OutboxLine {
  return { topic: 'count.changed', payload: { countId: id, locationId } };
}

export function countAudit(
  action: string,
  count: Pick<LockedCount, 'id' | 'locationId' | 'status'>,
  after: Readonly<Record<string, unknown>>,
  reason: string | null = null,
): AuditLine {
  return {
    entity: 'inventory_count',
    entityId: count.id,
    action,
    locationId: count.locationId,
    before: { status: count.status },
    after,
    reason,
  };
}
