/**
 * After readings, and where a product bears other minutes than before: finds the excursions of the units and times
 * concerned, one after the other. One that cannot be judged keeps no other waiting; it is tried again with the job.
 */
import { inTransaction } from '../db/in-transaction.ts';
import { evaluateExcursions, type Evaluated } from '../domain/cold-chain/evaluate-excursions.ts';
import type { Range } from '../domain/cold-chain/read-units.ts';
import { groupBy } from '../domain/group-by.ts';
import { clearDirty, readDirty, type ReadKey } from './dirty-work.ts';
import type { Job, JobContext } from './job.ts';
import { minute } from './schedules.ts';
import { systemSession } from './system-session.ts';

const name = 'evaluate-temperatures';
const mostKeys = 1_000;

/** Keys: "unit from to". */
export const evaluateTemperaturesJob: Job = {
  name,
  queue: 'alerts',
  schedule: { words: 'every minute', everyMs: minute },
  after: {
    'temperatures.recorded': ({ storageUnitId, from, to }) => [[storageUnitId, from, to].map(String).join(' ')],
  },
  async handle({ db, committed, stopping }) {
    const keys = await readDirty(db, name, mostKeys);
    let done: Evaluated = { found: 0, superseded: 0, held: 0 };
    const errors: unknown[] = [];
    for (const task of tasksOf(keys)) {
      if (stopping.aborted) break;
      try {
        const more = await evaluate({ db, committed }, task);
        done = {
          found: done.found + more.found,
          superseded: done.superseded + more.superseded,
          held: done.held + more.held,
        };
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
    return { ...done };
  },
};

async function evaluate(
  { db, committed }: Pick<JobContext, 'db' | 'committed'>,
  { storageUnitId, range, keys }: Task,
): Promise<Evaluated> {
  return inTransaction(systemSession(db, committed), async (tx) => {
    const evaluated = await evaluateExcursions(tx, storageUnitId, range);
    await clearDirty(tx, name, keys);
    return evaluated;
  });
}

interface Task {
  readonly storageUnitId: string;
  readonly range: Range;
  readonly keys: readonly ReadKey[];
}

/** One for each unit: from its first new reading to its last. */
function tasksOf(keys: readonly ReadKey[]): Task[] {
  const parts = keys.map((key) => {
    const [storageUnitId = '', from = '', to = ''] = key.key.split(' ');
    return { storageUnitId, from: Date.parse(from), to: Date.parse(to), key };
  });
  return [...groupBy(parts, ({ storageUnitId }) => storageUnitId)].map(([storageUnitId, own]) => ({
    storageUnitId,
    range: { from: Math.min(...own.map(({ from }) => from)), to: Math.max(...own.map(({ to }) => to)) },
    keys: own.map(({ key }) => key),
  }));
}
