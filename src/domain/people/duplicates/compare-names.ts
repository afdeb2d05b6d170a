/** How two first names, or two surnames, agree. Pure. */
import { doubleMetaphone } from 'double-metaphone';
import { isOneSlip, jaroWinkler } from './likeness.ts';
import { areFormsOfOneName } from './nicknames.ts';
import { agreementBits, chanceOfName, nameWeights as w, type Population } from './weights.ts';

export type NameLevel = 'missing' | 'same' | 'nickname' | 'oneSlip' | 'part' | 'similar' | 'initial' | 'other';

/** A name, and how many records hold it. */
export interface HeldName {
  readonly name: string;
  readonly holders: number;
}

export interface NameAgreement {
  readonly level: NameLevel;
  readonly bits: number;
}

export function compareNames(a: HeldName, b: HeldName, other: number, population: Population): NameAgreement {
  const level = nameLevel(a, b);
  // Of a common name there are more slips, too.
  const same = agreementBits(w.same, chanceOfName(Math.max(a.holders, b.holders), population));
  switch (level) {
    case 'missing':
      return { level, bits: 0 };
    case 'same':
      return { level, bits: same };
    case 'nickname':
    case 'oneSlip':
    case 'part':
      return { level, bits: Math.max(0, same + w[level]) };
    case 'similar':
      return { level, bits: Math.min(w.mostSimilar, Math.max(0, same + w.similar)) };
    case 'initial':
      return { level, bits: w.initial };
    case 'other':
      return { level, bits: other };
  }
}

export function nameLevel(a: HeldName, b: HeldName): NameLevel {
  if (a.name === '' || b.name === '') return 'missing';
  if (a.name === b.name) return 'same';
  const hasParts = a.name.includes(' ') || b.name.includes(' ');
  return (hasParts ? levelByParts(a.name, b.name) : null) ?? wordLevel(a, b);
}

function levelByParts(a: string, b: string): NameLevel | null {
  const [wordsOfA, wordsOfB] = [a.split(' '), b.split(' ')];
  const [joinedA, joinedB] = [wordsOfA.join(''), wordsOfB.join('')];
  if (joinedA === joinedB) return 'same';
  if (isOneSlip(joinedA, joinedB)) return 'oneSlip';
  const [few, many] = wordsOfA.length <= wordsOfB.length ? [wordsOfA, wordsOfB] : [wordsOfB, wordsOfA];
  if (!few.every((word) => many.some((one) => isAlikeWord(word, one)))) return null;
  // Anna Maria may be called Anna; Maria may be her sister.
  return isAlikeWord(wordsOfA[0] ?? '', wordsOfB[0] ?? '') ? 'part' : 'similar';
}

function isAlikeWord(a: string, b: string): boolean {
  return a === b || (a.length > 3 && b.length > 3 && isOneSlip(a, b)) || isInitial(a, b);
}

function wordLevel(a: HeldName, b: HeldName): NameLevel {
  if (isInitial(a.name, b.name)) return 'initial';
  if (areFormsOfOneName(a.name, b.name)) return 'nickname';
  if (isOneSlip(a.name, b.name)) {
    const isLong = a.name.length > 3 && b.name.length > 3 && a.name[0] === b.name[0];
    return isLong && !areBothNames(a, b) ? 'oneSlip' : 'similar';
  }
  const likeness = jaroWinkler(a.name, b.name);
  return likeness >= 0.85 || (likeness >= 0.7 && soundOf(a.name) === soundOf(b.name)) ? 'similar' : 'other';
}

function isInitial(a: string, b: string): boolean {
  return (a.length === 1 || b.length === 1) && a[0] === b[0];
}

/** A slip of the pen is rare beside the name that was meant; Tim and Tom are two names. */
function areBothNames(a: HeldName, b: HeldName): boolean {
  const [rare, common] = [Math.min(a.holders, b.holders), Math.max(a.holders, b.holders)];
  return rare >= 4 && rare * 25 >= common;
}

/** Double Metaphone knows Latin letters only; other scripts stand for themselves. */
export function soundOf(name: string): string {
  const [sound] = doubleMetaphone(name);
  return sound === '' ? name : sound;
}
