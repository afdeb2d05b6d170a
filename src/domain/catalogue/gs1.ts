/**
 * Reads what a scanner or a person gives for a barcode: a GS1 element string (FNC1 as the GS character), its
 * human-readable form "(01)…(17)…(10)…", or the bare number of a retail barcode.
 * Guarantees: nothing is guessed. Either every element is known, whole and well-formed, or the scan is refused.
 * Refuses with BAD_USER_INPUT {field, reason, ai, value}; the reasons are in `Gs1Reason`. Locks nothing: pure.
 */
import { Refusal } from '../../refusal.ts';
import { identifierAt, type Gs1Component, type Gs1Identifier } from './gs1-identifiers.ts';

export type Gs1Reason =
  | 'EMPTY'
  | 'NOT_GS1'
  | 'AMBIGUOUS'
  | 'UNKNOWN_AI'
  | 'TOO_LONG'
  | 'TOO_SHORT'
  | 'CHARACTERS'
  | 'CHECK_DIGIT'
  | 'MONTH'
  | 'DAY'
  | 'TIME'
  | 'TWO_GTINS'
  | 'REPEATED';

export interface Gs1Scan {
  /** Always 14 digits. */
  readonly gtin: string | null;
  readonly lotNumber: string | null;
  readonly expiresOn: string | null;
  readonly serialNumber: string | null;
  readonly manufacturedOn: string | null;
  /** Every element as it was read, by application identifier. */
  readonly elements: Readonly<Record<string, string>>;
}

/** Years have two digits on a label; which century is meant depends on the day of reading. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const GS = '\x1d';
const longestSymbol = 7089;
const gs1Prefix = /^\](?:d2|C1|Q3|e0|J1)/;
const retailPrefix = /^\](?:E0|E4|I0|I1)/;
const gtinLength = /^(?:\d{8}|\d{12}|\d{13}|\d{14})$/;
const personal = /^725/;
const characters: Readonly<Record<string, RegExp>> = {
  X: /^[!-"%-?A-Z_a-z]+$/,
  Y: /^[#\-/0-9A-Z]+$/,
  Z: /^[-0-9=A-Z_a-z]+$/,
};
const names: Readonly<Record<string, string>> = {
  '00': 'serial shipping container code',
  '01': 'GTIN',
  '02': 'GTIN of the contents',
  '10': 'lot number',
  '11': 'production date',
  '15': 'best-before date',
  '17': 'expiry date',
  '21': 'serial number',
};

export function parseGs1(data: string, today: CalendarDay): Gs1Scan {
  const scan = data.trim();
  if (scan.length > longestSymbol) {
    throw refusal('TOO_LONG', 'The scan is longer than any GS1 barcode. Scan one barcode at a time.');
  }
  const prefixed = gs1Prefix.test(scan);
  const body = scan.replace(gs1Prefix, '').replace(retailPrefix, '');
  const content = body.replace(/^\x1d+/, '').trim();
  if (content === '') throw refusal('EMPTY', 'The scan holds no data. Scan the barcode again.');
  if (retailPrefix.test(scan)) return scanOf([['01', normaliseGtin(content)]], today);
  if (content.startsWith(']')) {
    throw refusal(
      'NOT_GS1',
      'This barcode does not carry GS1 data. Scan the one that shows (01) and (17).',
      null,
      scan,
    );
  }
  if (content.startsWith('(')) return scanOf(bracketed(content, today), today);
  const marked = prefixed || body.startsWith(GS);
  if (!marked && isBareGtin(content)) return scanOf([['01', normaliseGtin(content)]], today);
  return scanOf(elementString(content, today), today);
}

/** The 14 digits of a GTIN given with 8, 12, 13 or 14; its check digit must be right. */
export function normaliseGtin(text: string, field = 'barcode'): string {
  if (!gtinLength.test(text)) {
    throw refusal(
      'NOT_GS1',
      'A GTIN has 8, 12, 13 or 14 digits. Type all digits under the barcode.',
      '01',
      text,
      field,
    );
  }
  checkDigit(text, '01', field);
  return text.padStart(14, '0');
}

