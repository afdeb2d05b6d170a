import { compare } from '../../format/decimal.ts';
import type { Unit } from './cold-documents.ts';

/** "4.6 °C", "−18 °C" */
export function celsius(text: string): string {
  return `${text.replace('-', '−')} °C`;
}

/** At the limit is inside. */
export function isOutside(text: string, { minCelsius, maxCelsius }: Pick<Unit, 'minCelsius' | 'maxCelsius'>): boolean {
  return compare(text, minCelsius) < 0 || compare(text, maxCelsius) > 0;
}

/** "2 to 8 °C"; "8 °C" where it is one. */
export function celsiusRange(low: string, high: string): string {
  return low === high ? celsius(low) : `${low.replace('-', '−')} to ${celsius(high)}`;
}

export function limits({ minCelsius, maxCelsius }: Pick<Unit, 'minCelsius' | 'maxCelsius'>): string {
  return celsiusRange(minCelsius, maxCelsius);
}
