/** What of a patient's record is compared, in one form whatever the form it was typed in. Pure. */

export interface PatientFacts {
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** YYYY-MM-DD. */
  readonly birthDate: string | null;
  readonly sex: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  /** An object of strings: how other systems call the patient. */
  readonly externalIds: unknown;
}

/** Empty text where nothing is known. Names are lower-case words of letters without marks, parted by one blank. */
export interface Identity {
  readonly first: string;
  readonly last: string;
  /** jr, sr, ii, iii or iv. */
  readonly generation: string;
  /** YYYYMMDD. */
  readonly birth: string;
  readonly sex: '' | 'f' | 'm';
  readonly email: string;
  /** Its last nine digits. */
  readonly phone: string;
  readonly address: string;
  /** `name=value`, sorted, parted by line feeds. */
  readonly ids: string;
}

/** A letter that no decomposition of Unicode turns into ASCII. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const generations = new Map([
  ['jr', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['senior', 'sr'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
]);
const titles = new Set(['mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'prof', 'sir']);
/** What is typed when a name is not known, or not yet given. */
const placeholders = new Set(
  'unknown unk unnamed none null test tbd xxx xx x baby infant newborn boy girl male female patient anonymous'.split(
    ' ',
  ),
);

export function identityOf(facts: PatientFacts): Identity {
  const first = nameOf(facts.firstName);
  const last = nameOf(facts.lastName);
  return {
    first: first.name,
    last: last.name,
    generation: last.generation === '' ? first.generation : last.generation,
    birth: facts.birthDate?.replaceAll('-', '') ?? '',
    sex: sexOf(facts.sex),
    email: emailOf(facts.email),
    phone: phoneOf(facts.phone),
    address: plain(facts.address ?? ''),
    ids: idsOf(facts.externalIds),
  };
}

/** Lower-case letters without marks, digits, and single blanks. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}'’‘`´]/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => plainLetters[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function nameOf(text: string | null): { name: string; generation: string } {
  const words = plain(text ?? '').split(' ');
  let generation = '';
  // A name may be a title's or a generation's word: it is one only beside another word.
  const kept = words.filter((word, i) => {
    if (words.length > 1 && titles.has(word)) return false;
    const found = words.length > 1 && i > 0 ? generations.get(word) : undefined;
    generation = found ?? generation;
    return found === undefined && word !== '';
  });
  const isSaid = !kept.every((word) => placeholders.has(word) || /^\d+$/.test(word));
  return { name: isSaid ? kept.join(' ') : '', generation };
}

function sexOf(text: string | null): Identity['sex'] {
  const word = plain(text ?? '');
  if (/^(f|female|w|woman|girl)$/.test(word)) return 'f';
  return /^(m|male|man|boy)$/.test(word) ? 'm' : '';
}

/** Without what follows a plus sign, which the same mailbox may have many of. */
function emailOf(text: string | null): string {
  const [, name = '', domain = ''] =
    /^([^@\s+]+)(?:\+[^@\s]*)?@([^@\s]+\.[^@\s]+)$/.exec(text?.trim().toLowerCase() ?? '') ?? [];
  return name === '' ? '' : `${name}@${domain}`;
}

/** With or without a country's code. Fewer than six digits name no line. */
function phoneOf(text: string | null): string {
  const digits = (text ?? '').replace(/\D/g, '');
  return digits.length < 6 ? '' : digits.slice(-9);
}

function idsOf(externalIds: unknown): string {
  if (typeof externalIds !== 'object' || externalIds === null) return '';
  return Object.entries(externalIds)
    .flatMap(([name, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number') return [];
      const id = String(value)
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]/gu, '');
      return id === '' ? [] : [`${name.replace(/\s/g, ' ')}=${id}`];
    })
    .sort()
    .join('\n');
}
