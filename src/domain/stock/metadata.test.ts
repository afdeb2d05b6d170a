import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { checkMetadata } from './metadata.ts';

const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });

function fieldOf(value: unknown): unknown {
  try {
    checkMetadata(value);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'BAD_USER_INPUT') return error.context['field'];
    throw error;
  }
  return 'was taken';
}

describe('metadata', () => {
  it('keeps what it knows, drops what is null, and is null where none is given', () => {
    expect(checkMetadata(null)).toBeNull();
    expect(checkMetadata(undefined)).toBeNull();
    expect(
      checkMetadata({
        testResults: { thc: 12.5, cbd: '0.0001', terpenes: 100 },
        harvestCode: ' H-1 ',
        coaUrl: 'https://lab.example/coa.pdf',
        notes: null,
        customFields: { anything: ['goes', { here: 1 }] },
      }),
    ).toEqual({
      testResults: { thc: '12.5', cbd: '0.0001', terpenes: '100' },
      harvestCode: 'H-1',
      coaUrl: 'https://lab.example/coa.pdf',
      customFields: { anything: ['goes', { here: 1 }] },
    });
  });

  it.each([
    ['text', 'metadata'],
    [[], 'metadata'],
    [{ harvestcode: 'x' }, 'metadata.harvestcode'],
    [{ constructor: 'x' }, 'metadata.constructor'],
    [JSON.parse('{"__proto__": 1}'), 'metadata.__proto__'],
    [{ testResults: { thc: 100.0001 } }, 'metadata.testResults.thc'],
    [{ testResults: { cbd: -1 } }, 'metadata.testResults.cbd'],
    [{ testResults: { terpenes: 'NaN' } }, 'metadata.testResults.terpenes'],
    [{ testResults: { terpenes: '1e1' } }, 'metadata.testResults.terpenes'],
    [{ testResults: { cbg: 1 } }, 'metadata.testResults.cbg'],
    [{ testResults: 7 }, 'metadata.testResults'],
    [{ harvestCode: 'x'.repeat(101) }, 'metadata.harvestCode'],
    [{ harvestCode: 7 }, 'metadata.harvestCode'],
    [{ coaUrl: 'javascript:alert(1)' }, 'metadata.coaUrl'],
    [{ coaUrl: 'not a url' }, 'metadata.coaUrl'],
    [{ notes: 'x'.repeat(1_001) }, 'metadata.notes'],
    [{ customFields: [] }, 'metadata.customFields'],
    [{ customFields: { deep: ['nul \u0000'] } }, 'metadata.customFields'],
    [{ customFields: { 'lone \ud800': 1 } }, 'metadata.customFields'],
    [{ customFields: nested(11) }, 'metadata.customFields'],
    [{ customFields: { long: 'x'.repeat(20_001) } }, 'metadata.customFields'],
  ])('%j is refused at %s', (value, field) => {
    expect(fieldOf(value)).toBe(field);
  });
});
