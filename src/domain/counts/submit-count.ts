/**
 * Hands a count in. Lines out of tolerance are to be counted again by another person: the count is RECOUNTING then, else
 * SUBMITTED, and what the system expected may be seen. A SUBMITTED one is handed in again where its batches were
 * corrected since: it is RECOUNTING for their lines.
 * Refuses: IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION, COUNT_INCOMPLETE {missing, lineIds}, RECOUNT_REQUIRED
 * {lineIds} (no second count, or one that is out of date). Locks: key, the count.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import type { CountStatus } from '../../schema/enums.ts';
import { addAudit } from '../audit.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { optionalText } from '../text.ts';
import { countAudit, countChanged } from './count-audit.ts';
import { requireCountMove } from './count-status.ts';
import { isWithinTolerance, judge } from './judge-line.ts';
import { claimCount, countLines, type JudgedLine, type LockedCount } from './lock-count.ts';
import { linesToPost, recountRequired, sumsOf, type LineToPost } from './lines-to-post.ts';

export interface CountAction {
  readonly idempotencyKey: string;
  readonly countId: string;
  readonly reason?: string | null;
}

export async function submitCount(tx: Tx, input: CountAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const said: Claim = { mutation: 'submitCount', key: input.idempotencyKey, input, result: { count: [input.countId] } };
  const claimed = await claimCount(tx, said, input.countId);
  if (claimed.replay !== null) return claimed.replay;
  const { count } = claimed;
  const isEnded = count.status === 'APPROVED' || count.status === 'CANCELLED';
  if (isEnded) requireCountMove(count.id, count.status, 'SUBMITTED');
  const lines = await countLines(tx, count.id);
  requireAll(lines);
  const open = lines.filter((line) => judge(line, line.share) === 'RECOUNT');
  const to = open.length === 0 ? 'SUBMITTED' : 'RECOUNTING';
  if (count.status === 'RECOUNTING' && to === 'RECOUNTING') throw recountRequired(open);
  requireCountMove(count.id, count.status, to);
  if (to === 'RECOUNTING') await askAgain(tx, count, open, reason);
  else await handIn(tx, count, linesToPost(lines), reason);
  return { count: [count.id] };
}

function requireAll(lines: readonly JudgedLine[]): void {
  const missing = lines.filter((line) => judge(line, line.share) === 'MISSING');
  if (missing.length === 0) return;
  throw new Refusal(
    'COUNT_INCOMPLETE',
    `${missing.length} lines of this count have no figure yet. Count them, 0 too.`,
    {
      missing: missing.length,
      lineIds: missing.slice(0, 100).map(({ id }) => id),
    },
  );
}

/** What was counted a second time, and is out of date, is counted a third time in its place. */
async function askAgain(
  tx: Tx,
  count: LockedCount,
  lines: readonly JudgedLine[],
  reason: string | null,
): Promise<void> {
  const ids = lines.map(({ id }) => id);
  const statement = new Statement();
  statement.with(
    'asked',
    `UPDATE inventory.inventory_count_line SET recount_needed = true, within_tolerance = NULL, recount_expected_quantity = NULL,
       recount_seq = NULL, recounted_quantity = NULL, recounted_by = NULL, recounted_at = NULL
     WHERE id = ANY(${statement.value(ids, 'uuid[]')})`,
  );
  addStatus(statement, tx, count, 'RECOUNTING', null);
  addAudit(statement, tx, [countAudit('submitCount', count, { status: 'RECOUNTING', lineIds: ids }, reason)]);
  addOutbox(statement, [countChanged(count)]);
  await statement.run(tx, 'SELECT');
}

async function handIn(tx: Tx, count: LockedCount, lines: readonly LineToPost[], reason: string | null): Promise<void> {
  const statement = new Statement();
  const list = (type: string, pick: (line: LineToPost) => unknown) => statement.value(lines.map(pick), `${type}[]`);
  statement.with(
    'judged',
    `UPDATE inventory.inventory_count_line l SET within_tolerance = t.within, recount_needed = false
     FROM unnest(${list('uuid', (l) => l.id)}, ${list('boolean', (l) => isWithinTolerance(l, l.deaSchedule, l.share))}) AS t(id, within)
     WHERE l.id = t.id`,
  );
  const sums = sumsOf(lines);
  addStatus(statement, tx, count, 'SUBMITTED', sums);
  addAudit(statement, tx, [countAudit('submitCount', count, { status: 'SUBMITTED', ...sums }, reason)]);
  addOutbox(statement, [countChanged(count)]);
  await statement.run(tx, 'SELECT');
}

/** Null: not submitted, or not any more. */
function addStatus(
  statement: Statement,
  tx: Tx,
  count: LockedCount,
  to: CountStatus,
  sums: ReturnType<typeof sumsOf> | null,
): void {
  const value = (given: unknown, type: string) => statement.value(given, type);
  const isIn = sums !== null;
  statement.with(
    'handed_in',
    `UPDATE inventory.inventory_count SET status = ${value(to, 'inventory.count_status')},
       submitted_by = ${value(isIn ? tx.actor.id : null, 'uuid')}, submitted_at = CASE WHEN ${value(isIn, 'boolean')} THEN clock_timestamp() END,
       variance_quantity = ${value(sums?.varianceQuantity ?? null, 'numeric')}, variance_value = ${value(sums?.varianceValue ?? null, 'numeric')}
     WHERE id = ${value(count.id, 'uuid')}`,
  );
}
