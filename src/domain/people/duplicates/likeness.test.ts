import { describe, expect, it } from 'vitest';
import { isOneSlip, jaroWinkler, trigramLikeness } from './likeness.ts';

describe('jaroWinkler', () => {
  // The first three are Winkler's own examples (1990).
  it.each([
    ['martha', 'marhta', 0.961],
    ['dixon', 'dicksonx', 0.813],
    ['dwayne', 'duane', 0.84],
    ['jones', 'johnson', 0.832],
    ['abc', 'abc', 1],
    ['', '', 1],
    ['abc', '', 0],
    ['abc', 'xyz', 0],
    ['a', 'a', 1],
    ['a', 'b', 0],
  ])('%s and %s: %d', (a, b, likeness) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(likeness, 3);
    expect(jaroWinkler(b, a)).toBeCloseTo(likeness, 3);
  });
});

describe('isOneSlip', () => {
  it.each([
    ['smith', 'smith', true],
    ['smith', 'smithe', true],
    ['smith', 'mith', true],
    ['smith', 'smyth', true],
    ['smith', 'msith', true],
    ['smith', 'smiht', true],
    ['ab', 'ba', true],
    ['smith', 'smyhte', false],
    ['smith', 'smthi', false],
    ['smith', 'smitheen', false],
    ['abcd', 'badc', false],
    ['', 'a', true],
    ['', 'ab', false],
  ])('%s and %s: %s', (a, b, isSlip) => {
    expect(isOneSlip(a, b)).toBe(isSlip);
    expect(isOneSlip(b, a)).toBe(isSlip);
  });
});

describe('trigramLikeness', () => {
  it.each([
    ['4 mill street', '4 mill street', 1],
    ['mill street', 'street mill', 1],
    ['', '', 1],
    ['', 'mill', 0],
    ['mill', 'oak', 0],
    // Of "mill" there are 5 trigrams, of "mil" 4; "  m", " mi" and "mil" are in both.
    ['mill', 'mil', 6 / 9],
    // A second one of the same counts once.
    ['mill mill', 'mill', 10 / 15],
  ])('%s and %s: %d', (a, b, likeness) => {
    expect(trigramLikeness(a, b)).toBeCloseTo(likeness, 10);
    expect(trigramLikeness(b, a)).toBeCloseTo(likeness, 10);
  });
});
