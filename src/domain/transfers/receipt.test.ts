import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { checkReceipts, requireBalanced, requireKnownLines } from './receipt.ts';

const id = (digit: string) => `${digit.repeat(8)}-0000-7000-8000-000000000000`;
const [one, two] = [id('1'), id('2')];
const told = (lineId: string, received: string, damaged = '0', lost = '0') => ({
  ...{ lineId, received, damaged, lost, note: null },
});

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
}

describe('what the destination tells', () => {
  it('fills in what is not named', () => {
    expect(checkReceipts([{ lineId: one, received: '3' }])).toEqual([told(one, '3')]);
  });

  it.each([
    ['a line twice', 'BAD_USER_INPUT', [told(one, '1'), told(one, '2')]],
    ['a loss without a note', 'BAD_USER_INPUT', [told(one, '1', '0', '0.0001')]],
    ['less than nothing received', 'INVALID_QUANTITY', [told(one, '-1')]],
    ['less than nothing damaged', 'INVALID_QUANTITY', [told(one, '1', '-0.0001')]],
    ['less than nothing lost', 'INVALID_QUANTITY', [told(one, '1', '0', '-1')]],
  ])('%s is refused: %s', (_, code, lines) => {
    expect(codeOf(() => checkReceipts(lines))).toBe(code);
  });

  it('nothing but damage needs no note', () => {
    expect(codeOf(() => checkReceipts([told(one, '0', '5')]))).toBe('none');
  });

  it('of a line of another transfer, or of none, is not known', () => {
    expect(
      codeOf(() => {
        requireKnownLines([{ lineId: one }], [told(two, '1')]);
      }),
    ).toBe('NOT_FOUND');
    expect(
      codeOf(() => {
        requireKnownLines([{ lineId: one }], [told('line', '1')]);
      }),
    ).toBe('NOT_FOUND');
    expect(
      codeOf(() => {
        requireKnownLines([{ lineId: one }], [told(one, '1')]);
      }),
    ).toBe('none');
  });

  const shipped = [
    { lineId: one, shipped: '10' },
    { lineId: two, shipped: '0.3' },
  ];
  it.each([
    ['all of it', 'none', [told(one, '10'), told(two, '0.3')]],
    ['in parts that make the whole, exactly', 'none', [told(one, '7', '2', '1'), told(two, '0.1', '0.1', '0.1')]],
    ['all of it lost', 'none', [told(one, '0', '0', '10'), told(two, '0.3')]],
    ['too little', 'TRANSFER_UNBALANCED', [told(one, '9.9999'), told(two, '0.3')]],
    ['too much', 'TRANSFER_UNBALANCED', [told(one, '10'), told(two, '0.3', '0.0001')]],
    ['one line left out', 'TRANSFER_UNBALANCED', [told(one, '10')]],
    ['nothing at all', 'TRANSFER_UNBALANCED', []],
  ])('%s: %s', (_, code, receipts) => {
    expect(
      codeOf(() => {
        requireBalanced(shipped, receipts);
      }),
    ).toBe(code);
  });
});
