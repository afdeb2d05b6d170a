import { describe, expect, it } from 'vitest';
import { keysInText, keysOfGtin, keysOfNdc, keysOfProduct, sameProduct } from './product-codes.ts';

describe('an NDC', () => {
  it.each([
    ['0023-1145-01', ['N:00023-1145', 'P:00023-1145-01']],
    ['00023-1145-01', ['N:00023-1145', 'P:00023-1145-01']],
    ['00023114501', ['N:00023-1145', 'P:00023-1145-01']],
    ['0023-1145', ['N:00023-1145']],
    ['12345-678-9', ['N:12345-0678', 'P:12345-0678-09']],
    ['12', []],
  ])('%s', (text, wanted) => {
    expect(keysOfNdc(text)).toEqual(wanted);
  });

  it('of ten digits without hyphens is read in all three ways', () => {
    expect(keysOfNdc('0023114501')).toEqual([
      ...['N:00023-1145', 'P:00023-1145-01', 'N:00231-0145', 'P:00231-0145-01', 'N:00231-1450', 'P:00231-1450-01'],
    ]);
  });
});

it('a GTIN of a US drug holds its NDC; another one does not', () => {
  expect(keysOfGtin('300231145015')).toContain('P:00023-1145-01');
  expect(keysOfGtin('300231145015')[0]).toBe('G:00300231145015');
  expect(keysOfGtin('04012345678901')).toEqual(['G:04012345678901']);
});

it.each([
  ['BOTOX 100 units, NDC 0023-1145-01.', 'P:00023-1145-01'],
  ['NDC: 00023114501', 'P:00023-1145-01'],
  ['NDC# 0023\u20111145\u201101', 'P:00023-1145-01'],
  ['UPC 3 0023 1145 01 5', 'P:00023-1145-01'],
  ['GTIN 00300231145015', 'G:00300231145015'],
  ['(01)00300231145015(10)X', 'G:00300231145015'],
])('%s names %s', (text, key) => {
  expect(keysInText(text)).toContain(key);
});

it('a telephone number is no code', () => {
  expect(keysInText('Call 1-800-555-0199, (847) 937-6100')).toEqual([]);
});

describe('the product of a notice', () => {
  const product = keysOfProduct({ ndc: '00023-1145-01', gtin: null });

  it.each([
    ['by its package', '0023-1145-01', 'SAME'],
    ['without a package', '0023-1145', 'SAME'],
    ['in another package', '0023-1145-02', 'OTHER_PACKAGE'],
    ['another one', '0023-1146-01', null],
  ] as const)('%s', (_how, ndc, wanted) => {
    expect(sameProduct(keysOfNdc(ndc), product)).toBe(wanted);
  });

  it('by a GTIN', () => {
    const known = keysOfProduct({ ndc: null, gtin: '04012345678901' });
    expect(sameProduct(keysOfGtin('4012345678901'), known)).toBe('SAME');
    expect(sameProduct(keysOfGtin('4012345678902'), known)).toBeNull();
  });
});
