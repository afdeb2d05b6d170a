/** Free JSON that the database can keep: no NUL, no lone surrogate, not endlessly deep or long. */
import { Refusal } from '../refusal.ts';

const deepest = 10;
const longest = 20_000;
const unfit = /\u0000|\p{Surrogate}/u;

export function requireStorable(value: object, field: string): void {
  if (!fits(value, deepest)) {
    throw new Refusal('BAD_USER_INPUT', `${field} contains a character that is not text, or is nested too deeply.`, {
      field,
      deepest,
    });
  }
  const { length } = JSON.stringify(value);
  if (length > longest) {
    throw new Refusal('BAD_USER_INPUT', `${field} must have at most ${longest} characters as JSON.`, {
      field,
      length,
      longest,
    });
  }
}

function fits(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !unfit.test(value);
  if (value === null || typeof value !== 'object') return true;
  if (depth === 0) return false;
  return Object.entries(value).every(([name, content]) => !unfit.test(name) && fits(content, depth - 1));
}

/** An object that somebody else gives meaning to: ids by system name, insurance details. */
export function optionalObject(value: unknown, field: string): object | null {
  if (value == null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Refusal('BAD_USER_INPUT', `${field} must be an object.`, { field });
  }
  requireStorable(value, field);
  return value;
}
