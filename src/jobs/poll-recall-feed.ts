/**
 * Every six hours: reads the notices of the recall feed, where one is set, and remembers those that are new or have
 * changed. What cannot be read as a notice is counted, told and skipped: one bad notice keeps no other away.
 */
import { inTransaction } from '../db/in-transaction.ts';
import { parseNotice, type Notice } from '../domain/recalls/parse-notice.ts';
import { rememberNotices } from '../domain/recalls/remember-notices.ts';
import { recallNoticesMalformed } from '../observe/metrics.ts';
import type { Job, JobContext, Outcome } from './job.ts';
import { readRecallFeed } from './read-recall-feed.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';

/** Notices of one transaction. */
const atOnce = 200;

export const pollRecallFeedJob: Job = {
  name: 'poll-recall-feed',
  queue: 'maintenance',
  schedule: { words: 'every 6 hours', everyMs: 6 * hour },
  async handle(run) {
    if (run.recallFeed === null) return { configured: false };
    const tally = { configured: true, read: 0, added: 0, changed: 0, malformed: 0, firstMalformed: '' };
    for await (const page of readRecallFeed(run.recallFeed, run.stopping)) await remember(run, page, tally);
    recallNoticesMalformed.set(tally.malformed);
    return tally satisfies Outcome;
  },
};

interface Tally {
  read: number;
  added: number;
  changed: number;
  malformed: number;
  firstMalformed: string;
}

async function remember({ db, committed }: JobContext, page: readonly unknown[], tally: Tally): Promise<void> {
  const parsed = page.map(parseNotice);
  const notices = parsed.filter((each): each is Notice => typeof each !== 'string');
  const malformed = parsed.filter((each) => typeof each === 'string');
  tally.read += page.length;
  tally.malformed += malformed.length;
  if (tally.firstMalformed === '') tally.firstMalformed = malformed[0]?.slice(0, 300) ?? '';
  for (let from = 0; from < notices.length; from += atOnce) {
    const some = notices.slice(from, from + atOnce);
    const { added, changed } = await inTransaction(systemSession(db, committed), (tx) => rememberNotices(tx, some));
    tally.added += added;
    tally.changed += changed;
  }
}
