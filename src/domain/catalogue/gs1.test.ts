import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { identifierAt } from './gs1-identifiers.ts';
import { normaliseGtin, parseGs1, type CalendarDay, type Gs1Reason, type Gs1Scan } from './gs1.ts';

const GS = '\x1d';
const today: CalendarDay = { year: 2026, month: 3, day: 14 };
const gtin = '09506000134352';
const other = '00312345678906';
const lot20 = 'A'.repeat(20);

function refusalOf(data: string, day = today): Refusal {
  try {
    parseGs1(data, day);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(data)}`);
}

type Told = Partial<Omit<Gs1Scan, 'elements'>>;
const nothing = { gtin: null, lotNumber: null, expiresOn: null, serialNumber: null, manufacturedOn: null };
const full = { gtin, expiresOn: '2026-12-31', lotNumber: 'ABC123', serialNumber: 'S1' };

const read: [what: string, data: string, told: Told][] = [
  ['DataMatrix prefix', `]d201${gtin}1726123110ABC123${GS}21S1`, full],
  ['Code 128 prefix', `]C101${gtin}1726123110ABC123${GS}21S1`, full],
  ['QR prefix', `]Q301${gtin}1726123110ABC123${GS}21S1`, full],
  ['DataBar prefix', `]e001${gtin}1726123110ABC123${GS}21S1`, full],
  ['no prefix at all', `01${gtin}1726123110ABC123${GS}21S1`, full],
  ['leading FNC1', `${GS}01${gtin}1726123110ABC123${GS}21S1`, full],
  ['prefix and leading FNC1', `]d2${GS}01${gtin}1726123110ABC123${GS}21S1`, full],
  ['trailing FNC1', `01${gtin}1726123110ABC123${GS}21S1${GS}`, full],
  ['two trailing FNC1 and the scanner’s Enter', `01${gtin}1726123110ABC123${GS}21S1${GS}${GS}\r\n`, full],
  ['needless FNC1 after fixed lengths', `01${gtin}${GS}17261231${GS}10ABC123${GS}21S1`, full],
  ['lot first', `10ABC123${GS}01${gtin}21S1${GS}17261231`, full],
  ['serial, expiry, lot, GTIN', `21S1${GS}1726123110ABC123${GS}01${gtin}`, full],
  ['in brackets', `(01)${gtin}(17)261231(10)ABC123(21)S1`, full],
  ['in brackets, any order, spaced', ` (21) S1 (10) ABC123 (17) 261231\n(01) ${gtin} `, full],
  ['brackets behind a prefix', `]d2(01)${gtin}(17)261231(10)ABC123(21)S1`, full],
  ['GTIN-13 in brackets', '(01)9506000134352(10)L', { gtin, lotNumber: 'L' }],
  ['GTIN-12 in brackets', '(01)312345678906', { gtin: other }],
  ['GTIN-8 in brackets', '(01)96385074', { gtin: '00000096385074' }],
  ['a bracket that is part of the lot', `(01)${gtin}(10)A(1)B`, { gtin, lotNumber: 'A(1)B' }],
  ['day 00', `01${gtin}17260400`, { gtin, expiresOn: '2026-04-30' }],
  ['day 00 of a February', `01${gtin}17270200`, { gtin, expiresOn: '2027-02-28' }],
  ['day 00 of a leap February', `01${gtin}17280200`, { gtin, expiresOn: '2028-02-29' }],
  ['29 February of a leap year', `01${gtin}17280229`, { gtin, expiresOn: '2028-02-29' }],
  ['fifty years ahead is this century', `01${gtin}17760101`, { gtin, expiresOn: '2076-01-01' }],
  ['fifty-one years ahead is the last century', `01${gtin}17770101`, { gtin, expiresOn: '1977-01-01' }],
  [
    'made in the last century',
    `01${gtin}1199123117260131`,
    { gtin, manufacturedOn: '1999-12-31', expiresOn: '2026-01-31' },
  ],
  ['a lot of 20 characters', `01${gtin}10${lot20}${GS}17261231`, { gtin, lotNumber: lot20, expiresOn: '2026-12-31' }],
  ['a lot that looks like an element', `01${gtin}1017261231`, { gtin, lotNumber: '17261231' }],
  ['a lot of every sign', `01${gtin}10!"%&'()*+,-./:;<=>?_`, { gtin, lotNumber: `!"%&'()*+,-./:;<=>?_` }],
  ['a lot without FNC1 swallows what follows', `01${gtin}10AB17261231`, { gtin, lotNumber: 'AB17261231' }],
  ['the same element twice, alike', `01${gtin}10L${GS}01${gtin}10L`, { gtin, lotNumber: 'L' }],
  ['lot and expiry alone', `1726123110L7`, { expiresOn: '2026-12-31', lotNumber: 'L7' }],
  ['expiry with time', `01${gtin}70032612311845`, { gtin, expiresOn: '2026-12-31' }],
  ['logistic label', `00106141412345678908\x1d02${gtin}17261231371000`, { gtin, expiresOn: '2026-12-31' }],
  ['best before is not the expiry', `01${gtin}15261231`, { gtin }],
  ['a measure between', `01${gtin}310300125010L`, { gtin, lotNumber: 'L' }],
  ['EAN-13', '4006381333931', { gtin: '04006381333931' }],
  ['EAN-13 with its prefix', ']E04006381333931', { gtin: '04006381333931' }],
  ['UPC-A', '312345678906', { gtin: other }],
  ['EAN-8 with its prefix', ']E496385074', { gtin: '00000096385074' }],
  ['ITF-14 of a case', '10312345678903', { gtin: '10312345678903' }],
  ['a bare lot as long as a GTIN', '10123457', { lotNumber: '123457' }],
  ['an expiry as long as a GTIN-8', '17261231', { expiresOn: '2026-12-31' }],
  ['digits that a prefix makes elements', ']C110312345678903', { lotNumber: '312345678903' }],
];