/**
 * A number as long as a GTIN that comes without any sign of GS1 is the GTIN of a retail barcode. It is also a whole
 * element string now and then ("17261231" or "10" with a numeric lot), so the check digit decides; where even then
 * both readings hold and one of them is a date, a person has to say.
 */
function isBareGtin(content: string): boolean {
  if (!gtinLength.test(content)) return false;
  if (!hasRightCheckDigit(content)) return !/^(?:0[12]|1[0-7]|2[0-2])/.test(content);
  if (/^1[1-7]\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:$|10|21|22|30|37)/.test(content)) {
    const advice = `Type it as (01)${content.padStart(14, '0')} or with the brackets that the label shows.`;
    throw refusal('AMBIGUOUS', `This number can be a GTIN or a date. ${advice}`, null, content);
  }
  return true;
}

function elementString(content: string, today: CalendarDay): [ai: string, value: string][] {
  const elements: [string, string][] = [];
  let rest = content;
  while (rest !== '') {
    const identifier = identifierAt(rest);
    if (identifier === null) throw unknownIdentifier(rest);
    const after = rest.slice(identifier.ai.length);
    const [untilSeparator = ''] = after.split(GS, 1);
    const value = identifier.predefinedLength ? untilSeparator.slice(0, identifier.maxLength) : untilSeparator;
    checkValue(identifier, value, today);
    elements.push([identifier.ai, value]);
    rest = after.slice(value.length).replace(/^\x1d+/, '');
  }
  return elements;
}

function bracketed(content: string, today: CalendarDay): [ai: string, value: string][] {
  return Array.from(content.split(/(?=\(\d{2,4}\))/), (part) => {
    const [, ai = '', text = ''] = /^\((\d{2,4})\)(.*)$/s.exec(part) ?? [];
    const identifier = identifierAt(ai);
    if (identifier?.ai !== ai) throw unknownIdentifier(ai === '' ? part : ai);
    const trimmed = text.trim();
    const value = /^0[123]$/.test(ai) && gtinLength.test(trimmed) ? trimmed.padStart(14, '0') : trimmed;
    checkValue(identifier, value, today);
    return [ai, value];
  });
}

function scanOf(found: readonly (readonly [string, string])[], today: CalendarDay): Gs1Scan {
  const elements: Record<string, string> = {};
  for (const [ai, value] of found) {
    if (elements[ai] !== undefined && elements[ai] !== value) {
      const reason = ai === '01' ? 'TWO_GTINS' : 'REPEATED';
      throw refusal(reason, `The scan tells two different values for ${nameOf(ai)}. Scan one label only.`, ai, value);
    }
    elements[ai] = value;
  }
  const contents = elements['02'];
  const gtin = elements['01'] ?? contents ?? null;
  if (contents !== undefined && gtin !== contents) {
    throw refusal('TWO_GTINS', 'The scan tells two different GTINs. Scan one label only.', '02', contents);
  }
  const expiry = elements['17'] ?? elements['7003'];
  const made = elements['11'];
  return {
    gtin,
    lotNumber: elements['10'] ?? null,
    expiresOn: expiry === undefined ? null : dateOf(expiry, today),
    serialNumber: elements['21'] ?? null,
    manufacturedOn: made === undefined ? null : dateOf(made, today),
    elements,
  };
}

function checkValue({ ai, components, maxLength }: Gs1Identifier, value: string, today: CalendarDay): void {
  if (value.length > maxLength) {
    const lengths = `has ${value.length} characters; at most ${maxLength} are allowed`;
    throw refusal('TOO_LONG', `The ${nameOf(ai)} ${lengths}. Scan again, or type the label's text.`, ai, value);
  }
  let offset = 0;
  for (const component of components) {
    const part = value.slice(offset, offset + component.max);
    offset += part.length;
    if (part === '' && component.optional) continue;
    if (part.length < component.min) {
      throw refusal('TOO_SHORT', `The ${nameOf(ai)} is cut short. Scan the whole barcode again.`, ai, value);
    }
    checkPart(component, part, ai, value, today);
  }
}

