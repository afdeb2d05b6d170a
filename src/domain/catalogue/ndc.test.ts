import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { normaliseNdc } from './ndc.ts';

describe('normaliseNdc', () => {
  it.each([
    ['0002-1433-80', '00002-1433-80'],
    ['63323-806-02', '63323-0806-02'],
    ['50242-0041-1', '50242-0041-01'],
    ['50242-0041-01', '50242-0041-01'],
    ['50242004101', '50242-0041-01'],
    [' 0002-1433-80 ', '00002-1433-80'],
  ])('writes %j as %s', (text, canonical) => {
    expect(normaliseNdc(text)).toBe(canonical);
    expect(normaliseNdc(canonical)).toBe(canonical);
  });

  it.each([
    '',
    '0002143380',
    '0002-1433',
    '0002-143-80',
    '00002-1433-800',
    '5024200410',
    '٠٠٠٢-١٤٣٣-٨٠',
    '0002 1433 80',
    'x',
  ])('refuses %j', (text) => {
    expect(() => normaliseNdc(text)).toThrow(Refusal);
  });
});
