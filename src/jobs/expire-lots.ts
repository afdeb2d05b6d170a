/**
 * What has expired is quarantined at each place's own midnight, and what will is told in time. The whole of it every
 * quarter of an hour, and after changes that move a day or bring in what may not be used; in batches of at most a thousand.
 */
import { inTransaction } from '../db/in-transaction.ts';
import {
  firstLot,
  lotPlaces,
  lotsAtOnce,
  lotsWithoutCause,
  settleLotAlerts,
  unsettledLots,
  type LotAtPlace,
  type LotPage,
  type LotPlace,
} from '../domain/alerts/lot-alerts.ts';
import { addSettled, nothingSettled, type Settled } from '../domain/alerts/settle-alerts.ts';
import { countDueForExpiry, expireLots, mostExpiredLotsAtOnce, type Expired } from '../domain/stock/expire-lots.ts';
import { clearDirty, markDirty, readDirty, type ReadKey } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

type Run = Pick<JobContext, 'db' | 'committed' | 'stopping'>;

const name = 'expire-lots';
const mostKeys = 1_000;
/** The key of a change that any lot may be concerned by. */
const all = 'all';

export const expireLotsJob: Job = {
  name,
  queue: 'alerts',
  schedule: { words: 'every 15 minutes', everyMs: 15 * minute },
  after: {
    'intake.unusable': ({ lotId, locationId }) => [`${String(lotId)} ${String(locationId)}`],
    'lot.changed': () => [all],
    'settings.changed': () => [all],
    'location.changed': () => [all],
  },
  async handle(run) {
    const keys = await readDirty(run.db, name, mostKeys);
    const cameIn = await settleIntakes(
      run,
      keys.filter(({ key }) => key !== all),
    );
    const { batches, settled, left } = await expirePlaces(run);
    await inTransaction(systemSession(run.db), async (tx) => {
      if (!run.stopping.aborted) await clearDirty(tx, name, keys);
      // Somebody held them: the next run comes in less than a minute.
      if (left > 0) await markDirty(tx, [{ job: name, key: all }]);
    });
    return { batches, left, ...addSettled(cameIn, settled) };
  },
};

interface Done extends Expired {
  readonly left: number;
}

const nothingDone: Done = { batches: 0, settled: nothingSettled, left: 0 };

function added(one: Done, other: Partial<Done>): Done {
  const { batches, settled, left } = { ...nothingDone, ...other };
  return { batches: one.batches + batches, settled: addSettled(one.settled, settled), left: one.left + left };
}

/** A place that fails keeps none of the others waiting; its failure is the run's, which is tried again. */
async function expirePlaces(run: Run): Promise<Done> {
  let done = nothingDone;
  const errors: unknown[] = [];
  for (const place of await lotPlaces(run.db)) {
    if (run.stopping.aborted) break;
    try {
      done = added(done, await quarantineExpired(run, place.id));
      done = added(done, { settled: await tellLots(run, place) });
      done = added(done, { settled: await endCauseless(run, place.id) });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return done;
}

/** What was told of in one transaction with the alert. */
async function settleIntakes({ db, committed }: Run, keys: readonly ReadKey[]): Promise<Settled> {
  if (keys.length === 0) return nothingSettled;
  const lots = keys.flatMap(({ key }): LotAtPlace[] => {
    const [lotId, locationId] = key.split(' ');
    return lotId === undefined || locationId === undefined ? [] : [{ lotId, locationId }];
  });
  return inTransaction(systemSession(db, committed), async (tx) => {
    const settled = await settleLotAlerts(tx, lots, { mayRaiseRecall: true });
    await clearDirty(tx, name, keys);
    return settled;
  });
}

async function quarantineExpired({ db, committed, stopping }: Run, locationId: string): Promise<Done> {
  if ((await countDueForExpiry(db, locationId)) === 0) return nothingDone;
  let done = nothingDone;
  for (let taken = mostExpiredLotsAtOnce; taken === mostExpiredLotsAtOnce && !stopping.aborted;) {
    const expired = await inTransaction(systemSession(db, committed), (tx) => expireLots(tx, locationId));
    done = added(done, expired);
    taken = expired.batches;
  }
  return added(done, { left: await countDueForExpiry(db, locationId) });
}

async function tellLots(run: Run, place: LotPlace): Promise<Settled> {
  let settled = nothingSettled;
  let next: LotPage['next'] = null;
  do {
    const page: LotPage = await unsettledLots(run.db, place, next);
    settled = addSettled(settled, await settleLots(run, page.unsettled));
    next = page.next;
  } while (next !== null && !run.stopping.aborted);
  return settled;
}

async function endCauseless(run: Run, locationId: string): Promise<Settled> {
  let settled = nothingSettled;
  for (let after = firstLot; !run.stopping.aborted;) {
    const lots = await lotsWithoutCause(run.db, locationId, after);
    settled = addSettled(settled, await settleLots(run, lots));
    const last = lots.at(-1);
    if (last === undefined || lots.length < lotsAtOnce) return settled;
    after = last.lotId;
  }
  return settled;
}

async function settleLots({ db, committed }: Run, lots: readonly LotAtPlace[]): Promise<Settled> {
  if (lots.length === 0) return nothingSettled;
  return inTransaction(systemSession(db, committed), (tx) => settleLotAlerts(tx, lots));
}
