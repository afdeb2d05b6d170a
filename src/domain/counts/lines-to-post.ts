/** The figures of a count that hold, what they sum up to, and how a count that needs more of them is refused. Pure. */
import { Refusal } from '../../refusal.ts';
import { exact, rounded, sum } from '../decimal.ts';
import { differenceOf, figuresOf, type Figures } from './judge-line.ts';
import type { JudgedLine } from './lock-count.ts';

export interface LineToPost extends Figures {
  readonly id: string;
  readonly stockId: string;
  readonly deaSchedule: JudgedLine['deaSchedule'];
  readonly share: string;
  readonly unitCost: string | null;
  /** Counted less expected. */
  readonly difference: string;
}

export function linesToPost(lines: readonly JudgedLine[]): LineToPost[] {
  return lines.flatMap((line) => {
    const figures = figuresOf(line);
    if (figures === null) return [];
    const { id, stockId, deaSchedule, share, unitCost } = line;
    return [{ id, stockId, deaSchedule, share, unitCost, ...figures, difference: differenceOf(figures).toString() }];
  });
}

export interface Sums {
  readonly varianceQuantity: string;
  /** Null where nothing that differs has a known cost. */
  readonly varianceValue: string | null;
}

export function sumsOf(lines: readonly LineToPost[]): Sums {
  const values = lines.flatMap(({ unitCost, difference }) =>
    unitCost === null ? [] : [exact(unitCost).times(difference).toString()],
  );
  return {
    varianceQuantity: sum(lines.map(({ difference }) => difference)),
    varianceValue: values.length === 0 ? null : rounded(exact(sum(values))),
  };
}

export function recountRequired(lines: readonly { readonly id: string }[]): Refusal {
  return new Refusal(
    'RECOUNT_REQUIRED',
    'Lines are to be counted again by another person: they differ too much, or their batches were corrected since.',
    { lines: lines.length, lineIds: lines.slice(0, 100).map(({ id }) => id) },
  );
}
