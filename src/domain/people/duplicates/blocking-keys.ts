/**
 * Which records are compared at all: those that share a key of one kind. A slip in one field leaves the keys of the others.
 * Within a kind, records of one key stand in the order of `sort`, and each is compared with those next to it. Pure.
 */
import { soundOf } from './compare-names.ts';
import type { Identity } from './identity.ts';

export const blockingKinds = [
  'birthDate',
  'names',
  'lastAndYear',
  'firstAndYear',
  'lastAndDay',
  'firstAndDay',
  'email',
  'phone',
  'identifier',
  'house',
  'place',
] as const;
export type BlockingKind = (typeof blockingKinds)[number];

/** Empty where the record has no key of the kind. */
export type BlockingKeys = Readonly<Record<BlockingKind, string>>;

export function blockingKeys(of: Identity): BlockingKeys {
  const first = of.first === '' ? '' : soundOf(of.first.split(' ')[0] ?? '');
  const last = of.last === '' ? '' : soundOf(of.last.split(' ')[0] ?? '');
  const year = of.birth.slice(0, 4);
  const day = of.birth.slice(4);
  const numbers = of.address.match(/\d+/g) ?? [];
  const words = of.address.match(/\p{L}{3,}/gu) ?? [];
  return {
    birthDate: of.birth,
    // Whichever of the two stands first.
    names: joined([first, last].sort()),
    lastAndYear: joined([last, year]),
    firstAndYear: joined([first, year]),
    lastAndDay: joined([last, day]),
    firstAndDay: joined([first, day]),
    email: of.email,
    phone: of.phone,
    identifier: of.ids.split('\n')[0] ?? '',
    house: joined([numbers[0] ?? '', words[0]?.slice(0, 4) ?? '']),
    place: joined([numbers.at(-1) ?? '', last]),
  };
}

/** Nothing where a part is missing. */
function joined(parts: readonly string[]): string {
  return parts.includes('') ? '' : parts.join(' ');
}
