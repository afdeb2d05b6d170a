import { describe, expect, it } from 'vitest';
import { birthDateLevel, compareBirthDates, yearsApart } from './compare-birth-dates.ts';
import { compareAddresses, compareEmails, compareIdentifiers, comparePhones } from './compare-contacts.ts';
import { compareNames, nameLevel, type NameLevel } from './compare-names.ts';

const population = { records: 10_000 };

describe('names', () => {
  it.each<[string, string, NameLevel]>([
    ['', 'ada', 'missing'],
    ['ada', 'ada', 'same'],
    ['mary ann', 'maryann', 'same'],
    ['william', 'bill', 'nickname'],
    ['bob', 'robert', 'nickname'],
    ['meredith', 'meridith', 'oneSlip'],
    ['mary ann', 'maryan', 'oneSlip'],
    ['anna maria', 'anna', 'part'],
    ['anna maria', 'anna marie luise', 'part'],
    ['garcia lopez', 'garcia', 'part'],
    // She may be the sister.
    ['anna maria', 'maria', 'similar'],
    ['anna maria', 'anna lena', 'similar'],
    ['tim', 'tom', 'similar'],
    ['kai', 'kia', 'similar'],
    ['katharina', 'catharina', 'similar'],
    ['johnson', 'jonson', 'oneSlip'],
    ['schmidt', 'schmitz', 'similar'],
    ['philippa', 'filipa', 'similar'],
    ['a', 'ada', 'initial'],
    ['ada', 'bea', 'other'],
    ['ada', 'b', 'other'],
    ['мария', 'марья', 'oneSlip'],
    ['王伟', '李娜', 'other'],
  ])('%s and %s: %s', (a, b, level) => {
    const alone = (name: string) => ({ name, holders: 1 });
    expect(nameLevel(alone(a), alone(b))).toBe(level);
    expect(nameLevel(alone(b), alone(a))).toBe(level);
  });

  it('of one letter less are two names where both are common, a slip where one is rare', () => {
    const held = (name: string, holders: number) => ({ name, holders });
    expect(nameLevel(held('marian', 90), held('marion', 60))).toBe('similar');
    expect(nameLevel(held('marian', 900), held('marion', 6))).toBe('oneSlip');
    expect(nameLevel(held('marian', 9), held('marion', 3))).toBe('oneSlip');
  });

  it('say the more the rarer they are, and never more than a rarest name', () => {
    const bits = (holders: number) =>
      compareNames({ name: 'ada', holders }, { name: 'ada', holders }, -5, population).bits;
    // log2(0.88 / u), u = (holders - 1) / 11 000.
    expect(bits(2)).toBeCloseTo(Math.log2(0.88 * 8_000), 6);
    expect(bits(12)).toBeCloseTo(Math.log2(0.88 * 1_000), 6);
    expect(bits(1_101)).toBeCloseTo(Math.log2(8.8), 6);
    expect(
      compareNames({ name: 'ada', holders: 2 }, { name: 'ada', holders: 2 }, -5, { records: 10_000_000 }).bits,
    ).toBeCloseTo(Math.log2(0.88 * 8_000), 6);
  });

  it('that are other say what they are given for it', () => {
    expect(compareNames({ name: 'ada', holders: 1 }, { name: 'bea', holders: 1 }, -3.5, population)).toEqual({
      level: 'other',
      bits: -3.5,
    });
  });
});

describe('birth dates', () => {
  it.each([
    ['', '19710309', 'missing'],
    ['19710309', '19710309', 'same'],
    ['19710309', '19710903', 'swapped'],
    ['19710309', '19710308', 'oneDigit'],
    ['19710309', '19910309', 'oneDigit'],
    ['19710312', '19710321', 'neighbours'],
    ['19710309', '19170309', 'neighbours'],
    ['19710309', '19710328', 'yearAndOne'],
    ['19710309', '19711209', 'yearAndOne'],
    ['19710309', '19830309', 'dayOfYear'],
    ['19710309', '19831225', 'other'],
  ])('%s and %s: %s', (a, b, level) => {
    expect(birthDateLevel(a, b)).toBe(level);
    expect(birthDateLevel(b, a)).toBe(level);
  });

  it('say little where so many share one that it must be a stopgap', () => {
    const bits = (holders: number) =>
      compareBirthDates({ birth: '19000101', holders }, { birth: '19000101', holders }, population).bits;
    expect(bits(2)).toBeCloseTo(Math.log2(0.92 * 25_000), 6);
    expect(bits(1_006)).toBeCloseTo(Math.log2(9.2), 6);
  });

  it('are so many years apart', () => {
    expect(yearsApart('19710309', '19990101')).toBe(28);
    expect(yearsApart('', '19990101')).toBeNull();
  });
});

describe('e-mail, phone, address, numbers', () => {
  const held = (value: string, holders = 2) => ({ value, holders });

  it.each([
    ['ada@x.com', 'ada@x.com', 'same'],
    ['ada@x.com', 'ada@x.con', 'near'],
    ['ada.thorn@x.com', 'ada.thorn@y.org', 'near'],
    ['ada@x.com', 'ada@y.org', 'other'],
    ['info@x.com', 'ada@x.com', 'other'],
    ['', 'ada@x.com', 'missing'],
  ])('%s and %s: %s', (a, b, level) => {
    expect(compareEmails(held(a), held(b), population).level).toBe(level);
  });

  it('an e-mail that everybody has says nothing', () => {
    expect(compareEmails(held('no@x.com', 5_000), held('no@x.com', 5_000), population).bits).toBeLessThan(1);
  });

  it.each([
    ['551234567', '551234567', 'same'],
    ['551234567', '551234576', 'near'],
    ['551234567', '559994567', 'other'],
    ['551234567', '', 'missing'],
  ])('%s and %s: %s', (a, b, level) => {
    expect(comparePhones(held(a), held(b), population).level).toBe(level);
  });

  it.each([
    ['4 mill street ashton 20311', '4 mill street ashton 20311', 'same'],
    ['4 mill street ashton 20311', '4 mill stret ashton 20311', 'same'],
    ['4 mill street ashton 20311', '14 mill street ashton 20311', 'near'],
    ['4 mill street ashton 20311', '9 oak avenue ashton 20311', 'partly'],
    ['4 mill street ashton 20311', '77 harbour road lisbon', 'other'],
    ['4 mill street ashton 20311', '', 'missing'],
  ])('%s and %s: %s', (a, b, level) => {
    expect(compareAddresses(a, b).level).toBe(level);
  });

  it.each([
    ['ssn=123456789', 'ssn=123456789', 'same'],
    ['old=1\nssn=123456789', 'ssn=123456789\nx=2', 'same'],
    ['ssn=123456789', 'ssn=123456798', 'near'],
    ['mrn=12', 'mrn=13', 'other'],
    ['ssn=123456789', 'ssn=987654321', 'other'],
    ['ssn=123456789', 'mrn=123456789', 'missing'],
    ['', 'ssn=1', 'missing'],
  ])('%j and %j: %s', (a, b, level) => {
    expect(compareIdentifiers(held(a), held(b), population).level).toBe(level);
  });
});
