/** What a form says before anything is sent; null: nothing. The API checks again. */
import { compare, isDecimal } from './decimal.ts';

export function needed(value: string): string | null {
  return value.trim() === '' ? 'This is needed.' : null;
}

export function positive(value: string): string | null {
  if (!isDecimal(value)) return 'A number such as 12.5, with at most 4 decimals.';
  return compare(value, '0') > 0 ? null : 'More than 0.';
}

export function zeroOrMore(value: string): string | null {
  if (!isDecimal(value)) return 'A number such as 12.5, with at most 4 decimals.';
  return compare(value, '0') >= 0 ? null : '0 or more.';
}

export function wholeNumber(value: string): string | null {
  return /^\d{1,6}$/.test(value) ? null : 'A whole number, 0 or more.';
}

/** As well nothing at all. */
export function optional(check: (value: string) => string | null): (value: string) => string | null {
  return (value) => (value.trim() === '' ? null : check(value));
}

/** An empty field is one that was not given. */
export function given(value: string): string | null {
  const text = value.trim();
  return text === '' ? null : text;
}
