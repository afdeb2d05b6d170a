/** Every job, one file each. Vials, recalls, temperatures and the analysis of dispensing bring theirs. */
import { checkReorderJob } from './check-reorder.ts';
import { expireLotsJob } from './expire-lots.ts';
import { expireReservationsJob } from './expire-reservations.ts';
import type { Job } from './job.ts';
import { makePartitionsJob } from './make-partitions.ts';
import { purgeJob } from './purge.ts';

export const allJobs: readonly Job[] = [
  checkReorderJob,
  expireLotsJob,
  expireReservationsJob,
  makePartitionsJob,
  purgeJob,
];
