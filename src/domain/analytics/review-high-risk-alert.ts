/**
 * A pharmacist's word on a high-risk event: a decision and notes, said once and never changed.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, INVALID_STATUS_TRANSITION (it has been reviewed). Locks: the alert.
 */
import { notFound } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import type { ReviewDecision } from '../../schema/enums.ts';
import { addAudit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';

export interface ReviewHighRisk {
  readonly alertId: string;
  readonly decision: ReviewDecision;
  readonly notes: string;
}

interface LockedAlert {
  readonly id: string;
  readonly answersAt: string;
  readonly eventId: string;
  readonly reviewedAt: Date | null;
  readonly decision: ReviewDecision | null;
}

export async function reviewHighRiskAlert(tx: Tx, input: ReviewHighRisk): Promise<Result> {
  const notes = text(input.notes, 'notes', { max: 2_000 });
  const alert = await lockAlert(tx, input);
  if (alert.reviewedAt !== null) {
    throw new Refusal('INVALID_STATUS_TRANSITION', 'This alert has been reviewed; a review is made once.', {
      ...{ alertId: alert.id, decision: alert.decision, reviewedAt: alert.reviewedAt.toISOString() },
    });
  }
  const { decision } = input;
  const statement = new Statement();
  statement.with(
    'reviewed',
    `UPDATE dpap.high_risk_alert SET reviewed_by = ${statement.value(tx.actor.id, 'uuid')}, reviewed_at = clock_timestamp(),
       review_notes = ${statement.value(notes, 'text')}, decision = ${statement.value(decision, 'dpap.review_decision')}
     WHERE id = ${statement.value(alert.id, 'uuid')}`,
  );
  addAudit(statement, tx, [
    {
      entity: 'high_risk_alert',
      entityId: alert.id,
      action: 'reviewHighRiskAlert',
      locationId: alert.answersAt,
      before: { decision: null },
      after: { decision, eventId: alert.eventId },
      reason: notes,
    },
  ]);
  await statement.run(tx, 'SELECT');
  return { alert: [alert.id] };
}

async function lockAlert(tx: Tx, input: ReviewHighRisk): Promise<LockedAlert> {
  if (!isUuid(input.alertId)) throw notFound('alert', input.alertId);
  const claimed = await claim<LockedAlert>(
    tx,
    { mutation: 'reviewHighRiskAlert', key: null, input },
    {
      locked: `SELECT a.*, p.location_id FROM dpap.high_risk_alert a JOIN people.pharmacy p ON p.id = a.pharmacy_id
        WHERE ${gate} AND a.id = $8 AND p.location_id = ANY($9::uuid[]) FOR UPDATE OF a`,
      columns: 'l.id, l.location_id AS "answersAt", l.event_id AS "eventId", l.reviewed_at AS "reviewedAt", l.decision',
      values: [input.alertId, tx.actor.locationIds],
    },
  );
  const [alert] = claimed.replay === null ? claimed.rows : [];
  if (alert === undefined) throw notFound('alert', input.alertId);
  return alert;
}
