/**
 * A second person at the same screen, proved by that person's own password or PIN: another active user with one of three
 * roles, of whatever location, since it is the presence that counts. Asked before the business transaction; the try
 * stays on record when that one fails.
 * Refuses: WITNESS_REQUIRED (none named for a controlled drug), WITNESS_REJECTED (wrong password, no such role, or
 * locked {retryAfterSeconds}), SEPARATION_OF_DUTIES (the actor again).
 */
import type { Session } from '../../db/in-transaction.ts';
import type { DeaSchedule } from '../../schema/enums.ts';
import type { Role } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { tryPassword, type Credentials } from './try-password.ts';

export interface Witness {
  readonly id: string;
}

export const mayWitness: readonly Role[] = ['PHARMACIST', 'PROVIDER', 'MANAGER'];

export async function proveWitness(session: Session, given: Credentials): Promise<Witness> {
  const person = await signedBy(session, 'witness', given, mayWitness);
  if (person.id !== session.actor.id) return person;
  throw new Refusal('SEPARATION_OF_DUTIES', 'The witness must be another person than the one who acts.');
}

/** One of the roles, proved by password or PIN; the try is on record under `action`. */
export async function signedBy(
  session: Session,
  action: string,
  given: Credentials,
  roles: readonly Role[],
): Promise<Witness> {
  const verdict = await tryPassword(session, action, given);
  if (verdict.kind === 'LOCKED') {
    throw new Refusal('WITNESS_REJECTED', 'This person is locked after too many wrong passwords. Name another one.', {
      retryAfterSeconds: verdict.retryAfterSeconds,
    });
  }
  if (verdict.kind === 'WRONG') {
    throw new Refusal('WITNESS_REJECTED', 'The e-mail address or the password (PIN) of the one who signs is wrong.');
  }
  const { person } = verdict;
  if (!person.roles.some((role) => roles.includes(role))) {
    throw new Refusal('WITNESS_REJECTED', `Who signs must be one of ${roles.join(', ')}.`, { roles });
  }
  return { id: person.id };
}

/** For every line that lowers what is held of a controlled drug and is not a dispense, an opening or a shipment. */
export function requireWitness(deaSchedule: DeaSchedule | null, witness: Witness | null): void {
  if (deaSchedule === null || witness !== null) return;
  throw new Refusal(
    'WITNESS_REQUIRED',
    'A controlled drug needs a witness: a second person signs with a password or PIN.',
    {
      deaSchedule,
    },
  );
}
