/**
 * What is to be said of a line of a count: whether its figure is near enough to what the system held when it was
 * counted, and whether it may be posted. The second count is the one that holds, where there are two. Pure.
 */
import type { DeaSchedule, StockStatus } from '../../schema/enums.ts';
import { exact, Exact } from '../decimal.ts';

export interface CountedLine {
  readonly expected: string | null;
  readonly counted: string | null;
  readonly recountExpected: string | null;
  readonly recounted: string | null;
  readonly recountNeeded: boolean;
  readonly deaSchedule: DeaSchedule | null;
  /** The batch as it is now. */
  readonly onHand: string;
  readonly stockStatus: StockStatus;
  /** Its books were corrected since it was counted, or something was told later that had happened before. */
  readonly isTouched: boolean;
}

/** HOLDS: may be posted. RECOUNT: must be counted again, by another person. MISSING: nobody has counted it. */
export type Verdict = 'HOLDS' | 'RECOUNT' | 'MISSING';

export interface Figures {
  readonly expected: string;
  readonly counted: string;
}

export function figuresOf(line: CountedLine): Figures | null {
  const { expected, counted, recountExpected, recounted } = line;
  if (recountExpected !== null && recounted !== null) return { expected: recountExpected, counted: recounted };
  return expected === null || counted === null ? null : { expected, counted };
}

export function differenceOf({ expected, counted }: Figures): Exact {
  return exact(counted).minus(expected);
}

/** Nothing for a controlled drug; else one unit or the share of what was expected, whichever is more. */
export function isWithinTolerance(figures: Figures, deaSchedule: DeaSchedule | null, share: string): boolean {
  const tolerance = deaSchedule === null ? Exact.max('1', exact(figures.expected).times(share)) : exact('0');
  return differenceOf(figures).abs().lte(tolerance);
}

export function judge(line: CountedLine, share: string): Verdict {
  const figures = figuresOf(line);
  if (figures === null) return 'MISSING';
  if (isOutOfDate(line)) return 'RECOUNT';
  const isSecond = line.recounted !== null;
  if (isSecond) return 'HOLDS';
  return line.recountNeeded || !isWithinTolerance(figures, line.deaSchedule, share) ? 'RECOUNT' : 'HOLDS';
}

/** Its figure says nothing any more: it must be told anew. */
export function isOutOfDate(line: CountedLine): boolean {
  const figures = figuresOf(line);
  return figures !== null && (line.isTouched || !isPossible(line, figures));
}

/** What has left since cannot be missing too, and nothing is put into a batch that is closed. */
function isPossible({ onHand, stockStatus }: CountedLine, figures: Figures): boolean {
  const difference = differenceOf(figures);
  if (difference.gt(0)) return stockStatus !== 'CLOSED';
  return difference.plus(onHand).gte(0);
}
