/**
 * Alerts as they are told to one subscriber: after its cursor, in order, each once, only those of places that are the
 * subscriber's at that moment. It remembers one number and fetches when it is asked for more: a slow one costs nothing,
 * and one that has fallen behind what the process keeps reads the feed itself until it has caught up.
 * Refuses: BAD_USER_INPUT for a cursor that is none, and for one beyond the last alert.
 */
import { Refusal } from '../../refusal.ts';
import type { AlertSeverity } from '../../schema/enums.ts';
import type { Follower } from '../follower.ts';
import { optionalUuid } from '../uuid.ts';
import { seesAlertAt } from './alert-access.ts';
import type { AlertTail } from './alert-tail.ts';
import { lookAtFeed } from './number-alerts.ts';
import { readFeedFor, type AlertWish, type ToldAlert } from './read-alert-feed.ts';

/** Read at once while behind, and so many numbers looked through at the most, whatever matches. */
const pageSize = 50;
const stretch = 10_000;

export interface AlertFilter {
  readonly severity?: readonly AlertSeverity[] | null | undefined;
  readonly locationId?: string | null | undefined;
  readonly after?: string | null | undefined;
}

export async function followAlerts(
  tail: AlertTail,
  { severity, locationId, after }: AlertFilter,
  follower: Follower,
): Promise<AsyncGenerator<ToldAlert>> {
  const wish: AlertWish = {
    severities: severity == null || severity.length === 0 ? null : severity,
    locationId: optionalUuid(locationId, 'locationId'),
  };
  const { head } = await lookAtFeed(tail.db);
  return alertsAfter(after == null ? Number(head) : cursorNumber(after, Number(head)), tail, wish, follower);
}

function cursorNumber(cursor: string, head: number): number {
  const number = /^\d{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (number <= head) return number;
  throw new Refusal('BAD_USER_INPUT', 'after must be the cursor of an alert of this feed.', { field: 'after' });
}

async function* alertsAfter(
  start: number,
  tail: AlertTail,
  wish: AlertWish,
  follower: Follower,
): AsyncGenerator<ToldAlert> {
  for (let seen = start; !follower.signal.aborted;) {
    const next = tail.after(seen);
    if (next === null) await tail.moved(follower.signal);
    else if (next === 'BEHIND') {
      const { alerts, upTo } = await page(seen, tail, wish, follower);
      for (const alert of alerts) if (await maySee(follower, alert)) yield alert;
      seen = upTo;
    } else {
      if (isWanted(wish, next.row) && (await maySee(follower, next.row))) yield next.row;
      seen = next.number;
    }
  }
}

/** Not beyond what the process has read: from there on its own rows are taken. */
async function page(after: number, tail: AlertTail, wish: AlertWish, { access }: Follower) {
  const upTo = Math.min(after + stretch, tail.last);
  const alerts = await readFeedFor(tail.db, await access(), wish, { after, upTo, most: pageSize });
  const last = alerts.at(-1);
  return { alerts, upTo: last === undefined || alerts.length < pageSize ? upTo : Number(last.cursor) };
}

function isWanted({ severities, locationId }: AlertWish, alert: ToldAlert): boolean {
  if (locationId !== null && alert.locationId !== locationId) return false;
  return severities === null || severities.includes(alert.severity);
}

/** Asked for each alert anew: one that waited behind a slow socket may be none of theirs by now. */
async function maySee({ access }: Follower, { locationId }: ToldAlert): Promise<boolean> {
  return seesAlertAt(await access(), locationId);
}
