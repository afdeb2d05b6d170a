/**
 * Somebody who answers for an exception: the actor, being PHARMACIST or MANAGER, or another such person who signs with a
 * password as a witness does, before the business transaction.
 * Refuses: WITNESS_REJECTED (wrong password, no such role, locked), AUTHORISER_REQUIRED {reason}.
 */
import type { Session } from '../../db/in-transaction.ts';
import { hasRole, type Actor, type Role } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { signedBy } from './witness.ts';
import type { Credentials } from './try-password.ts';

export interface Authoriser {
  readonly id: string;
}

const mayAuthorise: readonly Role[] = ['PHARMACIST', 'MANAGER'];

export async function proveAuthoriser(session: Session, given: Credentials): Promise<Authoriser> {
  return signedBy(session, 'authorise', given, mayAuthorise);
}

/** Answers who is kept with the record. */
export function requireAuthoriser(actor: Actor, signed: Authoriser | null | undefined, reason: string): Authoriser {
  if (signed != null) return signed;
  if (hasRole(actor, ...mayAuthorise)) return { id: actor.id };
  throw new Refusal('AUTHORISER_REQUIRED', `${reason} A PHARMACIST or MANAGER has to sign for it.`, {
    roles: mayAuthorise,
  });
}
