/**
 * What becomes of a batch of which more or less was found. Less is taken from its free units, then from reservations,
 * the newest first and each as a whole, then from hold, then from quarantine. More settles as returned units do, and so
 * does what a released reservation had beyond what is missing. Pure.
 */
import { exact, Exact, negated } from '../decimal.ts';
import { releaseLine, type HeldReservation } from '../stock/held-reservation.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import type { LedgerLine } from '../stock/post.ts';
import type { CauseLine } from '../stock/quarantine-causes.ts';
import { settle } from '../stock/settle.ts';

export interface BatchPosting {
  readonly lines: readonly LedgerLine[];
  readonly causes: readonly CauseLine[];
  readonly released: readonly HeldReservation[];
}

/** `reservations` are those of the batch, newest first; the batch has as many units as are missing. */
export function postingOf(
  stock: LockedStock,
  difference: string,
  reservations: readonly HeldReservation[],
  countId: string,
): BatchPosting {
  const line = { stockId: stock.id, referenceType: 'inventory_count', referenceId: countId };
  const found: LedgerLine = { ...line, type: 'COUNT_ADJUSTMENT', bucket: 'ON_HAND', change: difference };
  if (exact(difference).gt(0)) {
    const { lines, causes } = settle(stock, difference);
    return { lines: [found, ...lines], causes, released: [] };
  }
  const short = exact(negated(difference)).minus(stock.available);
  const released = releasedFor(short, reservations);
  const left = released.reduce((rest, { quantity }) => rest.minus(quantity), short);
  const freed = left.lt(0) && released.length > 0 ? settle(stock, left.negated().toString()) : nothing;
  const fromHold = Exact.max(0, Exact.min(left, stock.hold));
  const fromQuarantine = Exact.max(0, left.minus(fromHold));
  const taken: LedgerLine[] = [];
  if (fromHold.gt(0)) taken.push({ ...line, type: 'UNHOLD', bucket: 'HOLD', change: fromHold.negated().toString() });
  if (fromQuarantine.gt(0)) {
    taken.push({ ...line, type: 'UNQUARANTINE', bucket: 'QUARANTINE', change: fromQuarantine.negated().toString() });
  }
  return {
    lines: [...released.map(releaseLine), ...taken, found, ...freed.lines],
    causes: freed.causes,
    released,
  };
}

const nothing = { lines: [], causes: [] };

function releasedFor(short: Exact, reservations: readonly HeldReservation[]): HeldReservation[] {
  const released: HeldReservation[] = [];
  let left = short;
  for (const reservation of reservations) {
    if (left.lte(0)) break;
    released.push(reservation);
    left = left.minus(reservation.quantity);
  }
  return released;
}
