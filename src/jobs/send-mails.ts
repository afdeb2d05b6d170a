/** Mails of critical alerts at once, and a digest each day. */
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { claimMails, type Claimed } from '../domain/deliveries/claim-deliveries.ts';
import { makeMails } from '../domain/deliveries/make-deliveries.ts';
import { makeDigests } from '../domain/deliveries/make-digests.ts';
import { readNews } from '../domain/deliveries/read-news.ts';
import { readOpenAlerts } from '../domain/deliveries/read-open-alerts.ts';
import { digestLetter, urgentLetter } from '../notify/alert-letters.ts';
import type { Letter } from '../notify/letter.ts';
import { openMailer } from '../notify/mailer.ts';
import type { Job, JobContext, Outcome } from './job.ts';
import { afterNews, makeFromFeed } from './make-from-feed.ts';
import { sendDue } from './send-due.ts';
import { systemSession } from './system-session.ts';

const name = 'send-mails';
const atOnce = 3;

export const sendMailsJob: Job = {
  name,
  queue: 'deliveries',
  schedule: { words: 'every 15 seconds', everyMs: 15_000 },
  after: afterNews,
  handle: sendMails,
};

async function sendMails(run: Pick<JobContext, 'db' | 'notify' | 'stopping'>): Promise<Outcome> {
  const { db, stopping } = run;
  const { mail } = run.notify;
  const givenUp = await makeFromFeed(run, name, makeMails);
  if (mail === null) return { givenUp, off: 'SMTP_URL is not set' };
  await inTransaction(systemSession(db), (tx) => makeDigests(tx, mail.digest));
  const mailer = openMailer(mail);
  const tally = await sendDue({
    ...{ db, stopping, atOnce },
    claim: (most) => inTransaction(systemSession(db), (tx) => claimMails(tx, most)),
    send: async (claimed) =>
      mailer.send({ deliveryId: claimed.id, to: claimed.target, ...(await letterOf(db, claimed)) }),
  }).finally(() => {
    mailer.close();
  });
  return { givenUp, ...tally };
}

async function letterOf(db: DataSource, { id, digestOn }: Claimed): Promise<Letter> {
  if (digestOn !== null) return digestLetter(digestOn, await readOpenAlerts(db));
  return urgentLetter((await readNews(db, [id])).get(id) ?? []);
}
