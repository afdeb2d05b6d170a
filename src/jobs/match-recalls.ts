/**
 * After notices have come or changed, and after lots were made: holds the ones against the others, a hundred at a time.
 * Keys: "notice id", "lot id".
 */
import { inTransaction } from '../db/in-transaction.ts';
import { matchNewLots, matchNotices } from '../domain/recalls/find-matches.ts';
import { clearDirty, readDirty, type ReadKey } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'match-recalls';
const atOnce = 100;

export const matchRecallsJob: Job = {
  name,
  queue: 'maintenance',
  schedule: { words: 'every 10 minutes', everyMs: 10 * minute },
  after: {
    'recall-notice.changed': ({ noticeId }) => [`notice ${String(noticeId)}`],
    'lot.made': ({ lotId }) => [`lot ${String(lotId)}`],
  },
  async handle(run) {
    let [looked, found] = [0, 0];
    for (let read = atOnce; read === atOnce && !run.stopping.aborted; looked += read) {
      const keys = await readDirty(run.db, name, atOnce);
      if (keys.length > 0) found += await match(run, keys);
      read = keys.length;
    }
    return { looked, found };
  },
};

async function match({ db, committed }: JobContext, keys: readonly ReadKey[]): Promise<number> {
  const idsOf = (kind: string) =>
    keys.flatMap(({ key }) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : []));
  const [notices, lots] = [idsOf('notice'), idsOf('lot')];
  return inTransaction(systemSession(db, committed), async (tx) => {
    const byNotice = notices.length === 0 ? 0 : await matchNotices(tx, notices);
    const byLot = lots.length === 0 ? 0 : await matchNewLots(tx, lots);
    await clearDirty(tx, name, keys);
    return byNotice + byLot;
  });
}
