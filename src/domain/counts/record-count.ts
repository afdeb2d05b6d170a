/**
 * Figures of a count are told, some lines at a time, by as many people as there are; each remembers what the system held
 * at that moment. While the count is RECOUNTING they are the second ones, each by another person than the first. The same
 * figure told again by the same person changes nothing, so a call may be repeated, unless it is out of date.
 * Refuses: BAD_USER_INPUT, NEGATIVE_QUANTITY, NOT_FOUND, INVALID_STATUS_TRANSITION, RECOUNT_REQUIRED {lineIds} (the same
 * person again). Locks: the count, its batches (shared, by id): what is under way is waited for.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { addAudit } from '../audit.ts';
import type { Claim, Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { addOutbox } from '../outbox.ts';
import { optionalUuid } from '../uuid.ts';
import { countAudit, countChanged } from './count-audit.ts';
import { requireCounting } from './count-status.ts';
import { isOutOfDate } from './judge-line.ts';
import { claimCount, countLines, type JudgedLine, type LockedCount } from './lock-count.ts';

export interface RecordCount {
  readonly countId: string;
  readonly lines: readonly ToldLine[];
}

interface ToldLine {
  readonly lineId: string;
  readonly counted: string;
}

interface Told extends JudgedLine {
  readonly told: string;
}

const mostLines = 500;

export async function recordCount(tx: Tx, input: RecordCount): Promise<Result> {
  const told = checkLines(input.lines);
  const result = { count: [input.countId] };
  const said: Claim = { mutation: 'recordCount', key: null, input, result };
  const claimed = await claimCount(tx, said, input.countId);
  if (claimed.replay !== null) return claimed.replay;
  const { count } = claimed;
  requireCounting(count.id, count.status);
  const lineIds = [...told.keys()];
  await lockBatches(tx, count.id, lineIds);
  const known = new Map((await countLines(tx, count.id, lineIds)).map((line) => [line.id, line]));
  const lines = [...told].map(([lineId, counted]): Told => {
    const line = known.get(lineId);
    if (line === undefined) throw notFound('count line', lineId);
    return { ...line, told: counted };
  });
  const isSecond = count.status === 'RECOUNTING';
  if (isSecond) requireAnother(tx, lines);
  const news = lines.filter((line) => !isSame(tx, line, isSecond));
  if (news.length > 0) await write(tx, count, news, isSecond);
  return result;
}

function checkLines(lines: readonly ToldLine[]): ReadonlyMap<string, string> {
  const told = new Map(lines.map(({ lineId, counted }) => [lineId, counted]));
  if (lines.length === 0 || lines.length > mostLines || told.size < lines.length) {
    throw new Refusal('BAD_USER_INPUT', `Tell 1 to ${mostLines} lines, each of them once.`, { field: 'lines' });
  }
  for (const [lineId, counted] of told) {
    optionalUuid(lineId, 'lineId');
    if (exact(counted).lt(0)) {
      throw new Refusal('NEGATIVE_QUANTITY', 'counted must not be below 0.', { field: 'counted', lineId });
    }
  }
  return told;
}

/** So that nobody changes them meanwhile, and what they hold is read after whoever did has committed. */
async function lockBatches(tx: Tx, countId: string, lineIds: readonly string[]): Promise<void> {
  await tx.sql(
    `SELECT 1 FROM inventory.stock s WHERE s.id IN (SELECT stock_id FROM inventory.inventory_count_line WHERE count_id = $1 AND id = ANY($2::uuid[]))
     ORDER BY s.id FOR SHARE`,
    [countId, lineIds],
  );
}

/** Two people may be wrong in different ways; one is wrong twice in the same. */
function requireAnother(tx: Tx, lines: readonly JudgedLine[]): void {
  const own = lines.filter(({ countedById }) => countedById === tx.actor.id);
  if (own.length === 0) return;
  throw new Refusal('RECOUNT_REQUIRED', 'The second count of a line is made by another person than the first.', {
    lineIds: own.map(({ id }) => id),
  });
}

/** What is out of date is told anew, be it by the same figure. */
function isSame(tx: Tx, line: Told, isSecond: boolean): boolean {
  const before = isSecond ? line.recounted : line.counted;
  const by = isSecond ? line.recountedById : line.countedById;
  return by === tx.actor.id && before !== null && exact(before).eq(line.told) && !isOutOfDate(line);
}

async function write(tx: Tx, count: LockedCount, lines: readonly Told[], isSecond: boolean): Promise<void> {
  const statement = new Statement();
  const list = (type: string, pick: (line: Told) => unknown) => statement.value(lines.map(pick), `${type}[]`);
  const columns = isSecond
    ? 'recount_expected_quantity = t.on_hand, recount_seq = t.seq, recounted_quantity = t.told, recounted_by = a.id, recounted_at = clock_timestamp(), recount_needed = false'
    : 'expected_quantity = t.on_hand, expected_seq = t.seq, counted_quantity = t.told, counted_by = a.id, counted_at = clock_timestamp()';
  statement.with('a', `SELECT ${statement.value(tx.actor.id, 'uuid')} AS id`);
  statement.with(
    'told_line',
    `UPDATE inventory.inventory_count_line l SET ${columns}, unit_cost = t.unit_cost
     FROM a, unnest(${list('uuid', (l) => l.id)}, ${list('numeric', (l) => l.told)}, ${list('numeric', (l) => l.onHand)},
       ${list('bigint', (l) => l.ledgerSeq)}, ${list('numeric', (l) => l.stockCost)}) AS t(id, told, on_hand, seq, unit_cost) WHERE l.id = t.id`,
  );
  if (!count.counterIds.includes(tx.actor.id)) {
    statement.with(
      'counter',
      `UPDATE inventory.inventory_count c SET counter_ids = c.counter_ids || a.id FROM a WHERE c.id = ${statement.value(count.id, 'uuid')}`,
    );
  }
  const name = isSecond ? 'recounted' : 'counted';
  const before = lines.map((line) => ({ lineId: line.id, [name]: isSecond ? line.recounted : line.counted }));
  const after = { lines: lines.map(({ id, told }) => ({ lineId: id, [name]: told })) };
  addAudit(statement, tx, [{ ...countAudit('recordCount', count, after), before: { lines: before } }]);
  addOutbox(statement, [countChanged(count)]);
  await statement.run(tx, 'SELECT');
}
