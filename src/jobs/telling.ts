/** What a worker process says to those whose sockets follow alerts and stock: numbers for alerts, hints of what has changed. */
import { openHints } from '../db/hints.ts';
import { alertFeed } from '../domain/alerts/number-alerts.ts';
import { startAlertSequencer } from './alert-sequencer.ts';
import type { FeedsOptions } from './live-feeds.ts';
import type { OutboxRow } from './outbox-relay.ts';

export interface Telling {
  /** Neither fail nor wait. */
  readonly committed: () => void;
  readonly onSent: (rows: readonly OutboxRow[]) => void;
  close(): Promise<void>;
}

export function openTelling({ db, directUrl, redisUrl, onError }: FeedsOptions): Telling {
  const hints = openHints({ directUrl, redisUrl, onError, listen: null });
  const sequencer = startAlertSequencer({
    db,
    onError,
    feeds: [
      {
        feed: alertFeed,
        onHead: () => undefined,
        onNumbered: (head) => {
          hints.alertsUpTo(head);
        },
      },
    ],
  });
  return {
    committed: () => {
      sequencer.poke();
    },
    onSent: (rows) => {
      hints.stockChanged(rows.flatMap(changedStock));
    },
    async close() {
      await sequencer.close();
      await hints.close();
    },
  };
}

function changedStock({ topic, payload: { stockId } }: OutboxRow): string[] {
  return topic === 'stock.changed' && typeof stockId === 'string' ? [stockId] : [];
}
