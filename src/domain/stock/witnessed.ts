/**
 * Which ledger lines of controlled drugs need a second person: those that lower on hand, defective or sample and are
 * not a dispense, an opening or a shipment. The witness has been proved by password before the transaction. Pure.
 */
import type { DeaSchedule, StockBucket, TransactionType } from '../../schema/enums.ts';
import { exact } from '../decimal.ts';
import { requireWitness, type Witness } from '../people/witness.ts';

interface Line {
  readonly type: TransactionType;
  readonly bucket: StockBucket;
  readonly change: string;
}

const unwitnessed: readonly TransactionType[] = ['DISPENSE', 'VIAL_OPENED', 'TRANSFER_OUT'];
const counted: readonly StockBucket[] = ['ON_HAND', 'DEFECTIVE', 'SAMPLE'];

export function needsWitness(deaSchedule: DeaSchedule | null, lines: readonly Line[]): boolean {
  if (deaSchedule === null) return false;
  return lines.some(
    ({ type, bucket, change }) => counted.includes(bucket) && exact(change).lt(0) && !unwitnessed.includes(type),
  );
}

export function requireWitnessFor(
  stock: { readonly deaSchedule: DeaSchedule | null },
  lines: readonly Line[],
  witness: Witness | null | undefined,
): void {
  if (needsWitness(stock.deaSchedule, lines)) requireWitness(stock.deaSchedule, witness ?? null);
}
