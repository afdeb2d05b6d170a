/**
 * What a person says of a match: confirmed, it becomes a recall of its lot, or of the lots named where the match names
 * none (see raise-recall.ts); dismissed, everything stays as it is. Decided once.
 * Refuses: BAD_USER_INPUT (lots named in vain, none named where some must be, lots of another product),
 * IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION (decided already).
 * Locks: key, the recall's side of the intakes' lock, the match, lots, batches, reservations, alerts.
 */
import { v7 as uuid } from 'uuid';
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { RecallClass, RecallMatchStatus } from '../../schema/enums.ts';
import { settleMatchAlerts } from '../alerts/recall-alerts.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { addResult, checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { raiseRecall } from './raise-recall.ts';
import { againstIntakes } from './recall-locks.ts';
import { requireMatchMove } from './recall-match-status.ts';

export interface DecideRecallMatch {
  readonly idempotencyKey: string;
  readonly matchId: string;
  readonly confirm: boolean;
  readonly lotIds?: readonly string[] | null;
  readonly note?: string | null;
}

interface LockedMatch {
  readonly id: string;
  readonly status: RecallMatchStatus;
  readonly noticeId: string;
  readonly productId: string;
  readonly lotId: string | null;
  readonly noticeNumber: string;
  readonly recallClass: RecallClass;
  readonly reason: string;
  readonly firm: string | null;
}

export async function decideRecallMatch(tx: Tx, input: DecideRecallMatch): Promise<Result> {
  checkKey(input.idempotencyKey);
  for (const id of [input.matchId, ...(input.lotIds ?? [])])
    optionalUuid(id, id === input.matchId ? 'matchId' : 'lotIds');
  const note = optionalText(input.note, 'note', 1_000);
  const said: Claim = { mutation: 'decideRecallMatch', key: input.idempotencyKey, input };
  const claimed = await lockMatch(tx, said, input.matchId);
  if (claimed.replay !== null) return claimed.replay;
  const { match } = claimed;
  requireMatchMove(match.status, input.confirm ? 'CONFIRMED' : 'DISMISSED');
  const recallId = input.confirm ? uuid() : null;
  const result = { match: [match.id], recall: recallId === null ? [] : [recallId] };
  const decide = (statement: Statement) => {
    addDecision(statement, tx, match, recallId, note);
  };
  if (recallId === null) await dismiss(tx, match, note, { said, result, decide });
  else await confirm(tx, match, recallId, input, { said, result, decide });
  await settleMatchAlerts(tx, [match.noticeId]);
  return result;
}

interface Deciding {
  readonly said: Claim;
  readonly result: Result;
  readonly decide: (statement: Statement) => void;
}

async function lockMatch(
  tx: Tx,
  said: Claim,
  id: string,
): Promise<{ readonly replay: Result } | { readonly replay: null; readonly match: LockedMatch }> {
  const claimed = await claim<LockedMatch>(tx, said, {
    locked: `SELECT m.*, ${againstIntakes} FROM inventory.recall_match m WHERE ${gate} AND m.id = $8 FOR UPDATE`,
    columns: `l.id, l.status, l.notice_id AS "noticeId", l.product_id AS "productId", l.lot_id AS "lotId", n.notice_number AS "noticeNumber",
      coalesce(n.recall_class, 'CLASS_I') AS "recallClass", n.reason, n.firm`,
    joins: 'LEFT JOIN inventory.recall_notice n ON n.id = l.notice_id',
    values: [id],
  });
  if (claimed.replay !== null) return claimed;
  const [match] = claimed.rows;
  if (match === undefined) throw notFound('recall match', id);
  return { replay: null, match };
}

async function confirm(
  tx: Tx,
  match: LockedMatch,
  recallId: string,
  input: DecideRecallMatch,
  { said, result, decide }: Deciding,
): Promise<void> {
  const { productId, noticeNumber: reference, recallClass, reason, firm } = match;
  const lotNumbers = await numbersOf(tx, match, input.lotIds ?? []);
  const source = `recall feed${firm === null ? '' : `: ${firm}`}`.slice(0, 255);
  await raiseRecall(
    tx,
    { id: recallId, reference, recallClass, reason: reason.slice(0, 2_000), source, productId, lotNumbers },
    { action: 'decideRecallMatch', said, result, also: decide },
  );
}

/** Never none: that would be every lot of the product. */
async function numbersOf(tx: Tx, match: LockedMatch, lotIds: readonly string[]): Promise<string[]> {
  if (match.lotId !== null && lotIds.length > 0) {
    throw new Refusal('BAD_USER_INPUT', 'This match names its lot itself: leave lotIds out.', { field: 'lotIds' });
  }
  const wanted = match.lotId === null ? [...new Set(lotIds)] : [match.lotId];
  if (wanted.length === 0) {
    throw new Refusal('BAD_USER_INPUT', 'This match names no lot: say which lots it concerns (lotIds).', {
      field: 'lotIds',
    });
  }
  const lots = await tx.sql<{ number: string }>(
    'SELECT manufacturer_lot_number AS number FROM inventory.inventory_lot WHERE id = ANY($1::uuid[]) AND product_id = $2 ORDER BY 1',
    [wanted, match.productId],
  );
  if (lots.length === wanted.length) return lots.map(({ number }) => number);
  throw new Refusal('BAD_USER_INPUT', 'Not all of lotIds are lots of the product that the match is about.', {
    field: 'lotIds',
    productId: match.productId,
  });
}

async function dismiss(tx: Tx, match: LockedMatch, note: string | null, deciding: Deciding): Promise<void> {
  const statement = new Statement();
  statement.with('clock', 'SELECT clock_timestamp() AS at', 'MATERIALIZED');
  deciding.decide(statement);
  addAudit(statement, tx, [auditOf(match, note)]);
  addResult(statement, tx, deciding.said, deciding.result);
  await statement.run(tx, 'SELECT');
}

function auditOf({ id, status, noticeNumber }: LockedMatch, note: string | null): AuditLine {
  return {
    ...{ entity: 'recall_match', entityId: id, action: 'decideRecallMatch', reason: note },
    before: { status },
    after: { status: 'DISMISSED', noticeNumber },
  };
}

/** Rides with the recall, or alone. */
function addDecision(
  statement: Statement,
  tx: Tx,
  match: LockedMatch,
  recallId: string | null,
  note: string | null,
): void {
  const status = recallId === null ? 'DISMISSED' : 'CONFIRMED';
  statement.with(
    'decided',
    `UPDATE inventory.recall_match SET status = ${statement.value(status, 'inventory.recall_match_status')}, recall_id = ${statement.value(recallId, 'uuid')},
       decided_by = ${statement.value(tx.actor.id, 'uuid')}, decided_at = clock.at, note = ${statement.value(note, 'text')}
     FROM clock WHERE recall_match.id = ${statement.value(match.id, 'uuid')}`,
  );
}
