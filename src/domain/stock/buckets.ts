/** The buckets of a locked batch: what is in them, and what a move makes of them. Pure. Refuses: INSUFFICIENT_INVENTORY. */
import { Refusal } from '../../refusal.ts';
import type { StockBucket } from '../../schema/enums.ts';
import { exact, negated, sum } from '../decimal.ts';
import type { MoveLine } from './bucket-moves.ts';
import type { LockedStock } from './lock-stock.ts';
import type { LedgerLine } from './post.ts';

const fieldOf = {
  ON_HAND: 'onHand',
  RESERVED: 'reserved',
  QUARANTINE: 'quarantine',
  HOLD: 'hold',
  DEFECTIVE: 'defective',
  SAMPLE: 'sample',
} as const satisfies Record<StockBucket, keyof LockedStock>;

export function linesOf(
  stock: LockedStock,
  move: readonly MoveLine[],
  quantity: string,
  referred: Pick<LedgerLine, 'referenceType' | 'referenceId'> = {},
): LedgerLine[] {
  return move.map(({ type, bucket, sign }) => ({
    stockId: stock.id,
    type,
    bucket,
    change: sign > 0 ? quantity : negated(quantity),
    ...referred,
  }));
}

/** Of ON_HAND only the free ones. */
export function requireUnits(stock: LockedStock, from: StockBucket, quantity: string): void {
  const there = from === 'ON_HAND' ? stock.available : stock[fieldOf[from]];
  if (exact(quantity).lte(there)) return;
  const available = exact(there).toString();
  const what = from === 'ON_HAND' ? 'free on hand' : `in ${from}`;
  throw new Refusal('INSUFFICIENT_INVENTORY', `Only ${available} are ${what} in batch ${stock.batchCode}.`, {
    available,
    requested: quantity,
    bucket: from,
    stockId: stock.id,
  });
}

/** What the buckets concerned hold after the lines: for the auditors. */
export function afterwards(
  stock: LockedStock,
  lines: readonly Pick<LedgerLine, 'bucket' | 'change'>[],
): Partial<LockedStock> {
  const buckets = [...new Set(lines.map(({ bucket }) => bucket))];
  return Object.fromEntries(
    buckets.map((bucket) => {
      const changes = lines.filter((line) => line.bucket === bucket).map(({ change }) => change);
      return [fieldOf[bucket], sum([stock[fieldOf[bucket]], ...changes])];
    }),
  );
}
