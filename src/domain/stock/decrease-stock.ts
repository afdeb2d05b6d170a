/**
 * Units of one batch leave as a SALE. Products with a DEA schedule leave by dispense or an opened vial only.
 * Refuses: FORBIDDEN (scheduled), BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED,
 * LOT_EXPIRED, INSUFFICIENT_INVENTORY. Locks: key, stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated, requirePositive } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { optionalText } from '../text.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { post } from './post.ts';
import { requiredReference } from './reference.ts';
import { stockAudit, stockChanged, stockResult } from './stock-audit.ts';
import { requireUsable } from './usable.ts';

export interface DecreaseStock {
  readonly idempotencyKey: string;
  readonly stockId: string;
  readonly quantity: string;
  readonly referenceType: string;
  readonly referenceId: string;
  readonly reason?: string | null;
  readonly occurredAt?: Date | null;
}

export async function decreaseStock(tx: Tx, input: DecreaseStock): Promise<Result> {
  checkKey(input.idempotencyKey);
  const referred = requiredReference(input);
  const reason = optionalText(input.reason, 'reason', 1_000);
  requirePositive(input.quantity, 'quantity');
  const said: Claim = { mutation: 'decreaseStock', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  requireUnscheduled(stock);
  checkOccurredAt(input.occurredAt, stock.now);
  requireUsable(stock);
  requireAvailable(stock, input.quantity);

  const { result } = await post(tx, {
    lines: [
      {
        stockId: stock.id,
        type: 'SALE',
        bucket: 'ON_HAND',
        change: negated(input.quantity),
        ...referred,
      },
    ],
    reason,
    occurredAt: input.occurredAt ?? null,
    audit: [
      stockAudit('decreaseStock', stock, { onHand: exact(stock.onHand).minus(input.quantity).toString() }, reason),
    ],
    outbox: [stockChanged(stock)],
    result: stockResult(said, stock),
  });
  return result;
}

export function requireUnscheduled(stock: LockedStock): void {
  if (stock.deaSchedule === null) return;
  throw new Refusal('FORBIDDEN', 'A controlled drug leaves by dispense or by opening a vial only.', {
    stockId: stock.id,
    deaSchedule: stock.deaSchedule,
  });
}

export function requireAvailable(stock: LockedStock, quantity: string): void {
  if (stock.status === 'LIVE' && exact(quantity).lte(stock.available)) return;
  const available = stock.status === 'LIVE' ? stock.available : '0';
  throw new Refusal(
    'INSUFFICIENT_INVENTORY',
    `Only ${exact(available).toString()} are free in batch ${stock.batchCode}.`,
    {
      available: exact(available).toString(),
      requested: quantity,
      stockId: stock.id,
      status: stock.status,
    },
  );
}
