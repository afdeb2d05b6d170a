/**
 * First expiry, first out, as a pure decision: what to take from which batch, and why each other batch is passed over.
 * Order: expiry ascending, none last, then received, then id. Greedy; the last batch may be taken in part.
 */
import type { FefoSkipReason, StockStatus } from '../../schema/enums.ts';
import { exact, Exact, isPositive } from '../decimal.ts';
import { isExpired, type LotFacts } from './usable.ts';

export interface Batch extends LotFacts {
  readonly id: string;
  readonly status: StockStatus;
  readonly receivedAt: Date;
  readonly onHand: string;
  readonly reserved: string;
  readonly quarantine: string;
  readonly hold: string;
  readonly available: string;
}

export interface FefoPlan<B extends Batch> {
  readonly allocations: { readonly batch: B; readonly quantity: string }[];
  readonly skipped: { readonly batch: B; readonly reason: FefoSkipReason }[];
  /** "0" where the demand is met. */
  readonly shortBy: string;
}

/** Null for a batch from which FEFO may take. */
export function skipReason(batch: Batch): FefoSkipReason | null {
  if (isExpired(batch)) return 'EXPIRED';
  if (batch.lotRecalled) return 'RECALLED';
  if (batch.lotQuarantined) return 'QUARANTINED';
  if (batch.status === 'LIVE' && isPositive(batch.available)) return null;
  if (batch.status === 'QUARANTINED' || isPositive(batch.quarantine)) return 'QUARANTINED';
  if (batch.status === 'ON_HOLD' || isPositive(batch.hold)) return 'ON_HOLD';
  if (isPositive(batch.reserved)) return 'RESERVED';
  return batch.status === 'LIVE' ? 'NOTHING_AVAILABLE' : 'NOT_LIVE';
}

export function inFefoOrder(a: Batch, b: Batch): number {
  if (a.lotExpiresOn !== b.lotExpiresOn) {
    if (a.lotExpiresOn === null) return 1;
    if (b.lotExpiresOn === null) return -1;
    return a.lotExpiresOn < b.lotExpiresOn ? -1 : 1;
  }
  return a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1);
}

/** `taken` says what other lines of the same call draw from a batch already. */
export function planFefo<B extends Batch>(
  batches: readonly B[],
  quantity: string,
  taken: ReadonlyMap<string, Exact> = new Map(),
): FefoPlan<B> {
  const plan: FefoPlan<B> = { allocations: [], skipped: [], shortBy: '0' };
  let wanted = exact(quantity);
  for (const batch of [...batches].sort(inFefoOrder)) {
    const reason = skipReason(batch);
    if (reason !== null) {
      plan.skipped.push({ batch, reason });
      continue;
    }
    const free = exact(batch.available).minus(taken.get(batch.id) ?? '0');
    const take = Exact.min(free, wanted);
    if (!take.gt(0)) continue;
    plan.allocations.push({ batch, quantity: take.toString() });
    wanted = wanted.minus(take);
  }
  return { ...plan, shortBy: wanted.toString() };
}
