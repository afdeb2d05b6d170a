/**
 * Ends a recall, for the whole organisation: its alerts are resolved. With release the lots are given free that no other
 * recall blocks (an open one, or one that was closed without release), and their units leave quarantine as far as no
 * other cause holds them. Without, they stay blocked for good: to be wasted or sent back.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, FORBIDDEN (who does not work at every location),
 * INVALID_STATUS_TRANSITION. Locks: key, the recall's side of the intakes' lock, the recall, lots, batches, alerts.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { RecallStatus } from '../../schema/enums.ts';
import { endRecallAlerts } from '../alerts/recall-alerts.ts';
import { checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import { endQuarantine } from '../stock/quarantine.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import { text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { againstIntakes, lockLots, markRecalled } from './recall-locks.ts';
import { requireRecallMove } from './recall-status.ts';

export interface CloseRecall {
  readonly idempotencyKey: string;
  readonly recallId: string;
  readonly resolution: string;
  readonly releaseLots?: boolean | null;
}

interface LockedRecall {
  readonly id: string;
  readonly reference: string;
  readonly status: RecallStatus;
  readonly isWhole: boolean;
}

export async function closeRecall(tx: Tx, input: CloseRecall): Promise<Result> {
  checkKey(input.idempotencyKey);
  optionalUuid(input.recallId, 'recallId');
  const resolution = text(input.resolution, 'resolution', { max: 1_000 });
  const result = { recall: [input.recallId] };
  const said: Claim = { mutation: 'closeRecall', key: input.idempotencyKey, input, result };
  const claimed = await lockRecall(tx, said, input.recallId);
  if (claimed.replay !== null) return claimed.replay;
  const { recall } = claimed;
  requireRecallMove(recall.status, 'CLOSED');

  const released = input.releaseLots === true;
  const lotIds = await lotsOfNoOther(tx, recall.id);
  const stocks = released ? await release(tx, lotIds) : [];
  const cause = ({ lotId }: LockedStock) => ({ cause: 'RECALL' as const, reference: lotId });
  const after = { status: 'CLOSED', released, lotIds: released ? lotIds : [] };
  const told = {
    reason: `recall ${recall.reference} closed`,
    audit: [
      {
        entity: 'recall',
        entityId: recall.id,
        action: 'closeRecall',
        before: { status: recall.status },
        after,
        reason: resolution,
      },
    ],
    outbox: [
      { topic: 'recall.changed' as const, payload: { recallId: recall.id } },
      ...(released ? lotIds : []).map((lotId) => ({ topic: 'lot.changed' as const, payload: { lotId } })),
      ...stocks.map(stockChanged),
    ],
  };
  await endQuarantine(tx, stocks, cause, told, undefined, (statement) => {
    addEnd(statement, tx, recall.id, { resolution, released });
  });
  await endRecallAlerts(tx, recall.id, lotIds);
  return result;
}

async function lockRecall(
  tx: Tx,
  said: Claim,
  id: string,
): Promise<{ readonly replay: Result } | { readonly replay: null; readonly recall: LockedRecall }> {
  const claimed = await claim<LockedRecall>(tx, said, {
    locked: `SELECT r.*, ${againstIntakes} FROM inventory.recall r WHERE ${gate} AND r.id = $8 FOR UPDATE`,
    columns: `l.id, l.reference, l.status,
      $9::boolean OR NOT EXISTS (SELECT FROM people.location o WHERE NOT o.id = ANY($10::uuid[])) AS "isWhole"`,
    values: [id, tx.actor.isSystem, tx.actor.locationIds],
  });
  if (claimed.replay !== null) return claimed;
  const [recall] = claimed.rows;
  if (recall === undefined) throw notFound('recall', id);
  if (!recall.isWhole) {
    throw new Refusal('FORBIDDEN', 'A recall is closed for every location: by a manager who works at all of them.', {
      recallId: id,
    });
  }
  return { replay: null, recall };
}

/** Asked after the wait for other recalls. */
async function lotsOfNoOther(tx: Tx, recallId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT lot_id AS id FROM inventory.recall_lot WHERE recall_id = $1 AND NOT EXISTS (
       SELECT FROM inventory.recall_lot l JOIN inventory.recall o ON o.id = l.recall_id
       WHERE l.lot_id = recall_lot.lot_id AND o.id <> $1 AND NOT o.released)`,
    [recallId],
  );
  return rows.map(({ id }) => id);
}

async function release(tx: Tx, lotIds: readonly string[]): Promise<LockedStock[]> {
  await lockLots(tx, lotIds);
  return markRecalled(tx, lotIds, false);
}

function addEnd(
  statement: Statement,
  tx: Tx,
  id: string,
  { resolution, released }: { readonly resolution: string; readonly released: boolean },
): void {
  statement.with(
    'closed',
    `UPDATE inventory.recall SET status = 'CLOSED', closed_by = ${statement.value(tx.actor.id, 'uuid')}, closed_at = clock.at,
       resolution = ${statement.value(resolution, 'text')}, released = ${statement.value(released, 'boolean')}
     FROM clock WHERE recall.id = ${statement.value(id, 'uuid')}`,
  );
}
