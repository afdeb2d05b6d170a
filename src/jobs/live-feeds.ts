/**
 * What the subscriptions of a process follow, and what keeps it up to date: hints of other processes, over PostgreSQL or
 * Redis, and this one's own looks for those that were lost.
 */
import type { DataSource } from 'typeorm';
import { openHints } from '../db/hints.ts';
import { openAlertTail, type AlertTail } from '../domain/alerts/alert-tail.ts';
import { alertFeed, highRiskFeed } from '../domain/alerts/number-alerts.ts';
import { openHighRiskTail, type HighRiskTail } from '../domain/analytics/follow-high-risk.ts';
import { StockTail } from '../domain/stock/stock-tail.ts';
import { startAlertSequencer } from './alert-sequencer.ts';

export interface FeedsOptions {
  readonly db: DataSource;
  readonly directUrl: string;
  readonly redisUrl: string | null;
  readonly onError: (error: unknown) => void;
}

export interface LiveFeeds {
  readonly alerts: AlertTail;
  readonly highRisk: HighRiskTail;
  readonly stock: StockTail;
  /** After a commit of this process; neither fails nor waits. */
  readonly committed: () => void;
  close(): Promise<void>;
}

export async function openFeeds({ db, directUrl, redisUrl, onError }: FeedsOptions): Promise<LiveFeeds> {
  const alerts = await openAlertTail({ db, onError });
  const highRisk = await openHighRiskTail({ db, onError });
  const stock = new StockTail({ db, onError });
  const hints = openHints({
    directUrl,
    redisUrl,
    onError,
    listen: {
      onHint: ({ alertsUpTo, stockIds }) => {
        if (alertsUpTo !== null) alerts.hear(alertsUpTo);
        stock.hear(stockIds);
      },
      onListening: () => {
        stock.catchUp();
      },
    },
  });
  const sequencer = startAlertSequencer({
    db,
    onError,
    feeds: [
      {
        feed: alertFeed,
        onHead: (head) => {
          alerts.hear(head);
        },
        onNumbered: (head) => {
          hints.alertsUpTo(head);
        },
      },
      {
        feed: highRiskFeed,
        onHead: (head) => {
          highRisk.hear(head);
        },
        // No hints: what other processes have written is seen by the next look.
        onNumbered: () => undefined,
      },
    ],
  });
  return {
    alerts,
    highRisk,
    stock,
    committed: () => {
      sequencer.poke();
    },
    async close() {
      await sequencer.close();
      await hints.close();
    },
  };
}
