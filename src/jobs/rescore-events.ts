/** Once for each version of the risk model: all events are scored under it. Until then each keeps the score that it has. */
import type { DataSource } from 'typeorm';
import { inTransaction } from '../db/in-transaction.ts';
import { read } from '../db/prepared.ts';
import { mostEventsAtOnce, rescoreEvents, type EventKey, type Rescored } from '../domain/analytics/rescore-events.ts';
import { currentRiskModel } from '../domain/analytics/risk-model.ts';
import type { Job } from './job.ts';
import { hour } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'rescore-events';
const everything = { from: null, to: null };

export const rescoreEventsJob: Job = {
  name,
  queue: 'verification',
  schedule: { words: 'every hour', everyMs: hour },
  async handle({ db, committed, stopping }) {
    const outcome = { modelVersion: currentRiskModel, read: 0, changed: 0, whole: true };
    if (await isDone(db)) return outcome;
    for (let after: EventKey | null = null, more = true; more;) {
      const from: EventKey | null = after;
      const batch: Rescored = await inTransaction(systemSession(db, committed), (tx) =>
        rescoreEvents(tx, everything, from),
      );
      outcome.read += batch.read;
      outcome.changed += batch.changed;
      after = batch.last;
      more = batch.read === mostEventsAtOnce && !stopping.aborted;
      outcome.whole = batch.read < mostEventsAtOnce;
    }
    return outcome;
  },
};

async function isDone(db: DataSource): Promise<boolean> {
  const [row] = await read<{ done: boolean }>(
    db,
    `SELECT EXISTS (SELECT FROM ops.job_run WHERE name = $1 AND state = 'COMPLETED' AND (result->>'whole')::boolean
       AND (result->>'modelVersion')::integer = $2) AS done`,
    [name, currentRiskModel],
  );
  return row?.done ?? false;
}
