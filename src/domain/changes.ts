/** Which of the given fields differ from what is known. Pure. */
import { isDeepStrictEqual } from 'node:util';

type Fields = Readonly<Record<string, unknown>>;

export interface Changes {
  readonly names: readonly string[];
  readonly before: Fields;
  readonly after: Fields;
}

export function changesOf(known: object, wanted: object): Changes {
  const old: Fields = { ...known };
  const changed = Object.entries(wanted).filter(
    ([name, value]) => !isDeepStrictEqual(old[name] ?? null, value ?? null),
  );
  return {
    names: changed.map(([name]) => name),
    before: Object.fromEntries(changed.map(([name]) => [name, old[name] ?? null])),
    after: Object.fromEntries(changed),
  };
}

/** Of the input's fields: absent keeps what is known, null clears it. */
export function kept<T>(given: T | undefined, known: T): T {
  return given === undefined ? known : given;
}
