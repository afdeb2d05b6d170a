/**
 * Units of one batch leave as a SALE. Products with a DEA schedule leave by dispense or an opened vial only.
 * Refuses: INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, FORBIDDEN (scheduled), LOT_RECALLED, LOT_QUARANTINED,
 * LOT_EXPIRED, INSUFFICIENT_INVENTORY. Locks: key, stock.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, negated, requirePositive } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { post } from './post.ts';
import { stockAudit, stockChanged } from './stock-audit.ts';
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
  requirePositive(input.quantity, 'quantity');
  const said: Claim = { mutation: 'decreaseStock', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  checkOccurredAt(input.occurredAt, stock.now);
  requireUnscheduled(stock);
  requireUsable(stock);
  requireAvailable(stock, input.quantity);

  const transactionId = uuid();
  const result = { stock: [stock.id], transaction: [transactionId] };
  await post(tx, {
    lines: [
      {
        id: transactionId,
        stockId: stock.id,
        type: 'SALE',
        bucket: 'ON_HAND',
        change: negated(input.quantity),
        referenceType: input.referenceType,
        referenceId: input.referenceId,
      },
    ],
    reason: input.reason ?? null,
    occurredAt: input.occurredAt ?? null,
    audit: [
      stockAudit(
        'decreaseStock',
        stock,
        { onHand: exact(stock.onHand).minus(input.quantity).toString() },
        input.reason,
      ),
    ],
    outbox: [stockChanged(stock)],
    result: { said, result },
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