function checkPart({ kind }: Gs1Component, part: string, ai: string, value: string, today: CalendarDay): void {
  if (!(characters[kind] ?? /^\d+$/).test(part)) {
    throw refusal('CHARACTERS', `The ${nameOf(ai)} holds characters that GS1 does not allow there.`, ai, value);
  }
  if (kind === 'K') checkDigit(part, ai);
  if (kind === 'D' || kind === 'E') checkDate(part, kind === 'D', ai, value, today);
  if (kind === 'H' && !/^(?:[01]\d|2[0-3])[0-5]\d$/.test(part)) {
    throw refusal('TIME', `The ${nameOf(ai)} holds a time that no clock shows. Check the label.`, ai, value);
  }
}

function checkDate(part: string, dayMayBeZero: boolean, ai: string, value: string, today: CalendarDay): void {
  const [month, day] = [part.slice(2, 4), part.slice(4, 6)];
  if (Number(month) < 1 || Number(month) > 12) {
    throw refusal('MONTH', `The ${nameOf(ai)} has month ${month}. Check the label.`, ai, value);
  }
  const year = fullYear(part, today);
  if ((day === '00' && !dayMayBeZero) || Number(day) > lastDay(year, Number(month))) {
    throw refusal(
      'DAY',
      `The ${nameOf(ai)} is no date: ${year}-${month} has no day ${day}. Check the label.`,
      ai,
      value,
    );
  }
}

/** Day 00 stands for the last day of the month. */
function dateOf(value: string, today: CalendarDay): string {
  const year = fullYear(value, today);
  const [month, day] = [value.slice(2, 4), value.slice(4, 6)];
  return `${year}-${month}-${day === '00' ? lastDay(year, Number(month)) : day}`;
}

/** GS1 rule: a year 51 or more ahead of this one is in the last century, one 50 or more behind is in the next. */
function fullYear(date: string, today: CalendarDay): number {
  const twoDigits = Number(date.slice(0, 2));
  const thisYear = today.year % 100;
  const ahead = twoDigits - thisYear;
  return today.year - thisYear + twoDigits + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function checkDigit(digits: string, ai: string, field = 'barcode'): void {
  if (hasRightCheckDigit(digits)) return;
  throw refusal(
    'CHECK_DIGIT',
    `The check digit of the ${nameOf(ai)} is wrong. Scan or type it again.`,
    ai,
    digits,
    field,
  );
}

/** Weights 3 and 1 from the right. A number of zeros alone would pass, but names nothing. */
function hasRightCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    sum += Number(digits[index]) * ((digits.length - index) % 2 === 0 ? 3 : 1);
  }
  return sum > 0 && sum % 10 === 0;
}

function nameOf(ai: string): string {
  return names[ai] === undefined ? `field (${ai})` : `${names[ai]} (${ai})`;
}

function unknownIdentifier(text: string): Refusal {
  if (!/^\d\d/.test(text)) {
    return refusal('NOT_GS1', 'A field of GS1 data begins with its number, such as 01 or 10. Scan again.', null, text);
  }
  const ai = text.slice(0, 4);
  return refusal('UNKNOWN_AI', `No GS1 field begins with ${ai}. Scan again, or type lot and expiry by hand.`, ai, ai);
}

function refusal(reason: Gs1Reason, message: string, ai: string | null = null, value = '', field = 'barcode'): Refusal {
  // Some fields name a patient: a refusal must not repeat them.
  const shown = ai !== null && personal.test(ai) ? null : value.slice(0, 90);
  return new Refusal('BAD_USER_INPUT', message, { field, reason, ai, value: shown });
}
