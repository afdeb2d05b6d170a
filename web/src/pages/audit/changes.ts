import { words } from '../../format/words.ts';

/** What an entry changed, field by field: as it was, as it is. */
export interface Change {
  readonly field: string;
  /** Null: there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
  readonly isChanged: boolean;
}

/** Changed ones first, as they stand in the record. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const all = [...new Set([...old.keys(), ...now.keys()])].map((field) => {
    const [was, is] = [old.get(field) ?? null, now.get(field) ?? null];
    return { field: named(field), before: was, after: is, isChanged: was !== is };
  });
  return [...all.filter(({ isChanged }) => isChanged), ...all.filter(({ isChanged }) => !isChanged)];
}

function fieldsOf(value: unknown): Map<string, string | null> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object' || Array.isArray(value)) return new Map([['value', shown(value)]]);
  return new Map(Object.entries(value).map(([name, each]) => [name, shown(each)]));
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return /^[A-Z]{3,}(?:_[A-Z]+)*$/.test(value) ? words(value) : value;
  return JSON.stringify(value);
}

/** "expiresOn" and "expires_on" are "Expires on". */
function named(field: string): string {
  const text = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
