/** Passwords: argon2id at 19 MiB and two passes, about 30 ms on one core; neither they nor their hashes are ever logged. */
import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { Refusal } from '../../refusal.ts';

const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const shortest = 12;
export const longestPassword = 1_024;

export async function hashPassword(password: string): Promise<string> {
  const length = Array.from(password).length;
  if (length < shortest || length > longestPassword || !password.isWellFormed()) {
    throw new Refusal('BAD_USER_INPUT', `password must have ${shortest} to ${longestPassword} characters.`, {
      field: 'password',
      min: shortest,
      max: longestPassword,
    });
  }
  return hashSecret(password);
}

export async function hashSecret(secret: string): Promise<string> {
  return argon2.hash(secret, cost);
}

const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');

/** A hash of nothing, at the same cost, so that an unknown user takes as long as a known one. */
const nobodys = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${unpadded(randomBytes(16))}$${unpadded(randomBytes(32))}`;

/** Null for a user who is unknown or has no password: the answer is no, and takes as long. */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const isRight = await argon2.verify(hash ?? nobodys, password);
  return isRight && hash !== null;
}
