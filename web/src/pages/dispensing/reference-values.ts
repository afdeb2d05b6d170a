/**
 * What the indicators are read against. The ranges are those derived for WHO/INRUD's core prescribing indicators by Isah
 * and others (WHO, 1997); the share of Access antibiotics is the target of the United Nations' declaration of 2024.
 */
import type { Indicators } from './dispensing-documents.ts';

export interface Reference {
  readonly name: string;
  readonly of: (indicators: Indicators) => number;
  readonly unit: '' | ' %';
  /** Of the scale that is drawn. */
  readonly most: number;
  /** Null: nothing is named for it. */
  readonly range: readonly [low: number, high: number] | null;
  readonly source: string;
  /** On which side of the range it asks to be looked at. */
  readonly concern: 'above' | 'below' | 'none';
}

/** The API has shares of 1, people read percent. */
const percent = 100;

const isah = 'WHO/INRUD, Isah et al. 1997';
const declaration = 'AWaRe, UN declaration 2024: 70 % by 2030';
const own = 'No reference value';

export const references: readonly Reference[] = [
  {
    name: 'Medicines per encounter',
    of: ({ medicinesPerEncounter }) => medicinesPerEncounter,
    unit: '',
    most: 4,
    range: [1.6, 1.8],
    source: isah,
    concern: 'above',
  },
  {
    name: 'Encounters with an antibiotic',
    of: ({ antibioticEncounterRate }) => percent * antibioticEncounterRate,
    unit: ' %',
    most: 100,
    range: [20, 26.8],
    source: isah,
    concern: 'above',
  },
  {
    name: 'Encounters with an injection',
    of: ({ injectionEncounterRate }) => percent * injectionEncounterRate,
    unit: ' %',
    most: 100,
    range: [13.4, 24.1],
    source: isah,
    concern: 'above',
  },
  {
    name: 'Prescribed by generic name',
    of: ({ genericRate }) => percent * genericRate,
    unit: ' %',
    most: 100,
    range: [100, 100],
    source: isah,
    concern: 'below',
  },
  {
    name: 'Access share of antibiotics',
    of: ({ awareAccessShare }) => percent * awareAccessShare,
    unit: ' %',
    most: 100,
    range: [70, 100],
    source: declaration,
    concern: 'below',
  },
  {
    name: 'Controlled medicines',
    of: ({ controlledRate }) => percent * controlledRate,
    unit: ' %',
    most: 100,
    range: null,
    source: own,
    concern: 'none',
  },
  {
    name: 'Overridden warnings',
    of: ({ overrideRate }) => percent * overrideRate,
    unit: ' %',
    most: 100,
    range: null,
    source: own,
    concern: 'none',
  },
];

export type Standing = 'within' | 'above' | 'below' | 'unknown';

export function standingOf(value: number, range: Reference['range']): Standing {
  if (range === null) return 'unknown';
  if (value < range[0]) return 'below';
  return value > range[1] ? 'above' : 'within';
}
