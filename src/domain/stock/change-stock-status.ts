/**
 * Brings a batch to another status, and its buckets along: held units leave the free ones, quarantine takes all, LIVE
 * gives back what nothing else holds. SOLD_OUT comes by itself.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION (also: closing what has units),
 * VERSION_CONFLICT, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED (to LIVE, and out of quarantine). Locks: key, stock,
 * its reservations.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { StockStatus } from '../../schema/enums.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, isPositive, negated, sum } from '../decimal.ts';
import { optionalText, text } from '../text.ts';
import { requireVersion } from './expected-version.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { post, type LedgerLine, type Posted, type Posting, type StatusMove } from './post.ts';
import { endQuarantine, quarantineUnits } from './quarantine.ts';
import { byHand } from './settle.ts';
import { stockAudit, stockChanged, stockResult } from './stock-audit.ts';
import { refusedTransition, requireTransition } from './stock-status.ts';
import { requireUsable } from './usable.ts';

export interface ChangeStockStatus {
  readonly idempotencyKey: string;
  readonly stockId: string;
  readonly status: StockStatus;
  readonly detailedStatus?: string | null;
  readonly reason: string;
  readonly expectedVersion?: number | null;
}

export async function changeStockStatus(tx: Tx, input: ChangeStockStatus): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = text(input.reason, 'reason', { max: 1_000 });
  const detailedStatus = optionalText(input.detailedStatus, 'detailedStatus', 255);
  const said: Claim = { mutation: 'changeStockStatus', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  requireTransition(stock.status, input.status);
  if (input.status === 'CLOSED') requireEmpty(stock);
  requireVersion(stock, input.expectedVersion);
  const leavesQuarantine = stock.status === 'QUARANTINED';
  if (input.status === 'LIVE' || (leavesQuarantine && input.status === 'ON_HOLD')) requireUsable(stock);

  const { result } = await bring(
    tx,
    stock,
    { stockId: stock.id, to: input.status, detailedStatus },
    {
      reason,
      audit: [stockAudit('changeStockStatus', stock, { status: input.status, detailedStatus }, reason)],
      outbox: [stockChanged(stock)],
      result: stockResult(said, stock),
    },
  );
  return result;
}

async function bring(
  tx: Tx,
  stock: LockedStock,
  move: StatusMove,
  rest: Omit<Posting, 'lines' | 'causes'>,
): Promise<Posted> {
  const cause = byHand(stock.id);
  if (move.to === 'QUARANTINED') return quarantineUnits(tx, [stock], cause, { ...rest, status: [move] });
  if (stock.status === 'QUARANTINED' && move.to !== 'CLOSED') return endQuarantine(tx, [stock], cause, rest, move);
  return post(tx, { ...rest, lines: move.to === 'ON_HOLD' ? held(stock) : unheld(stock), status: [move] });
}

function held(stock: LockedStock): LedgerLine[] {
  if (!isPositive(stock.available)) return [];
  return [{ stockId: stock.id, type: 'HOLD', bucket: 'HOLD', change: stock.available }];
}

/** A batch that is closed is empty, so that this gives back to LIVE ones only. */
function unheld(stock: LockedStock): LedgerLine[] {
  if (!isPositive(stock.hold)) return [];
  return [{ stockId: stock.id, type: 'UNHOLD', bucket: 'HOLD', change: negated(stock.hold) }];
}

function requireEmpty(stock: LockedStock): void {
  const { onHand, defective, sample } = stock;
  if (!isPositive(sum([onHand, defective, sample]))) return;
  const figures = Object.fromEntries(
    Object.entries({ onHand, defective, sample }).map(([name, value]) => [name, exact(value).toString()]),
  );
  throw refusedTransition(
    stock.status,
    'CLOSED',
    `Batch ${stock.batchCode} still has units. Use, move or waste them first.`,
    figures,
  );
}
