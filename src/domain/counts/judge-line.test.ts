import { describe, expect, it } from 'vitest';
import { figuresOf, isWithinTolerance, judge, type CountedLine } from './judge-line.ts';

const line = (more: Partial<CountedLine> = {}): CountedLine => ({
  ...{ expected: '10', counted: '10', recountExpected: null, recounted: null, recountNeeded: false },
  ...{ deaSchedule: null, onHand: '10', stockStatus: 'LIVE', isTouched: false, ...more },
});

describe('isWithinTolerance', () => {
  it.each([
    ['10', '9', true],
    ['10', '11', true],
    ['10', '8.9999', false],
    ['10', '11.0001', false],
    ['0', '1', true],
    ['0', '1.0001', false],
    ['100', '99', true],
    ['200', '198', true],
    ['200', '202', true],
    ['200', '197.9999', false],
    ['250', '252.5', true],
    ['250', '252.5001', false],
  ])('%s expected, %s counted: %s', (expected, counted, isWithin) => {
    expect(isWithinTolerance({ expected, counted }, null, '0.01')).toBe(isWithin);
  });

  it('one unit is always allowed, however small the share, and more where the share is larger', () => {
    expect(isWithinTolerance({ expected: '1000', counted: '999' }, null, '0')).toBe(true);
    expect(isWithinTolerance({ expected: '1000', counted: '998' }, null, '0')).toBe(false);
    expect(isWithinTolerance({ expected: '10', counted: '5' }, null, '0.5')).toBe(true);
  });

  it('nothing of a controlled drug', () => {
    expect(isWithinTolerance({ expected: '10', counted: '10' }, 'CII', '0.5')).toBe(true);
    expect(isWithinTolerance({ expected: '10', counted: '10.0001' }, 'CV', '0.5')).toBe(false);
    expect(isWithinTolerance({ expected: '10', counted: '9.9999' }, 'CIII', '0.5')).toBe(false);
  });
});

describe('judge', () => {
  it.each<[string, Partial<CountedLine>, string]>([
    ['as expected', {}, 'HOLDS'],
    ['nobody has counted it', { expected: null, counted: null }, 'MISSING'],
    ['too few', { counted: '8' }, 'RECOUNT'],
    ['too many', { counted: '12' }, 'RECOUNT'],
    ['too few, counted twice', { counted: '8', recountExpected: '10', recounted: '8' }, 'HOLDS'],
    ['wrong first, right then', { counted: '8', recountExpected: '9', recounted: '9' }, 'HOLDS'],
    ['asked for again', { recountNeeded: true }, 'RECOUNT'],
    ['asked for again, and counted', { recountNeeded: true, recountExpected: '10', recounted: '10' }, 'HOLDS'],
    ['corrected since', { isTouched: true }, 'RECOUNT'],
    ['corrected since the second count', { recountExpected: '10', recounted: '8', isTouched: true }, 'RECOUNT'],
    ['the rest has left since', { counted: '9', onHand: '1' }, 'HOLDS'],
    ['more has left than there was', { counted: '9', onHand: '0.9999' }, 'RECOUNT'],
    ['closed, and as expected', { onHand: '0', stockStatus: 'CLOSED' }, 'HOLDS'],
    ['closed, and more was found', { counted: '11', onHand: '0', stockStatus: 'CLOSED' }, 'RECOUNT'],
    ['sold out, and more was found', { counted: '11', onHand: '0', stockStatus: 'SOLD_OUT' }, 'HOLDS'],
    ['a controlled drug, one off', { counted: '9', deaSchedule: 'CII' }, 'RECOUNT'],
  ])('%s', (_, facts, verdict) => {
    expect(judge(line(facts), '0.01')).toBe(verdict);
  });

  it('the second count holds, with what was expected then', () => {
    expect(figuresOf(line({ counted: '8', recountExpected: '6', recounted: '5' }))).toEqual({
      ...{ expected: '6', counted: '5' },
    });
  });
});
