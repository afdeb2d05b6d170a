/**
 * Stock rows as they change, told to one subscriber: the row as it is after a change, only of places that are the
 * subscriber's at that moment. Several changes that come before the subscriber takes the next are told once.
 * Refuses: BAD_USER_INPUT for ids that are none; SERVER_BUSY for one who reads so slowly that rows were dropped.
 */
import { worksAt } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { Stock } from '../../entities/stock.ts';
import type { Follower } from '../follower.ts';
import { optionalUuid } from '../uuid.ts';
import type { StockTail } from './stock-tail.ts';

export interface StockWish {
  readonly locationId?: string | null | undefined;
  readonly productId?: string | null | undefined;
}

export async function followStock(
  tail: StockTail,
  { locationId, productId }: StockWish,
  follower: Follower,
): Promise<AsyncGenerator<Stock>> {
  const wanted = {
    locationId: optionalUuid(locationId, 'locationId'),
    productId: optionalUuid(productId, 'productId'),
  };
  await tail.join(follower.signal);
  return changesAfter(tail.last, tail, wanted, follower);
}

interface Wanted {
  readonly locationId: string | null;
  readonly productId: string | null;
}

async function* changesAfter(
  start: number,
  tail: StockTail,
  wanted: Wanted,
  { access, signal }: Follower,
): AsyncGenerator<Stock> {
  for (let seen = start; !signal.aborted;) {
    const next = tail.after(seen);
    if (next === 'BEHIND') throw tooSlow();
    if (next === null) await tail.moved(signal);
    else {
      if (isWanted(wanted, next.row) && worksAt(await access(), next.row.locationId)) yield next.row;
      seen = next.number;
    }
  }
}

function isWanted({ locationId, productId }: Wanted, stock: Stock): boolean {
  return (
    (locationId === null || stock.locationId === locationId) && (productId === null || stock.productId === productId)
  );
}

function tooSlow(): Refusal {
  return new Refusal('SERVER_BUSY', 'Stock changes faster than you read: subscribe again, then read the list anew.', {
    retryable: true,
  });
}
