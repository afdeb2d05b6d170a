/**
 * Which lot numbers a notice's text names, compared as lot numbers are: surely (a whole word that can hardly be anything
 * else), and maybe (it looks like a date or a code, or may be a part of a longer number). Ranges name lots too. Pure.
 */
import { plainText, wordsOf, type NoticeWord } from './notice-words.ts';

export interface LotRange {
  readonly prefix: string;
  readonly from: bigint;
  readonly to: bigint;
  readonly digits: number;
}

export interface ReadLots {
  readonly sure: ReadonlySet<string>;
  readonly maybe: ReadonlySet<string>;
  readonly ranges: readonly LotRange[];
  /** "All lots within expiry." */
  readonly saysAll: boolean;
}

/** As catalogue.lot_number_key() does, of plain text. */
const keyOf = (text: string): string => text.replace(/[\s-]/g, '');

/** Prose that stands beside numbers: never a part of one. */
const prose = new Set(
  'ALL AND ANY ARE BOX BUD BUT BY CASE CODE DATE DOM EACH EX EXP EXPIRY FOR FROM HAS IN INC IS LLC LOT LOTS LTD MFD MFG NDC NO NOS NOT OF ON OR PER THE THROUGH THRU TO UPC USA USE VIAL WAS WITH WITHIN'.split(
    ' ',
  ),
);

export function readLots(text: string): ReadLots {
  const words = wordsOf(text);
  const isLabelledAnywhere = words.some(({ isListed }) => isListed);
  const [sure, maybe] = [new Set<string>(), new Set<string>()];
  words.forEach((word, at) => {
    const before = word.follows ? words[at - 1] : undefined;
    const after = words[at + 1]?.follows === true ? words[at + 1] : undefined;
    const mayBePart =
      [before, after].some((other) => other !== undefined && isFragment(other)) ||
      (isFragment(word) && after !== undefined);
    const isSure = isSurelyLot(word, isLabelledAnywhere) && !mayBePart;
    for (const key of readingsOf(word.text)) (isSure ? sure : maybe).add(key);
    for (const part of partsOf(word.text)) maybe.add(part);
    if (isSure) for (const one of listedBySlash(word.text)) sure.add(one);
  });
  for (const { key, isSure } of joinedWords(words)) (isSure ? sure : maybe).add(key);
  const saysAll =
    /\b(?:ALL|EVERY|ANY)\b(?:\s+\w+){0,2}\s+(?:LOTS?|BATCH(?:ES)?|CODES?|PRODUCTS?|UNITS)\b|\bALL\s+(?:UNEXPIRED|REMAINING|WITHIN)\b/.test(
      plainText(text),
    );
  return { sure, maybe, ranges: rangesOf(words), saysAll };
}

function isSurelyLot({ text, isLabelled, isListed, isOther }: NoticeWord, isLabelledAnywhere: boolean): boolean {
  if (isLabelled) return !prose.has(text);
  if (isOther || !/\d/.test(text)) return false;
  if (isListed) return true;
  // Where lots have their label, a bare number that has none is a quantity or a year.
  const isYear = /^(?:19|20)\d\d$/.test(text);
  return text.length >= 4 && !isYear && !(isLabelledAnywhere && /^\d+$/.test(keyOf(text)));
}

/** "C" and "A" of "C 1234 A". */
function isFragment({ text, isOther }: NoticeWord): boolean {
  return !isOther && /^[A-Z]{1,3}$/.test(text) && !prose.has(text);
}

/** As it stands, and without a label that has grown together with it. */
function readingsOf(text: string): string[] {
  const bare = /^(?:LOTS?|BATCH|BN)[-.]?(?=[A-Z]*\d)(.+)$/.exec(text)?.[1];
  return [keyOf(text), ...(bare === undefined ? [] : [keyOf(bare)])].filter((key) => key !== '');
}

function partsOf(text: string): string[] {
  const parts = text.split(/[/._:@+-]/);
  return parts.length > 1 ? parts.filter((part) => part.length > 1) : [];
}

/** "AB123/AB124" are two; of "AB/12" nobody knows. */
function listedBySlash(text: string): string[] {
  const parts = text.split('/');
  const areLots = parts.length > 1 && parts.every((part) => part.length >= 4 && /\d/.test(part));
  return areLots ? parts.map(keyOf) : [];
}

/** Numbers with spaces inside: two to four words. Sure where a fragment shows that they belong together. */
function* joinedWords(words: readonly NoticeWord[]): Generator<{ readonly key: string; readonly isSure: boolean }> {
  for (let from = 0; from < words.length; from += 1) {
    const joined: NoticeWord[] = [];
    for (const word of words.slice(from, from + 4)) {
      if (prose.has(word.text) || (word.isOther && !word.isLabelled) || /^[A-Z]{4,}$/.test(word.text)) break;
      if (joined.length > 0 && !word.follows) break;
      joined.push(word);
      if (joined.length === 1) continue;
      const key = keyOf(joined.map(({ text }) => text).join(''));
      const next = words[from + joined.length];
      const isWhole = next?.follows !== true || !isFragment(next);
      yield { key, isSure: isWhole && /\d/.test(key) && joined.some(isFragment) && !startsLate(words, from) };
    }
  }
}

/** The fragment before it belongs to it too. */
function startsLate(words: readonly NoticeWord[], from: number): boolean {
  const [before, first] = [words[from - 1], words[from]];
  return first?.follows === true && before !== undefined && isFragment(before);
}

function rangesOf(words: readonly NoticeWord[]): LotRange[] {
  const within = words.flatMap(({ text }) => rangeOf(...ends(text)));
  const across = words.flatMap((word, at) => {
    const [next, end] = [words[at + 1], words[at + 2]];
    if (next?.isAfterHyphen === true) return rangeOf(word.text, next.text);
    const isRange = next !== undefined && /^(?:TO|THRU|THROUGH)$/.test(next.text);
    return isRange && end !== undefined ? rangeOf(word.text, end.text) : [];
  });
  return [...within, ...across];
}

function ends(text: string): [string, string] {
  const [first = '', second = '', ...more] = text.split('-');
  return more.length === 0 ? [first, second] : ['', ''];
}

function rangeOf(first: string, last: string): LotRange[] {
  const [, prefix = '', from = ''] = /^(.*?)(\d+)$/.exec(keyOf(first)) ?? [];
  const [, lastPrefix = '', to = ''] = /^(.*?)(\d+)$/.exec(keyOf(last)) ?? [];
  const isRange = from.length >= 3 && from.length === to.length && (lastPrefix === prefix || lastPrefix === '');
  return isRange && BigInt(from) < BigInt(to)
    ? [{ prefix, from: BigInt(from), to: BigInt(to), digits: from.length }]
    : [];
}

export function isWithin(key: string, ranges: readonly LotRange[]): boolean {
  return ranges.some(({ prefix, from, to, digits }) => {
    const rest = key.startsWith(prefix) ? key.slice(prefix.length) : '';
    return rest.length === digits && /^\d+$/.test(rest) && BigInt(rest) >= from && BigInt(rest) <= to;
  });
}

/** Letters that people read and type for each other. */
export const alikeKey = (key: string): string => key.replace(/O/g, '0').replace(/[IL]/g, '1');
