import { compare, grouped, quantity } from './decimal.ts';

/** "AWAITING_INTAKE" is "Awaiting intake". */
export function words(constant: string): string {
  const text = constant.toLowerCase().replaceAll('_', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** "1 lot", "2 lots". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** "1 vial", "2.5 vials", "12 mL": the unit as the product has it, in the plural where it is a word and not one. */
export function amount(text: string, unit: string): string {
  return `${quantity(text)} ${unitOf(text, unit)}`;
}

export function unitOf(text: string, unit: string): string {
  const isWord = /^[a-z]{3,}$/.test(unit);
  if (!isWord || compare(text, '1') === 0) return unit;
  return /(s|x|ch|sh)$/.test(unit) ? `${unit}es` : `${unit}s`;
}
