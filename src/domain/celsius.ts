/** Temperatures in °C with two decimals, within what a thermometer shows. */
import { exact } from './decimal.ts';
import { Refusal } from '../refusal.ts';

export function celsius(value: string, field: string): string {
  const degrees = exact(value);
  if (degrees.gte('-273.15') && degrees.lte(200) && degrees.decimalPlaces() <= 2) return degrees.toString();
  throw new Refusal('BAD_USER_INPUT', `${field} must be -273.15 to 200 °C, with at most 2 decimals.`, { field });
}

export function requireRange(min: string | null, max: string | null, field: string): void {
  if (min === null || max === null || exact(min).lte(max)) return;
  throw new Refusal('BAD_USER_INPUT', `${field} must not be above the upper limit.`, { field, min, max });
}
