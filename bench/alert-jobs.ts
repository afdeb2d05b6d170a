/** What the jobs of alerts cost when there is nothing to do: they look at everything, every quarter of an hour and every hour. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { checkReorderJob } from '../src/jobs/check-reorder.ts';
import { expireLotsJob } from '../src/jobs/expire-lots.ts';
import type { Job } from '../src/jobs/job.ts';
import { runJob } from '../src/jobs/run-job.ts';
import { ms, timeFigure, type Figure } from './figures.ts';
import type { Ground } from './ground.ts';

const jobs: readonly Job[] = [expireLotsJob, checkReorderJob];

export async function benchAlertJobs(small: Ground, large: Ground | null, times: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const job of jobs) {
    const few = await timeOf(job, small, times);
    if (large === null) {
      const what = `${job.name}, nothing to do, 10 k rows`;
      figures.push({ bench: 'alert-jobs', what, ours: ms(few), other: '', ratio: null, goal: '', met: null });
    } else {
      const what = `${job.name}, nothing to do, 1 M rows`;
      figures.push(timeFigure('alert-jobs', what, await timeOf(job, large, times), few, 100, 'at 10 k rows'));
    }
  }
  return figures;
}

/** The first run finds what there is to tell; of the others the middle one counts. */
async function timeOf(job: Job, { clinic }: Ground, times: number): Promise<number> {
  const options = {
    db: clinic.db,
    logger: pino({ level: 'silent' }),
    committed: () => undefined,
    stopping: new AbortController().signal,
  };
  const found: number[] = [];
  for (let run = 0; run <= times; run += 1) {
    // As if an hour had gone by.
    await clinic.owner.query('DELETE FROM ops.job_run WHERE name = $1', [job.name]);
    const began = performance.now();
    await runJob(job, { id: randomUUID(), isLastAttempt: true }, options);
    if (run > 0) found.push(performance.now() - began);
    else await clinic.owner.query('VACUUM ANALYZE inventory.inventory_alert');
  }
  return found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? 0;
}
