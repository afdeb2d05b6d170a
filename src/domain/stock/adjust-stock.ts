/**
 * Sets a batch's units on hand to what was found, as an ADJUSTMENT; its costs stay. What is more settles as returned
 * units do. What is found as it was leaves an audit row and no ledger line.
 * Refuses: BAD_USER_INPUT, NEGATIVE_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION (closed),
 * VERSION_CONFLICT, BELOW_RESERVED, WITNESS_REQUIRED. Locks: key, stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, sum } from '../decimal.ts';
import { text } from '../text.ts';
import { requireVersion } from './expected-version.ts';
import { claimStock, type LockedStock } from './lock-stock.ts';
import { post, type LedgerLine } from './post.ts';
import { settle, type Settled } from './settle.ts';
import { stockAudit, stockChanged, stockResult } from './stock-audit.ts';
import { requireNotClosed } from './stock-status.ts';
import type { Witness } from '../people/witness.ts';
import { requireWitnessFor } from './witnessed.ts';

export interface AdjustStock {
  readonly idempotencyKey: string;
  readonly stockId: string;
  readonly newOnHand: string;
  readonly reason: string;
  readonly expectedVersion?: number | null;
  readonly witness?: Witness | null;
}

export async function adjustStock(tx: Tx, input: AdjustStock): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = text(input.reason, 'reason', { max: 1_000 });
  requireNotNegative(input.newOnHand);
  const said: Claim = { mutation: 'adjustStock', key: input.idempotencyKey, input };
  const claimed = await claimStock(tx, said, input.stockId);
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  if (exact(input.newOnHand).gt(0)) requireNotClosed(stock);
  requireVersion(stock, input.expectedVersion);
  requireCovered(stock, input.newOnHand);

  const { lines, causes } = adjustment(stock, input.newOnHand);
  requireWitnessFor(stock, lines, input.witness);
  const { result } = await post(tx, {
    lines,
    causes: { fresh: causes },
    reason,
    audit: [
      stockAudit(
        'adjustStock',
        stock,
        {
          onHand: exact(input.newOnHand).toString(),
          ...(causes.length > 0 && {
            quarantine: sum([stock.quarantine, ...lines.slice(1).map(({ change }) => change)]),
          }),
        },
        reason,
        input.witness,
      ),
    ],
    outbox: lines.length > 0 ? [stockChanged(stock)] : [],
    result: stockResult(said, stock),
  });
  return result;
}

function requireNotNegative(newOnHand: string): void {
  if (exact(newOnHand).gte(0)) return;
  throw new Refusal('NEGATIVE_QUANTITY', 'newOnHand must not be below 0.', {
    field: 'newOnHand',
    requested: newOnHand,
  });
}

/** Units that are reserved, in quarantine or on hold are dealt with first. */
function requireCovered(stock: LockedStock, newOnHand: string): void {
  const { reserved, quarantine, hold } = stock;
  if (exact(newOnHand).gte(sum([reserved, quarantine, hold]))) return;
  const figures = Object.fromEntries(
    Object.entries({ reserved, quarantine, hold }).map(([name, value]) => [name, exact(value).toString()]),
  );
  throw new Refusal(
    'BELOW_RESERVED',
    'More units than that are reserved, in quarantine or on hold. Release or move those first.',
    { ...figures, requested: newOnHand, stockId: stock.id },
  );
}

function adjustment(stock: LockedStock, newOnHand: string): Settled {
  const change = exact(newOnHand).minus(stock.onHand);
  if (change.isZero()) return { lines: [], causes: [] };
  const settled: Settled = change.gt(0) ? settle(stock, change.toString()) : { lines: [], causes: [] };
  const found: LedgerLine = { stockId: stock.id, type: 'ADJUSTMENT', bucket: 'ON_HAND', change: change.toString() };
  return { lines: [found, ...settled.lines], causes: settled.causes };
}