const refused: [what: string, data: string, reason: Gs1Reason, ai: string | null][] = [
  ['wrong check digit', `01095060001343531726123110L`, 'CHECK_DIGIT', '01'],
  ['wrong check digit in brackets', '(01)09506000134351', 'CHECK_DIGIT', '01'],
  ['wrong check digit of an EAN-13', '4006381333932', 'CHECK_DIGIT', '01'],
  ['wrong check digit of an SSCC', '00106141412345678907', 'CHECK_DIGIT', '00'],
  ['wrong check digit of a GLN', '4149506000134353', 'CHECK_DIGIT', '414'],
  ['wrong check digit inside a longer value', '800309506000134353X', 'CHECK_DIGIT', '8003'],
  ['a GTIN of zeros', '(01)00000000000000', 'CHECK_DIGIT', '01'],
  ['month 13', `01${gtin}17261301`, 'MONTH', '17'],
  ['month 00', `01${gtin}17260001`, 'MONTH', '17'],
  ['31 June', `01${gtin}17260631`, 'DAY', '17'],
  ['29 February of a common year', `01${gtin}17270229`, 'DAY', '17'],
  ['day 32', `01${gtin}11260132`, 'DAY', '11'],
  ['day 00 where it means nothing', `01${gtin}70032612001200`, 'DAY', '7003'],
  ['hour 24', `01${gtin}70032612312400`, 'TIME', '7003'],
  ['a lot of 21', `01${gtin}10${lot20}A${GS}17261231`, 'TOO_LONG', '10'],
  ['a lot of 21 in brackets', `(01)${gtin}(10)${lot20}A`, 'TOO_LONG', '10'],
  ['a serial of 21', `01${gtin}21${lot20}A`, 'TOO_LONG', '21'],
  ['a bracketed GTIN of 15', `(01)${gtin}1`, 'TOO_LONG', '01'],
  ['two GTINs', `01${gtin}01${other}`, 'TWO_GTINS', '01'],
  ['two GTINs, one of the contents', `02${gtin}3710${GS}01${other}`, 'TWO_GTINS', '02'],
  ['two lots', `10A${GS}10B`, 'REPEATED', '10'],
  ['two expiries', '1726123117261230', 'REPEATED', '17'],
  ['empty', '', 'EMPTY', null],
  ['blank', ' \r\n', 'EMPTY', null],
  ['prefix alone', ']d2', 'EMPTY', null],
  ['FNC1 alone', `${GS}${GS}`, 'EMPTY', null],
  ['garbage', 'hello world', 'NOT_GS1', null],
  ['garbage behind a good GTIN', `01${gtin}hello`, 'NOT_GS1', null],
  ['a web address', 'https://example.com/01/09506000134352', 'NOT_GS1', null],
  ['plain DataMatrix: no GS1 inside', `]d101${gtin}`, 'NOT_GS1', null],
  ['plain Code 128', ']C0ABC', 'NOT_GS1', null],
  ['retail prefix, no GTIN', ']E0123', 'NOT_GS1', '01'],
  ['brackets around letters', '(AB)12', 'NOT_GS1', null],
  ['an unknown identifier', `01${gtin}0512345`, 'UNKNOWN_AI', '0512'],
  ['an unknown identifier in brackets', `(01)${gtin}(05)12`, 'UNKNOWN_AI', '05'],
  ['too many digits in brackets', `(0101)${gtin}`, 'UNKNOWN_AI', '0101'],
  ['a cut GTIN', '0109506000134', 'TOO_SHORT', '01'],
  ['a GTIN cut by FNC1', `01095060001343${GS}17261231`, 'TOO_SHORT', '01'],
  ['a cut date', `01${gtin}172612`, 'TOO_SHORT', '17'],
  ['an empty lot', `01${gtin}10${GS}17261231`, 'TOO_SHORT', '10'],
  ['an empty lot at the end', `01${gtin}10`, 'TOO_SHORT', '10'],
  ['a half second date', ']d27007260101260', 'TOO_SHORT', '7007'],
  ['a letter in a GTIN', '(01)0950600013435O', 'CHARACTERS', '01'],
  ['letters in a date', `01${gtin}1726DEC1`, 'CHARACTERS', '17'],
  ['a space in a lot', `01${gtin}10AB CD`, 'CHARACTERS', '10'],
  ['an umlaut in a lot', `01${gtin}10Ä1`, 'CHARACTERS', '10'],
  ['a number sign in a lot', `01${gtin}10A#1`, 'CHARACTERS', '10'],
  ['full-width digits', '(01)０９５０６０００１３４３５２', 'CHARACTERS', '01'],
  ['NUL in a serial', `01${gtin}21A\0B`, 'CHARACTERS', '21'],
  ['lower case in a part number', '8010ab', 'CHARACTERS', '8010'],
  ['a date that could be a GTIN-8', '17261279', 'DAY', '17'],
  ['a GTIN-8 that could be a date', '17261227', 'AMBIGUOUS', null],
  ['a whole page', 'A'.repeat(7090), 'TOO_LONG', null],
];

