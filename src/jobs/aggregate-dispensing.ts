/**
 * Keeps the daily summaries: after events every day that is marked, and a range of days where somebody asks for it. Which
 * days are marked lies in the database alone; what wakes this job only says that there are some.
 */
import { inTransaction } from '../db/in-transaction.ts';
import {
  markedStretches,
  rangesOf,
  summariseMarked,
  summariseRange,
  type Range,
  type Summarised,
} from '../domain/analytics/summarise-days.ts';
import { clearDirty, readDirty } from './dirty-work.ts';
import type { Job, JobContext, Outcome, Payload } from './job.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'aggregate-dispensing';
const marked = () => ['days'];

export const aggregateDispensingJob: Job = {
  name,
  queue: 'metrics',
  schedule: { words: 'every hour, and 2 seconds after events', everyMs: hour },
  settleMs: 2_000,
  after: { dispensed: marked, 'dispense.reversed': marked, 'dispensing.received': marked, 'vial.changed': marked },
  async handle(run) {
    const range = rangeOf(run.input);
    return range === null ? aggregateMarked(run) : aggregateRange(run, range);
  },
};

/** As requestAggregation() has written it. */
function rangeOf({ from, to, pharmacyIds }: Payload): Range | null {
  if (typeof from !== 'string' || typeof to !== 'string' || !Array.isArray(pharmacyIds)) return null;
  return { from, to, pharmacyIds: pharmacyIds.map(String) };
}

async function aggregateMarked({ db, stopping }: JobContext): Promise<Outcome> {
  const woken = await readDirty(db, name, 1);
  let sum = none;
  for (const days of await markedStretches(db)) {
    if (stopping.aborted) return { ...sum, whole: false };
    sum = added(sum, await inTransaction(systemSession(db), (tx) => summariseMarked(tx, days)));
  }
  if (woken.length > 0) await inTransaction(systemSession(db), (tx) => clearDirty(tx, name, woken));
  return { ...sum, whole: true };
}

/** A statement that writes is worked out by one process of the server alone, where a report has several. */
const partsAtOnce = 2;

/** Told to stop it fails, and another worker begins anew: of a range that was asked for no part is forgotten. */
export async function aggregateRange(
  { db, stopping, progress }: Pick<JobContext, 'db' | 'stopping' | 'progress'>,
  range: Range,
): Promise<Outcome> {
  let sum = none;
  let done = 0;
  const parts = rangesOf(range);
  const left = [...parts];
  const countNext = async () => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (stopping.aborted) throw new Error('The worker was told to stop');
      const days = part;
      const counted = await inTransaction(systemSession(db), (tx) => summariseRange(tx, days));
      sum = added(sum, counted);
      done += 1;
      await progress(done / parts.length);
    }
  };
  const counting = Array.from({ length: partsAtOnce }, countNext);
  await Promise.all(counting).finally(async () => {
    left.length = 0;
    await Promise.allSettled(counting);
  });
  return { ...sum, whole: true };
}

const none: Summarised = { days: 0, changed: 0 };
const added = (a: Summarised, b: Summarised): Summarised => ({
  days: a.days + b.days,
  changed: a.changed + b.changed,
});
