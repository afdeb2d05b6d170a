import { expect, test } from 'vitest';
import { faultOfVariables } from './text.ts';

test.each([
  [{ a: 'plain', b: [1, null, true, { c: '😀 \u202e é' }] }, null],
  [undefined, null],
  [{ a: 'x\0y' }, 'UNSTORABLE'],
  [{ a: [{ b: ['\ud800'] }] }, 'UNSTORABLE'],
  [{ a: 'tail \udc00' }, 'UNSTORABLE'],
  [{ 'key\0': 1 }, 'UNSTORABLE'],
  [{ a: { '\ud800': 1 } }, 'UNSTORABLE'],
])('%j: %s', (variables, fault) => {
  expect(faultOfVariables(variables)).toBe(fault);
});

test('half a million levels are refused without recursion', () => {
  const deep: unknown = JSON.parse(`{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}`);
  expect(faultOfVariables(deep)).toBe('TOO_DEEP');
});
