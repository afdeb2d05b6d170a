/** How a change of an opened vial is told: to the auditors, and to the jobs by id. */
import type { AuditLine } from '../audit.ts';
import type { OutboxLine } from '../outbox.ts';
import type { LockedSession } from './lock-session.ts';

export function vialChanged(session: Pick<LockedSession, 'id' | 'locationId' | 'productId'>): OutboxLine {
  return {
    topic: 'vial.changed',
    payload: { sessionId: session.id, locationId: session.locationId, productId: session.productId },
  };
}

export function vialAudit(
  action: string,
  session: LockedSession,
  after: Readonly<Record<string, unknown>>,
  reason: string | null = null,
): AuditLine {
  const { id, locationId, status, remainingDoses, usedDoses, wastedDoses } = session;
  return {
    entity: 'open_vial_session',
    entityId: id,
    action,
    locationId,
    before: { status, remainingDoses, usedDoses, wastedDoses },
    after,
    reason,
  };
}
