import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { headLine, parseHeads } from './audit-head.ts';

describe('heads', () => {
  const head = { block: 12, rows: 20133, sealedAt: '2026-11-21T10:00:00.123456Z', hash: 'ab'.repeat(32) };
  const older = { ...head, block: 3, rows: 7 };
  it('are read as they are printed: a line, a file of lines, JSON', () => {
    expect(headLine(head)).toBe(
      `audit-head block=12 rows=20133 sealed=2026-11-21T10:00:00.123456Z sha256=${'ab'.repeat(32)}`,
    );
    expect(parseHeads(headLine(head))).toEqual([head]);
    expect(parseHeads(`${headLine(head)}\r\n\n  ${headLine(older)}\n`)).toEqual([older, head]);
    expect(parseHeads(JSON.stringify(head, null, 2))).toEqual([head]);
    expect(parseHeads(JSON.stringify([head, older]))).toEqual([older, head]);
  });

  it.each([
    '',
    'audit-head block=1',
    `${headLine(head)} more`,
    headLine(head).toUpperCase(),
    '{',
    '[]',
    '{}',
    '[1]',
    '{"block":"1"}',
    JSON.stringify({ ...head, hash: 'x' }),
  ])('refuse %j', (text) => {
    expect(() => parseHeads(text)).toThrow(Refusal);
  });
});
