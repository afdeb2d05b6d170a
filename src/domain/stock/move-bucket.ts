/**
 * Moves units of a batch from one bucket to another. Units put into quarantine are there for a cause of the batch's own
 * (MANUAL), and for those of its lot; units taken out of it are freed of all their causes, because a person has decided.
 * Refuses: BAD_USER_INPUT (no such move), INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION
 * (only LIVE batches have free units), LOT_RECALLED, LOT_QUARANTINED (also: an excursion waits for a decision), LOT_EXPIRED (when freeing), INSUFFICIENT_INVENTORY,
 * WITNESS_REQUIRED. Locks: key, stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { StockBucket } from '../../schema/enums.ts';
import { bucketMove, isFreeing, type MoveLine } from './bucket-moves.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { requirePositive } from '../decimal.ts';
import { text } from '../text.ts';
import { afterwards, linesOf, requireUnits } from './buckets.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { post } from './post.ts';
import type { Cause } from './quarantine-causes.ts';
import { byExcursion, byHand, lotCauses } from './settle.ts';
import { stockAudit, stockChanged, stockResult } from './stock-audit.ts';
import { requireMayHoldFreeUnits } from './stock-status.ts';
import { requireNoExcursion, requireUsable } from './usable.ts';
import type { Witness } from '../people/witness.ts';
import { requireWitnessFor } from './witnessed.ts';

export interface MoveBucket {
  readonly idempotencyKey: string;
  readonly stockId: string;
  readonly from: StockBucket;
  readonly to: StockBucket;
  readonly quantity: string;
  readonly reason: string;
  readonly witness?: Witness | null;
}

export async function moveBucket(tx: Tx, input: MoveBucket): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = text(input.reason, 'reason', { max: 1_000 });
  const move = requireMove(input);
  requirePositive(input.quantity, 'quantity');
  const said: Claim = { mutation: 'moveBucket', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  if (input.to === 'ON_HAND') requireMayHoldFreeUnits(stock);
  if (isFreeing(input.from, input.to)) {
    requireUsable(stock);
    requireNoExcursion(stock);
  }
  requireUnits(stock, input.from, input.quantity);

  const lines = linesOf(stock, move, input.quantity);
  requireWitnessFor(stock, lines, input.witness);
  const { result } = await post(tx, {
    lines,
    causes:
      input.to === 'QUARANTINE'
        ? { fresh: causesOf(stock).map((cause) => ({ ...cause, stockId: stock.id, quantity: input.quantity })) }
        : {},
    reason,
    audit: [stockAudit('moveBucket', stock, afterwards(stock, lines), reason, input.witness)],
    outbox: [stockChanged(stock)],
    result: stockResult(said, stock),
  });
  return result;
}

/** Defects and samples were not held with the rest of the batch when its lot was blocked. */
function causesOf(stock: LockedStock): Cause[] {
  const { excursionId } = stock;
  return [byHand(stock.id), ...lotCauses(stock), ...(excursionId === null ? [] : [byExcursion(excursionId)])];
}

function requireMove({ from, to }: MoveBucket): readonly MoveLine[] {
  const move = bucketMove(from, to);
  if (move !== null) return move;
  const why = from === to ? 'Units stand there already.' : 'Reserved units move by reservations only.';
  throw new Refusal('BAD_USER_INPUT', `There is no move from ${from} to ${to}. ${why}`, { field: 'to', from, to });
}
