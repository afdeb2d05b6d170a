/** Stretches of days, ends included. Pure. Refuses: BAD_USER_INPUT. */
import { Refusal } from '../../refusal.ts';

export interface Days {
  readonly from: string;
  readonly to: string;
}

const dayMs = 86_400_000;
/** Ten years. */
const mostDays = 3_660;

export const lengthOf = ({ from, to }: Days): number => (Date.parse(to) - Date.parse(from)) / dayMs + 1;

export function checkDays(days: Days): void {
  if (days.to < days.from) {
    throw new Refusal('BAD_USER_INPUT', 'to must not be before from.', { field: 'to' });
  }
  if (lengthOf(days) > mostDays) {
    throw new Refusal('BAD_USER_INPUT', `from and to are at most ${mostDays} days: ask for them in parts.`, {
      field: 'to',
    });
  }
}

/** In parts of so many days, the last one perhaps shorter. */
export function partsOf({ from, to }: Days, size: number): Days[] {
  const parts: Days[] = [];
  for (let first = from; first <= to; first = later(first, size)) {
    const last = later(first, size - 1);
    parts.push({ from: first, to: last < to ? last : to });
  }
  return parts;
}

/** The fewest stretches of at most so many days that hold all of these, which rise. */
export function stretchesOf(dates: readonly string[], size: number): Days[] {
  const stretches: Days[] = [];
  for (const date of dates) {
    const last = stretches.at(-1);
    if (last !== undefined && lengthOf({ from: last.from, to: date }) <= size) {
      stretches[stretches.length - 1] = { from: last.from, to: date };
    } else stretches.push({ from: date, to: date });
  }
  return stretches;
}

function later(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}
