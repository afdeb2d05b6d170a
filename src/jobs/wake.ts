/**
 * Wakes a job after changes, at most once in its settle time: wakes of one stretch of time share a job id. It comes a
 * little after the stretch, when what it shall see is committed; where that is late, the leftovers are found by schedule.ts.
 */
import type { Job } from './job.ts';
import type { Queues } from './queues.ts';

const settleMs = 1_000;
const commitMs = 300;

export async function wake(queues: Queues, job: Job, now = Date.now()): Promise<void> {
  const length = job.settleMs ?? settleMs;
  const stretch = Math.floor(now / length);
  const delay = (stretch + 1) * length - now + commitMs;
  await queues.queue(job.queue).add(job.name, {}, { jobId: `${job.name}-after-${length}-${stretch}`, delay });
}
