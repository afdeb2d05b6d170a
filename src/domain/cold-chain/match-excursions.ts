/**
 * What readings show now, against what was found before: an excursion keeps its identity while it grows, shrinks or is
 * joined by another. What is shown no more is superseded, never deleted: somebody may have been told, or have acted.
 * Pure.
 */
import type { ExcursionKind } from '../../schema/enums.ts';

/** As it is derived. Temperatures in hundredths, times in ms. */
export interface FoundExcursion {
  readonly kind: ExcursionKind;
  readonly storageUnitId: string;
  readonly stockId: string | null;
  readonly from: number;
  readonly to: number;
  readonly lasts: boolean;
  readonly lowest: number;
  readonly highest: number;
  readonly minutes: number;
  readonly limits: { readonly min: number; readonly max: number; readonly graceMinutes: number };
  readonly budgetMinutes: number | null;
}

export interface KnownExcursion {
  readonly id: string;
  readonly kind: ExcursionKind;
  readonly stockId: string | null;
  readonly from: number;
  /** Null: it lasts. */
  readonly to: number | null;
  readonly isSuperseded: boolean;
}

export interface Matched {
  readonly found: FoundExcursion;
  /** Null: it is new. */
  readonly known: KnownExcursion | null;
}

export interface Matching {
  readonly current: readonly Matched[];
  readonly superseded: readonly KnownExcursion[];
}

export function matchExcursions(found: readonly FoundExcursion[], known: readonly KnownExcursion[]): Matching {
  // Those that still stand come first: one that was superseded comes back only where none of them is meant.
  const left = new Set([...known].sort((a, b) => Number(a.isSuperseded) - Number(b.isSuperseded) || a.from - b.from));
  const current = [...found]
    .sort((a, b) => a.from - b.from)
    .map((excursion) => {
      const match = [...left].find((candidate) => areOne(excursion, candidate)) ?? null;
      if (match !== null) left.delete(match);
      return { found: excursion, known: match };
    });
  return { current, superseded: [...left].filter(({ isSuperseded }) => !isSuperseded) };
}

function areOne(found: FoundExcursion, known: KnownExcursion): boolean {
  const meet = found.from <= (known.to ?? Infinity) && known.from <= (found.lasts ? Infinity : found.to);
  return found.kind === known.kind && found.stockId === known.stockId && meet;
}
