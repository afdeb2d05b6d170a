/** Two records side by side, field by field, with what the comparison made of each. */
import { day } from '../../format/dates.ts';
import { entriesOf } from '../../format/json.ts';
import { words } from '../../format/words.ts';
import type { DuplicateStatus } from '../../generated/graphql.ts';
import type { DuplicateRow, Side } from './duplicate-documents.ts';

export const duplicateStates: Readonly<Record<DuplicateStatus, string>> = {
  PENDING: 'Waiting',
  MERGED: 'Merged',
  DISMISSED: 'Dismissed',
};

export interface ComparedField {
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly isAlike: boolean;
  /** In the words of the comparison; null where it said nothing of this field. */
  readonly evidence: string | null;
}

const fields: readonly (readonly [key: string, name: string, of: (side: Side) => string | null])[] = [
  ['lastName', 'Last name', ({ lastName }) => lastName],
  ['firstName', 'First name', ({ firstName }) => firstName],
  ['birthDate', 'Born', ({ birthDate }) => (birthDate === null ? null : day(birthDate))],
  ['sex', 'Sex', ({ sex }) => (sex === null ? null : words(sex))],
  ['phone', 'Phone', ({ phone }) => phone],
  ['email', 'E-mail', ({ email }) => email],
  ['address', 'Address', ({ address }) => address],
  [
    'identifier',
    'Other systems',
    ({ externalIds }) =>
      entriesOf(externalIds)
        .map(([name, id]) => `${name} ${id}`)
        .join(', ') || null,
  ],
];

export function comparedFields({ left, right, evidence }: DuplicateRow): ComparedField[] {
  const said = new Map(entriesOf(evidence));
  return fields.map(([key, name, of]) => {
    const [a, b] = [of(left), of(right)];
    const word = said.get(key);
    return {
      name,
      left: a,
      right: b,
      isAlike: a !== null && a === b,
      evidence: word === undefined ? null : wordOf(word),
    };
  });
}

const ofThePair: Readonly<Record<string, string>> = {
  bits: 'Weight of the evidence, in bits',
  rule: 'Held down, as they may be',
  namesSwapped: 'First and last name swapped',
  namesExchanged: 'First and last name swapped',
};

/** "SAME" is "Same"; a share such as "0.94" is "94 % alike". */
function wordOf(said: string): string {
  return /^(?:1|0(?:\.\d+)?)$/.test(said) ? `${sureness(Number(said))} alike` : words(said);
}

/** What was said of the pair as a whole. */
export function evidenceOfPair({ evidence }: DuplicateRow): [name: string, text: string][] {
  const known = new Set(fields.map(([key]) => key));
  return entriesOf(evidence)
    .filter(([name, text]) => !known.has(name) && text !== 'false')
    .map(([name, text]) => [
      ofThePair[name] ?? words(name.replaceAll(/([a-z])([A-Z])/g, '$1 $2')),
      /^[A-Z_]+$/.test(text) ? words(text) : text === 'true' || text === '1' ? 'Yes' : text,
    ]);
}

const percent = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** "97.5 %" */
export function sureness(confidence: number): string {
  return `${percent.format(confidence * 100)} %`;
}
