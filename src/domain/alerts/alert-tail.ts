/** The tail of the feed of inventory alerts. */
import { FeedTail, type TailOptions } from './feed-tail.ts';
import { alertFeed } from './number-alerts.ts';
import { readFeed, type ToldAlert } from './read-alert-feed.ts';

export type AlertTail = FeedTail<ToldAlert>;

export function openAlertTail(options: TailOptions): Promise<AlertTail> {
  return FeedTail.open({ feed: alertFeed, read: readFeed }, options);
}
