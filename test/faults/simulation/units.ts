/** Quantities and money of the model: whole ten-thousandths, so that it never computes as the product does. */

const scale = 10_000n;

export const one = scale;

export function units(text: string): bigint {
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * scale + BigInt(part.padEnd(4, '0').slice(0, 4));
  return text.startsWith('-') ? -size : size;
}

/** "12.5", as PostgreSQL's trim_scale says it. */
export function shown(value: bigint): string {
  const size = value < 0n ? -value : value;
  const part = (size % scale).toString().padStart(4, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / scale}${part === '' ? '' : `.${part}`}`;
}

/** Of numbers that are not below 0. */
export function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const total = (values: Iterable<bigint>): bigint => [...values].reduce((sum, value) => sum + value, 0n);