describe('parseGs1 reads', () => {
  it.each(read)('%s', (_, data, told) => {
    expect(parseGs1(data, today)).toMatchObject({ ...nothing, ...told });
  });

  it('every element, also those that it has no use for', () => {
    const { elements } = parseGs1(
      `]d201${gtin}24012-A${GS}3103001250420CH-8000${GS}8003095060001343521${GS}99x`,
      today,
    );
    expect(elements).toEqual({
      '01': gtin,
      '240': '12-A',
      '3103': '001250',
      '420': 'CH-8000',
      '8003': '095060001343521'.slice(0, 15),
      '99': 'x',
    });
  });

  it('optional last parts, there or not', () => {
    for (const value of ['7007260101', '7007260101260131', '8008260131120000', '82009', '2539506000134352']) {
      expect(Object.keys(parseGs1(value, today).elements)).toHaveLength(1);
    }
  });

  it('both ends of the sliding century, from years on both sides of a turn', () => {
    const expiry = (year: number, date: string): string | null =>
      parseGs1(`17${date}`, { year, month: 1, day: 1 }).expiresOn;
    expect(expiry(2026, '76010110X')).toBe('2076-01-01');
    expect(expiry(2051, '01010110X')).toBe('2101-01-01');
    expect(expiry(2050, '01010110X')).toBe('2001-01-01');
    expect(expiry(2099, '00010110X')).toBe('2100-01-01');
    expect(expiry(1999, '00010110X')).toBe('2000-01-01');
    expect(expiry(2000, '99010110X')).toBe('1999-01-01');
    expect(expiry(2099, '00020010X')).toBe('2100-02-28');
    expect(refusalOf('1700022910X', { year: 2099, month: 1, day: 1 }).context).toMatchObject({ reason: 'DAY' });
  });
});

describe('parseGs1 refuses', () => {
  it.each(refused)('%s', (_, data, reason, ai) => {
    const refusal = refusalOf(data);
    expect(refusal.code).toBe('BAD_USER_INPUT');
    expect(refusal.context).toMatchObject({ field: 'barcode', reason, ai });
  });

  it('in words that say which field and how long', () => {
    expect(refusalOf(`10${lot20}A`).message).toContain('lot number (10) has 21 characters; at most 20');
    expect(refusalOf('1726063110A').message).toContain('2026-06 has no day 31');
    expect(refusalOf(`240A B`).message).toContain('field (240)');
  });

  it('without repeating a person’s name', () => {
    const refusal = refusalOf('7253Jane Canary');
    expect(refusal.context).toMatchObject({ reason: 'CHARACTERS', ai: '7253', value: null });
    expect(refusal.message).not.toContain('Canary');
  });
});

describe('normaliseGtin', () => {
  it('gives 14 digits', () => {
    expect(normaliseGtin('96385074')).toBe('00000096385074');
    expect(normaliseGtin(gtin)).toBe(gtin);
  });
  it.each([
    ['96385075', 'CHECK_DIGIT'],
    ['123', 'NOT_GS1'],
  ])('refuses %s under the name of the field', (text, reason) => {
    expect(() => normaliseGtin(text, 'gtin')).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', context: { field: 'gtin', reason, ai: '01', value: text } }),
    );
  });
});

describe('identifierAt', () => {
  it('finds no identifier inside another', () => {
    const all: string[] = [];
    for (let number = 0; number < 10_000; number += 1) {
      const ai = identifierAt(String(number).padStart(4, '0'))?.ai;
      if (ai !== undefined && !all.includes(ai)) all.push(ai);
    }
    expect(all.filter((ai) => all.some((longer) => longer !== ai && longer.startsWith(ai)))).toEqual([]);
    expect(all).toHaveLength(541);
  });
});
