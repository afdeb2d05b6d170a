/**
 * A feed of alerts as it is told to one subscriber: after its cursor, in order, each once, only those of places that are
 * the subscriber's at that moment. It remembers one number and fetches when it is asked for more: a slow one costs
 * nothing, and one that has fallen behind what the process keeps reads the feed itself until it has caught up.
 * Refuses: BAD_USER_INPUT for a cursor that is none, and for one beyond the last alert.
 */
import type { Actor } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { Follower } from '../follower.ts';
import type { FeedTail } from './feed-tail.ts';
import { lookAtFeed } from './number-alerts.ts';

/** Read at once while behind, and so many numbers looked through at the most, whatever matches. */
const pageSize = 50;
const stretch = 10_000;

export interface Stretch {
  readonly after: number;
  readonly upTo: number;
  readonly most: number;
}

/** What somebody wants to be told. */
export interface FeedWish<Row> {
  readonly isWanted: (row: Row) => boolean;
  readonly isSeenBy: (actor: Actor, row: Row) => boolean;
  /** What the actor wants and may see, of a stretch of numbers. */
  readonly read: (actor: Actor, stretch: Stretch) => Promise<Row[]>;
}

export async function followFeed<Row extends { readonly cursor: string }>(
  tail: FeedTail<Row>,
  after: string | null | undefined,
  wish: FeedWish<Row>,
  follower: Follower,
): Promise<AsyncGenerator<Row>> {
  const { head } = await lookAtFeed(tail.db, tail.source.feed);
  return rowsAfter(after == null ? Number(head) : cursorNumber(after, Number(head)), tail, wish, follower);
}

function cursorNumber(cursor: string, head: number): number {
  const number = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (number <= head) return number;
  throw new Refusal('BAD_USER_INPUT', 'after must be the cursor of an alert of this feed.', { field: 'after' });
}

async function* rowsAfter<Row extends { readonly cursor: string }>(
  start: number,
  tail: FeedTail<Row>,
  wish: FeedWish<Row>,
  follower: Follower,
): AsyncGenerator<Row> {
  // Asked for each row anew: one that waited behind a slow socket may be none of theirs by now.
  const maySee = async (row: Row) => wish.isSeenBy(await follower.access(), row);
  for (let seen = start; !follower.signal.aborted;) {
    const next = tail.after(seen);
    if (next === null) await tail.moved(follower.signal);
    else if (next === 'BEHIND') {
      const { rows, upTo } = await page(seen, tail, wish, follower);
      for (const row of rows) if (await maySee(row)) yield row;
      seen = upTo;
    } else {
      if (wish.isWanted(next.row) && (await maySee(next.row))) yield next.row;
      seen = next.number;
    }
  }
}

/** Not beyond what the process has read: from there on its own rows are taken. */
async function page<Row extends { readonly cursor: string }>(
  after: number,
  tail: FeedTail<Row>,
  wish: FeedWish<Row>,
  { access }: Follower,
) {
  const upTo = Math.min(after + stretch, tail.last);
  const rows = await wish.read(await access(), { after, upTo, most: pageSize });
  const last = rows.at(-1);
  return { rows, upTo: last === undefined || rows.length < pageSize ? upTo : Number(last.cursor) };
}
