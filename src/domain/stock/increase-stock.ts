/**
 * Units come back to their batch as a RETURN: to the shelf, to hold where the batch waits or is held, to quarantine
 * where its lot may not be used there.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION (closed).
 * Locks: key, stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { requireKeepable, requirePositive, sum } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { optionalText } from '../text.ts';
import { claimStock } from './lock-stock.ts';
import { post } from './post.ts';
import { requiredReference } from './reference.ts';
import { settle } from './settle.ts';
import { stockAudit, stockChanged, stockResult } from './stock-audit.ts';
import { requireNotClosed } from './stock-status.ts';

export interface IncreaseStock {
  readonly idempotencyKey: string;
  readonly stockId: string;
  readonly quantity: string;
  readonly referenceType: string;
  readonly referenceId: string;
  readonly reason?: string | null;
  readonly occurredAt?: Date | null;
}

export async function increaseStock(tx: Tx, input: IncreaseStock): Promise<Result> {
  checkKey(input.idempotencyKey);
  const referred = requiredReference(input);
  const reason = optionalText(input.reason, 'reason', 1_000);
  requirePositive(input.quantity, 'quantity');
  const said: Claim = { mutation: 'increaseStock', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  checkOccurredAt(input.occurredAt, stock.now);
  requireKeepable(sum([stock.onHand, input.quantity]), 'quantity');
  requireNotClosed(stock);

  const settled = settle(stock, input.quantity);
  const { result } = await post(tx, {
    lines: [
      { stockId: stock.id, type: 'RETURN', bucket: 'ON_HAND', change: input.quantity, ...referred },
      ...settled.lines,
    ],
    causes: { fresh: settled.causes },
    reason,
    occurredAt: input.occurredAt ?? null,
    audit: [
      stockAudit(
        'increaseStock',
        stock,
        {
          onHand: sum([stock.onHand, input.quantity]),
          ...(settled.causes.length > 0 && { quarantine: sum([stock.quarantine, input.quantity]) }),
        },
        reason,
      ),
    ],
    outbox: [stockChanged(stock)],
    result: stockResult(said, stock),
  });
  return result;
}
