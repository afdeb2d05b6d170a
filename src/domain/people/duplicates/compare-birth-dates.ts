/** How two birth dates agree. Pure. */
import { agreementBits, birthDateWeights as w, chanceOfMark, type Population } from './weights.ts';

export type BirthDateLevel =
  'missing' | 'same' | 'swapped' | 'oneDigit' | 'neighbours' | 'yearAndOne' | 'dayOfYear' | 'other';

/** YYYYMMDD or empty, and how many records hold it. */
export interface HeldDate {
  readonly birth: string;
  readonly holders: number;
}

export interface BirthDateAgreement {
  readonly level: BirthDateLevel;
  readonly bits: number;
}

export function compareBirthDates(a: HeldDate, b: HeldDate, population: Population): BirthDateAgreement {
  const level = birthDateLevel(a.birth, b.birth);
  if (level === 'missing') return { level, bits: 0 };
  if (level !== 'same') return { level, bits: w[level] };
  return { level, bits: agreementBits(w.same, chanceOfMark(a.holders, population, w.leastChance)) };
}

export function birthDateLevel(a: string, b: string): BirthDateLevel {
  if (a === '' || b === '') return 'missing';
  if (a === b) return 'same';
  if (a === b.slice(0, 4) + b.slice(6) + b.slice(4, 6)) return 'swapped';
  const differing = differingPlaces(a, b);
  if (differing.length === 1) return 'oneDigit';
  const [i = 0, j = 0] = differing;
  if (differing.length === 2 && j === i + 1 && a[i] === b[j] && a[j] === b[i]) return 'neighbours';
  const [year, month, day] = [isSame(a, b, 0, 4), isSame(a, b, 4, 6), isSame(a, b, 6, 8)];
  if (year && (month || day)) return 'yearAndOne';
  return month && day ? 'dayOfYear' : 'other';
}

function isSame(a: string, b: string, from: number, to: number): boolean {
  return a.slice(from, to) === b.slice(from, to);
}

function differingPlaces(a: string, b: string): number[] {
  const places: number[] = [];
  for (let i = 0; i < 8; i += 1) if (a[i] !== b[i]) places.push(i);
  return places;
}

/** Of the years of birth; null where one is missing. */
export function yearsApart(a: string, b: string): number | null {
  return a === '' || b === '' ? null : Math.abs(Number(a.slice(0, 4)) - Number(b.slice(0, 4)));
}
