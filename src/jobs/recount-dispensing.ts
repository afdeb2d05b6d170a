/** Every night the summaries of the last seven days are counted anew. What changes by it had lost its mark. */
import { read } from '../db/prepared.ts';
import type { Days } from '../domain/analytics/days.ts';
import { aggregateRange } from './aggregate-dispensing.ts';
import type { Job } from './job.ts';
import { nightly } from './schedules.ts';

export const recountDispensingJob: Job = {
  name: 'recount-dispensing',
  queue: 'metrics',
  schedule: nightly(3, 10),
  async handle(run) {
    // A day more at both ends: somewhere it is another day already.
    const [days] = await read<Days>(run.db, 'SELECT current_date - 8 AS from, current_date + 1 AS to');
    if (days === undefined) throw new Error('There is no today');
    return aggregateRange(run, { ...days, pharmacyIds: null });
  },
};
