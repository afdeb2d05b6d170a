/**
 * Says that somebody has looked at a location for the lots of a recall: once for each location, X of N. Said again, the
 * first word stands. The alert of the recall there is acknowledged with it.
 * Refuses: BAD_USER_INPUT, NOT_FOUND (also a location that the recall does not concern, or that is not the actor's),
 * INVALID_STATUS_TRANSITION (closed). Locks: the acknowledgement, the alert.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Statement } from '../../db/statement.ts';
import type { RecallStatus } from '../../schema/enums.ts';
import { addAudit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { requireRecallMove } from './recall-status.ts';

export interface AcknowledgeRecall {
  readonly recallId: string;
  readonly locationId: string;
  readonly note?: string | null;
}

interface Concerned {
  readonly status: RecallStatus;
  readonly isDone: boolean;
}

export async function acknowledgeRecall(tx: Tx, input: AcknowledgeRecall): Promise<Result> {
  for (const field of ['recallId', 'locationId'] as const) optionalUuid(input[field], field);
  const note = optionalText(input.note, 'note', 1_000);
  const result = { recall: [input.recallId] };
  const concerned = await lockConcerned(tx, input);
  if (concerned.isDone) return result;
  // Nothing is left to see to; what was open is told as it was.
  if (concerned.status === 'CLOSED') requireRecallMove('CLOSED', 'ACTIVE');
  await write(tx, input, note);
  return result;
}

async function lockConcerned(tx: Tx, input: AcknowledgeRecall): Promise<Concerned> {
  const said = { mutation: 'acknowledgeRecall', key: null, input };
  const claimed = await claim<Concerned>(tx, said, {
    locked: `SELECT a.*, r.status FROM inventory.recall_acknowledgement a JOIN inventory.recall r ON r.id = a.recall_id
      WHERE ${gate} AND a.recall_id = $8 AND a.location_id = $9 AND ($10::boolean OR a.location_id = ANY($11::uuid[])) FOR UPDATE OF a FOR SHARE OF r`,
    columns: 'l.status, l.acknowledged_at IS NOT NULL AS "isDone"',
    values: [input.recallId, input.locationId, tx.actor.isSystem, tx.actor.locationIds],
  });
  const [concerned] = claimed.replay === null ? claimed.rows : [];
  if (concerned === undefined) throw notFound('location that the recall concerns', input.locationId);
  return concerned;
}

async function write(tx: Tx, { recallId, locationId }: AcknowledgeRecall, note: string | null): Promise<void> {
  const statement = new Statement();
  const [recall, place] = [statement.value(recallId, 'uuid'), statement.value(locationId, 'uuid')];
  const actor = statement.value(tx.actor.id, 'uuid');
  statement.with(
    'acknowledged',
    `UPDATE inventory.recall_acknowledgement SET acknowledged_by = ${actor}, acknowledged_at = clock_timestamp(), note = ${statement.value(note, 'text')}
     WHERE recall_id = ${recall} AND location_id = ${place}`,
  );
  statement.with(
    'seen',
    `UPDATE inventory.inventory_alert SET status = 'ACKNOWLEDGED', acknowledged_by = ${actor}, acknowledged_at = clock_timestamp()
     WHERE type = 'RECALL' AND location_id = ${place} AND subject = ${recall}::text AND ended_at IS NULL AND status = 'OPEN'`,
  );
  const after = { acknowledged: true };
  addAudit(statement, tx, [
    { entity: 'recall', entityId: recallId, action: 'acknowledgeRecall', locationId, after, reason: note },
  ]);
  addOutbox(statement, [{ topic: 'recall.changed', payload: { recallId } }]);
  await statement.run(tx, 'SELECT');
}
