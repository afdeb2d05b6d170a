/**
 * Tells receivers outside of alerts, at least once each: after a crash between sending and writing that down it is sent
 * again under the same id.
 */
import { inTransaction } from '../db/in-transaction.ts';
import { claimWebhooks } from '../domain/deliveries/claim-deliveries.ts';
import { makeWebhooks } from '../domain/deliveries/make-deliveries.ts';
import { readNews } from '../domain/deliveries/read-news.ts';
import { postWebhook } from '../notify/post-webhook.ts';
import { webhookBody } from '../notify/webhook-body.ts';
import type { Job, JobContext, Outcome } from './job.ts';
import { afterNews, makeFromFeed } from './make-from-feed.ts';
import { sendDue } from './send-due.ts';
import { systemSession } from './system-session.ts';

const name = 'deliver-webhooks';
/** As many as there may be receivers: one at a time to each. */
const atOnce = 20;

export const deliverWebhooksJob: Job = {
  name,
  queue: 'deliveries',
  schedule: { words: 'every 15 seconds', everyMs: 15_000 },
  after: afterNews,
  handle: deliverWebhooks,
};

type Run = Pick<JobContext, 'db' | 'notify' | 'stopping'>;

async function deliverWebhooks(run: Run): Promise<Outcome> {
  const { db, stopping } = run;
  const { webhooks } = run.notify;
  const givenUp = await makeFromFeed(run, name, makeWebhooks);
  if (webhooks.secrets.length === 0) return { givenUp, off: 'WEBHOOK_SECRET is not set' };
  const tally = await sendDue({
    ...{ db, stopping, atOnce },
    claim: (most) => inTransaction(systemSession(db), (tx) => claimWebhooks(tx, most)),
    async send({ id, target }) {
      const [news] = (await readNews(db, [id])).get(id) ?? [];
      if (news === undefined) throw new Error(`The delivery ${id} tells nothing`);
      return postWebhook({ deliveryId: id, url: target, body: webhookBody(id, news) }, webhooks);
    },
  });
  return { givenUp, ...tally };
}
