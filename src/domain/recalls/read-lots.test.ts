import { describe, expect, it } from 'vitest';
import { alikeKey, isWithin, readLots } from './read-lots.ts';

describe('lot numbers of a notice', () => {
  it.each([
    ['Lot #: C1234A, Exp. 03/2027; Lot #: C1235B, Exp 04/2027', ['C1234A', 'C1235B']],
    ['LOTS: c1234-a, c1235\u2013b', ['C1234A', 'C1235B']],
    ['Lot C 1234 A exp 03/27', ['C1234A']],
    ['Lot C1234 - A', ['C1234A']],
    ['Lot#C1234A;Lot#C1235A', ['C1234A', 'C1235A']],
    ['LOTC1234A EXP 2027-03-31', ['C1234A', 'LOTC1234A']],
    ['Lot\u00a0C1234\u200bA (exp 3/2027)', ['C1234A']],
    ['Lot \uff23\uff11\uff12\uff13\uff14', ['C1234']],
    ['Lot: 12345, 12346 and 12350 Exp. Date 12/2026', ['12345', '12346', '12350']],
    ['Batch Nos. 17, 18', ['17', '18']],
    ['NDC 0023-1145-01 Lot A12 UPC 3 0023 1145 01 5', ['A12']],
    ['(01)00300231145015(17)270331(10)C1234A', ['C1234A']],
    ['Lot AB123/AB124, exp 3/27', ['AB123', 'AB123/AB124', 'AB124']],
    ['Lot # 05232025:1  BUD 08/01/2025', ['05232025:1']],
    ['C1234, C1235, 25 mg vials, 1000 units, 2025', ['C1234', 'C1235']],
    ['Exp. June 2027, lot ABCD', ['ABCD']],
    ['All lots within expiry', []],
    ['', []],
  ])('%s', (text, wanted) => {
    expect([...readLots(text).sure].sort()).toEqual(wanted);
  });

  it.each([
    ['Lot C1234-A', 'C1234', 'a part of another number'],
    ['Lot AB 1234', '1234', 'what may be the end of a longer one'],
    ['Lot C1234A Exp 03/2027', '2027', 'a year'],
    ['Carton 12345-678-90', '1234567890', 'a code'],
    ['Lots 1234 5678', '12345678', 'two that may be one'],
    ['Lots C1234-C1240', 'C1234', 'the end of a range'],
  ])('%s: %s is not surely one (%s), nor surely none', (text, key) => {
    const { sure, maybe } = readLots(text);
    expect([sure.has(key), maybe.has(key)]).toEqual([false, true]);
  });

  it.each([
    ['Lot 51234 Exp 3/27', '1234'],
    ['Lot C12345', 'C1234'],
    ['Lot AC1234', 'C1234'],
  ])('%s does not name %s', (text, key) => {
    const { sure, maybe } = readLots(text);
    expect([sure.has(key), maybe.has(key)]).toEqual([false, false]);
  });

  it.each([
    ['Lots C1234 through C1240', 'C1237', true],
    ['Lots C1234-C1240', 'C1240', true],
    ['Lots C1234 - 1240', 'C1236', true],
    ['Lots C1234 to C1240', 'C1241', false],
    ['Lots C1234 to C1240', 'D1237', false],
    ['Lots C1234 to C1240', 'C01237', false],
    ['Lot 12-34', '23', false],
  ])('%s: %s lies within: %s', (text, key, wanted) => {
    expect(isWithin(key, readLots(text).ranges)).toBe(wanted);
  });

  it.each([
    ['All lots within expiry', true],
    ['all unexpired product', true],
    ['Every lot of it', true],
    ['Any lot numbers', true],
    ['Lot C1234; all others are not concerned', false],
  ])('%s: all: %s', (text, wanted) => {
    expect(readLots(text).saysAll).toBe(wanted);
  });

  it('takes O for 0, and I and l for 1, where it may', () => {
    expect(alikeKey('CO1L')).toBe(alikeKey('C0I1'));
  });
});
