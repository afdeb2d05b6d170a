/** What a count still wants, and of whom. */
import { isZero } from '../../format/decimal.ts';
import type { Count, CountLine } from './count-documents.ts';

export function isOpen({ status }: Pick<Count, 'status'>): boolean {
  return status === 'IN_PROGRESS' || status === 'RECOUNTING';
}

/** The lines that this round is about: all of them, or those that differ by too much. */
export function linesOfRound({ status, lines }: Count): readonly CountLine[] {
  return status === 'RECOUNTING' ? lines.filter(({ recountNeeded }) => recountNeeded) : lines;
}

export function isDone(count: Pick<Count, 'status'>, line: CountLine): boolean {
  return count.status === 'RECOUNTING' ? line.recounted !== null : line.counted !== null;
}

export function left(count: Count): readonly CountLine[] {
  return linesOfRound(count).filter((line) => !isDone(count, line));
}

/** A recount is by another person than the first count. */
export function mayCountLine(count: Pick<Count, 'status'>, line: CountLine, personId: string): boolean {
  return count.status !== 'RECOUNTING' || line.countedBy?.id !== personId;
}

export function hasCounted({ lines }: Count, personId: string): boolean {
  return lines.some(({ countedBy, recountedBy }) => countedBy?.id === personId || recountedBy?.id === personId);
}

/** Along the shelves; what is to be counted again or differs comes first. */
export function shownLines({ lines }: Count): readonly CountLine[] {
  const rank = ({ recountNeeded, withinTolerance, variance }: CountLine) =>
    recountNeeded || withinTolerance === false ? 0 : variance === null || isZero(variance) ? 2 : 1;
  return lines.toSorted((a, b) => rank(a) - rank(b));
}

/** What this round says of the line so far. */
export function figureOf(count: Pick<Count, 'status'>, line: CountLine): string | null {
  return count.status === 'RECOUNTING' ? line.recounted : line.counted;
}

/** "Zone A, rack 2, shelf 1": where to go. */
export function whereOf({ zone, rack, shelf, bin }: CountLine): string {
  const parts = [
    ['zone', zone],
    ['rack', rack],
    ['shelf', shelf],
    ['bin', bin],
  ].flatMap(([name, value]) => (value == null ? [] : [`${name} ${value}`]));
  const text = parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

export function scopeOf({ category, zone }: Pick<Count, 'category' | 'zone'>): string {
  const parts = [...(category === null ? [] : [category]), ...(zone === null ? [] : [`zone ${zone}`])];
  return parts.length === 0 ? 'All stock' : parts.join(', ');
}
