/** Inventory alerts as they are told to one subscriber: those of the severities and the place that it has named. */
import type { AlertSeverity } from '../../schema/enums.ts';
import type { Follower } from '../follower.ts';
import { optionalUuid } from '../uuid.ts';
import { seesAlertAt } from './alert-access.ts';
import type { AlertTail } from './alert-tail.ts';
import { followFeed } from './follow-feed.ts';
import { readFeedFor, type AlertWish, type ToldAlert } from './read-alert-feed.ts';

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
  return followFeed<ToldAlert>(
    tail,
    after,
    {
      isWanted: (alert) => isWanted(wish, alert),
      isSeenBy: (actor, alert) => seesAlertAt(actor, alert.locationId),
      read: (actor, stretch) => readFeedFor(tail.db, actor, wish, stretch),
    },
    follower,
  );
}

function isWanted({ severities, locationId }: AlertWish, alert: ToldAlert): boolean {
  if (locationId !== null && alert.locationId !== locationId) return false;
  return severities === null || severities.includes(alert.severity);
}
