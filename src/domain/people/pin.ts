/** PINs: 6 to 12 digits that are not plain to guess, hashed as passwords are. */
import { Refusal } from '../../refusal.ts';
import { hashSecret } from './password.ts';

const shortest = 6;
const longest = 12;

export async function hashPin(pin: string): Promise<string> {
  if (!/^[0-9]+$/.test(pin) || pin.length < shortest || pin.length > longest || isPlain(pin)) {
    throw new Refusal(
      'BAD_USER_INPUT',
      `pin must have ${shortest} to ${longest} digits, three different ones at the least, and not in a row.`,
      { field: 'pin', min: shortest, max: longest },
    );
  }
  return hashSecret(pin);
}

/** One or two digits over and over, or a row up or down such as 123456 and 890123. */
export function isPlain(pin: string): boolean {
  const digits = Array.from(pin, Number);
  const isRow = (step: number) => digits.every((digit, i) => i === 0 || digit === ((digits[i - 1] ?? 0) + step) % 10);
  return new Set(digits).size < 3 || isRow(1) || isRow(9);
}
