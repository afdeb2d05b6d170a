import { expect, test } from 'vitest';
import { parsePosition, writePosition } from './wal-position.ts';

test.each(['0/0', '0/16B3748', '16/B374D848', 'FFFFFFFF/FFFFFFFF'])('%s is read and written alike', (text) => {
  const position = parsePosition(text);
  expect(position).not.toBeNull();
  expect(writePosition(position ?? -1n)).toBe(text);
});

test('positions are in the order of their numbers, not of their texts', () => {
  const order = ['0/0', '0/FFFFFFFF', '1/0', '9/1', '10/0', 'FFFFFFFF/FFFFFFFE', 'FFFFFFFF/FFFFFFFF'].map(
    parsePosition,
  );
  expect(order).not.toContain(null);
  expect([...order].sort((a, b) => ((a ?? 0n) < (b ?? 0n) ? -1 : 1))).toEqual(order);
});

test.each(['', '?', '0', '/', '0/', '/0', '0/0/0', '-1/0', '0x1/0', 'G/0', '123456789/0', ' 0/0', '0/0\n', '١/0'])(
  '%j is none',
  (text) => {
    expect(parsePosition(text)).toBeNull();
  },
);
