/** Exact decimals for decisions; sums that are stored are computed by the database. Rounding is half up, once, at the end. */
import { Decimal } from 'decimal.js';
import { Refusal } from '../refusal.ts';

/** 14 digits before the point times 14, and 8 decimals: nothing is rounded on the way. */
export const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -60, toExpPos: 60 });
export type Exact = Decimal;

export const exact = (value: string): Exact => new Exact(value);

export const isPositive = (value: string): boolean => exact(value).gt(0);

export function sum(values: readonly string[]): string {
  return values.reduce((total, value) => total.plus(value), exact('0')).toString();
}

export function negated(value: string): string {
  return exact(value).negated().toString();
}

/** Money: 4 decimals, half up. */
export function rounded(value: Exact): string {
  return value.toDecimalPlaces(4).toString();
}

/** For sums, which may leave what the database keeps although their parts do not. */
export function requireKeepable(sum: string, field: string): void {
  if (exact(sum).lt('1e14')) return;
  throw new Refusal('BAD_USER_INPUT', `${field} would make more than 10^14, which this system cannot keep.`, { field });
}

export function requirePositive(value: string, field: string): void {
  if (!isPositive(value)) {
    throw new Refusal('INVALID_QUANTITY', `${field} must be above 0.`, { field, requested: value });
  }
}
