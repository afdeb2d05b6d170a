/**
 * Which ledger lines move units from one bucket of a batch to another: one pure table. From ON_HAND means free units;
 * units in QUARANTINE and HOLD stay on hand, those in DEFECTIVE and SAMPLE have left it. RESERVED moves by reservations
 * only.
 */
import type { StockBucket, TransactionType } from '../../schema/enums.ts';

export interface MoveLine {
  readonly type: TransactionType;
  readonly bucket: StockBucket;
  readonly sign: 1 | -1;
}

const line = (type: TransactionType, bucket: StockBucket, sign: 1 | -1): MoveLine => ({ type, bucket, sign });

type Movable = Exclude<StockBucket, 'RESERVED'>;

const leaving: Readonly<Record<Movable, readonly MoveLine[]>> = {
  ON_HAND: [],
  QUARANTINE: [line('UNQUARANTINE', 'QUARANTINE', -1)],
  HOLD: [line('UNHOLD', 'HOLD', -1)],
  DEFECTIVE: [line('DEFECT', 'DEFECTIVE', -1), line('DEFECT', 'ON_HAND', 1)],
  SAMPLE: [line('SAMPLE', 'SAMPLE', -1), line('SAMPLE', 'ON_HAND', 1)],
};

const entering: Readonly<Record<Movable, readonly MoveLine[]>> = {
  ON_HAND: [],
  QUARANTINE: [line('QUARANTINE', 'QUARANTINE', 1)],
  HOLD: [line('HOLD', 'HOLD', 1)],
  DEFECTIVE: [line('DEFECT', 'ON_HAND', -1), line('DEFECT', 'DEFECTIVE', 1)],
  SAMPLE: [line('SAMPLE', 'ON_HAND', -1), line('SAMPLE', 'SAMPLE', 1)],
};

/** Null for a move that does not exist. */
export function bucketMove(from: StockBucket, to: StockBucket): readonly MoveLine[] | null {
  if (from === 'RESERVED' || to === 'RESERVED' || from === to) return null;
  return [...leaving[from], ...entering[to]];
}

/** Null where units cannot be wasted from: a reservation is released first. */
export function wasteMove(from: StockBucket): readonly MoveLine[] | null {
  if (from === 'RESERVED') return null;
  if (from === 'DEFECTIVE' || from === 'SAMPLE') return [line('WASTE', from, -1)];
  return [...leaving[from], line('WASTE', 'ON_HAND', -1)];
}

/** Whether units come nearer to being used: out of quarantine, hold, defects or samples, into the shelf or a hold. */
export function isFreeing(from: StockBucket, to: StockBucket): boolean {
  return from !== 'ON_HAND' && (to === 'ON_HAND' || to === 'HOLD');
}
