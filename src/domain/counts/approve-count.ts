/**
 * Posts what a count found, all of it in one transaction: for each batch what was counted less what the system held then,
 * whatever has moved since. Reservations that a shortage eats are released, and told of in the alert of the batch.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION, WITNESS_REQUIRED (less of a
 * controlled drug), SEPARATION_OF_DUTIES (who counted any of it), RECOUNT_REQUIRED {lineIds} (a batch was corrected since,
 * or would go below 0). Locks: key, the count, stock by id, reservations by id, alerts by subject.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import { settleCountAlerts } from '../alerts/count-alerts.ts';
import type { AuditLine } from '../audit.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated } from '../decimal.ts';
import { groupBy } from '../group-by.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { afterwards } from '../stock/buckets.ts';
import { closeReservations, lockReservationsOf, type HeldReservation } from '../stock/held-reservation.ts';
import { lockStock, type LockedStock } from '../stock/lock-stock.ts';
import { post } from '../stock/post.ts';
import { stockAudit, stockChanged } from '../stock/stock-audit.ts';
import { optionalText } from '../text.ts';
import { countAudit, countChanged } from './count-audit.ts';
import { postingOf, type BatchPosting } from './count-posting.ts';
import { requireCountMove } from './count-status.ts';
import { judge } from './judge-line.ts';
import { linesToPost, recountRequired, sumsOf, type LineToPost } from './lines-to-post.ts';
import { claimCount, countLines, type LockedCount } from './lock-count.ts';
import type { CountAction } from './submit-count.ts';

export interface ApproveCount extends CountAction {
  readonly witness?: Witness | null;
}

/** A batch of which more or less was found. */
interface Found extends BatchPosting {
  readonly stock: LockedStock;
  readonly line: LineToPost;
}

export async function approveCount(tx: Tx, input: ApproveCount): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { count: [input.countId] };
  const said: Claim = { mutation: 'approveCount', key: input.idempotencyKey, input, result };
  const claimed = await claimCount(tx, said, input.countId);
  if (claimed.replay !== null) return claimed.replay;
  const { count } = claimed;
  requireCountMove(count.id, count.status, 'APPROVED');
  const stocks = await lockStock(tx, await differing(tx, count.id));
  // Read after the locks were won: what has left meanwhile cannot be missing too.
  const lines = await countLines(tx, count.id);
  const posted = linesToPost(lines);
  requireWitnessOf(posted, input.witness ?? null);
  requireOther(tx, count);
  const open = lines.filter((line) => judge(line, line.share) !== 'HOLDS');
  if (open.length > 0) throw recountRequired(open);
  const found = await postings(tx, count, stocks, posted);
  await write(tx, count, posted, found, reason, input.witness ?? null);
  const released = new Map(found.map((each) => [each.stock.id, each.released]));
  await settleCountAlerts(tx, count.id, (stockId) => released.get(stockId) ?? []);
  return result;
}

/** Of a locked count, whose figures nobody changes. */
async function differing(tx: Tx, countId: string): Promise<string[]> {
  const rows = await tx.sql<{ id: string }>(
    `SELECT stock_id AS id FROM inventory.inventory_count_line
     WHERE count_id = $1 AND coalesce(recounted_quantity, counted_quantity) <> coalesce(recount_expected_quantity, expected_quantity)`,
    [countId],
  );
  return rows.map(({ id }) => id);
}

function requireWitnessOf(lines: readonly LineToPost[], witness: Witness | null): void {
  const less = lines.find(({ deaSchedule, difference }) => deaSchedule !== null && exact(difference).lt(0));
  if (less !== undefined) requireWitness(less.deaSchedule, witness);
}

function requireOther(tx: Tx, { id, counterIds }: LockedCount): void {
  if (!counterIds.includes(tx.actor.id)) return;
  throw new Refusal('SEPARATION_OF_DUTIES', 'A count is approved by somebody who has counted nothing of it.', {
    countId: id,
  });
}

async function postings(
  tx: Tx,
  count: LockedCount,
  stocks: readonly LockedStock[],
  lines: readonly LineToPost[],
): Promise<Found[]> {
  const byStock = new Map(lines.map((line) => [line.stockId, line]));
  const differing = stocks.flatMap((stock) => {
    const line = byStock.get(stock.id);
    return line === undefined ? [] : [{ stock, line }];
  });
  const eaten = differing.filter(
    ({ stock, line }) => exact(stock.reserved).gt(0) && exact(negated(line.difference)).gt(stock.available),
  );
  const reservations = await lockReservationsOf(
    tx,
    eaten.map(({ stock }) => stock.id),
  );
  const ofStock = groupBy(reservations, ({ stockId }) => stockId);
  return differing.map(({ stock, line }) => ({
    stock,
    line,
    ...postingOf(stock, line.difference, ofStock.get(stock.id) ?? [], count.id),
  }));
}

async function write(
  tx: Tx,
  count: LockedCount,
  lines: readonly LineToPost[],
  found: readonly Found[],
  reason: string | null,
  witness: Witness | null,
): Promise<void> {
  const released = found.flatMap((each) => each.released);
  const after = { status: 'APPROVED', ...sumsOf(lines), batches: found.length, witnessedBy: witness?.id ?? null };
  await post(
    tx,
    {
      lines: found.flatMap((each) => each.lines),
      causes: { fresh: found.flatMap((each) => each.causes) },
      reason: reason ?? `Count ${count.code}`,
      audit: [
        countAudit('approveCount', count, after, reason),
        ...found.map((each) => ofBatch(count, each, witness)),
        ...found.flatMap(({ stock, released: own }) => own.map((one) => ofReservation(count, stock, one))),
      ],
      outbox: [countChanged(count), ...found.map(({ stock }) => stockChanged(stock))],
    },
    (statement) => {
      closeReservations(statement, 'RELEASED', released);
      addApproval(statement, tx, count, witness);
    },
  );
}

function ofBatch(count: LockedCount, { stock, line, lines }: Found, witness: Witness | null): AuditLine {
  const { expected, counted } = line;
  const after = { ...afterwards(stock, lines), countId: count.id, expected, counted };
  return stockAudit('approveCount', stock, after, `Count ${count.code}`, witness);
}

function ofReservation(count: LockedCount, stock: LockedStock, { id, status, quantity }: HeldReservation): AuditLine {
  return {
    entity: 'stock_reservation',
    entityId: id,
    action: 'approveCount',
    locationId: stock.locationId,
    before: { status },
    after: { status: 'RELEASED', stockId: stock.id, quantity },
    reason: `Count ${count.code} found less than was reserved`,
  };
}

function addApproval(statement: Statement, tx: Tx, { id }: LockedCount, witness: Witness | null): void {
  statement.with(
    'let_go',
    `UPDATE inventory.inventory_count_line SET open = false WHERE count_id = ${statement.value(id, 'uuid')}`,
  );
  statement.with(
    'approved',
    `UPDATE inventory.inventory_count SET status = 'APPROVED', approved_by = ${statement.value(tx.actor.id, 'uuid')}, approved_at = clock.at,
       witness_id = ${statement.value(witness?.id ?? null, 'uuid')} FROM clock WHERE id = ${statement.value(id, 'uuid')}`,
  );
}
