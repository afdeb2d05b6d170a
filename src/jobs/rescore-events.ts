/**
 * Once for each version of the risk model all events are scored under it, and for a day afterwards the newest ones again:
 * processes of the release before may still write. Until then each event keeps the score that it has.
 */
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { read } from '../db/prepared.ts';
import {
  mostEventsAtOnce,
  rescoreEvents,
  type EventKey,
  type EventRange,
  type Rescored,
} from '../domain/analytics/rescore-events.ts';
import { currentRiskModel } from '../domain/analytics/risk-model.ts';
import type { Job } from './job.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'rescore-events';

export const rescoreEventsJob: Job = {
  name,
  queue: 'verification',
  schedule: { words: 'every hour', everyMs: hour },
  async handle({ db, committed, stopping }) {
    const outcome = { modelVersion: currentRiskModel, read: 0, changed: 0, whole: true };
    const range = await rangeLeft(db);
    if (range === null) return outcome;
    for (let after: EventKey | null = null, more = true; more;) {
      const from: EventKey | null = after;
      const batch: Rescored = await inTransaction(systemSession(db, committed), (tx) => rescoreEvents(tx, range, from));
      outcome.read += batch.read;
      outcome.changed += batch.changed;
      after = batch.last;
      more = batch.read === mostEventsAtOnce && !stopping.aborted;
      outcome.whole = batch.read < mostEventsAtOnce;
    }
    return outcome;
  },
};

/** Null: nothing. */
async function rangeLeft(db: DataSource): Promise<EventRange | null> {
  const [first] = await read<{ from: Date | null; isOver: boolean }>(
    db,
    `SELECT min(started_at) - interval '1 day' AS from, coalesce(min(finished_at) < now() - interval '1 day', false) AS "isOver"
     FROM ops.job_run WHERE name = $1 AND state = 'COMPLETED' AND (result->>'whole')::boolean AND (result->>'modelVersion')::integer = $2`,
    [name, currentRiskModel],
  );
  if (first?.isOver === true) return null;
  return { from: first?.from ?? null, to: null };
}
