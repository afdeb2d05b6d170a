/** Every minute: vials whose time is over are ended, those in their last hour are told of, alerts of closed ones end. */
import { inTransaction } from '../db/in-transaction.ts';
import { settleVialAlerts, vialsToTell } from '../domain/alerts/vial-alerts.ts';
import { expireVials, mostVialsAtOnce } from '../domain/vials/expire-vials.ts';
import { clearDirty, readDirty } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'expire-vials';
const mostAtOnce = 500;

export const expireVialsJob: Job = {
  name,
  queue: 'alerts',
  schedule: { words: 'every minute', everyMs: minute },
  after: { 'vial.changed': ({ sessionId }) => [String(sessionId)] },
  async handle(run) {
    const expired = await expireAll(run);
    const { db, committed } = run;
    const changed = await readDirty(db, name, mostAtOnce);
    const told = [...changed.map(({ key }) => key), ...(await vialsToTell(db, mostAtOnce))];
    if (told.length === 0) return { expired, raised: 0, resolved: 0 };
    return inTransaction(systemSession(db, committed), async (tx) => {
      const { raised, resolved } = await settleVialAlerts(tx, [...new Set(told)]);
      await clearDirty(tx, name, changed);
      return { expired, raised, resolved };
    });
  },
};

async function expireAll({ db, committed, stopping }: JobContext): Promise<number> {
  let total = 0;
  for (let ended = mostVialsAtOnce; ended === mostVialsAtOnce && !stopping.aborted; total += ended) {
    ended = (await inTransaction(systemSession(db, committed), expireVials)).length;
  }
  return total;
}
