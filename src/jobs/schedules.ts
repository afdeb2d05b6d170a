/** Intervals in milliseconds, and hours at which the clinics' nights are quiet. */
import type { Schedule } from './job.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** At a time of day in UTC. */
export function nightly(hours: number, minutes: number): Schedule {
  const time = [hours, minutes].map((part) => String(part).padStart(2, '0')).join(':');
  return { words: `every night at ${time} UTC`, pattern: `${minutes} ${hours} * * *` };
}
