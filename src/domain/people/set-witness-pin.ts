/**
 * People of an identity provider have no password here: they sign, as witness or authoriser, with a PIN. Who has one proves
 * it to take another, in a transaction of its own, and is locked by wrong tries as at any door; a forgotten one is taken
 * away by an ADMIN (saveUser).
 * Refuses: BAD_USER_INPUT (not 6 to 12 digits, too plain, or the person has a password), WITNESS_REJECTED (the PIN there is
 * was not given). Locks: the user.
 */
import type { Session, Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { claim, gate, type Result } from '../claim.ts';
import { hashPin } from './pin.ts';
import { mayWitness, signedBy } from './witness.ts';

export interface PinToSet {
  readonly pin: string;
  /** Whether the present PIN was given, and right. */
  readonly isProved: boolean;
}

/** Before the transaction. Refuses: WITNESS_REJECTED (wrong, or locked {retryAfterSeconds}). */
export async function provePin(session: Session, email: string, pin: string): Promise<void> {
  await signedBy(session, 'setWitnessPin', { email, password: pin }, mayWitness);
}

export async function setWitnessPin(tx: Tx, { pin, isProved }: PinToSet): Promise<Result> {
  const hash = await hashPin(pin);
  const claimed = await claim<{ readonly hasPassword: boolean; readonly hasPin: boolean }>(
    tx,
    { mutation: 'setWitnessPin', key: null, input: {} },
    {
      locked: `SELECT u.* FROM people."user" u WHERE ${gate} AND u.id = $8 FOR UPDATE`,
      columns: 'l.password_hash IS NOT NULL AS "hasPassword", l.witness_pin_hash IS NOT NULL AS "hasPin"',
      values: [tx.actor.id],
    },
  );
  const [user] = claimed.replay === null ? claimed.rows : [];
  if (user === undefined) throw new Error('An actor who is allowed is a user');
  if (user.hasPassword) {
    throw new Refusal('BAD_USER_INPUT', 'You sign with your password: there is no PIN to set.', { field: 'pin' });
  }
  if (user.hasPin && !isProved) {
    throw new Refusal(
      'WITNESS_REJECTED',
      'You have a PIN: give it as currentPin. An ADMIN can take a forgotten one away.',
    );
  }
  await tx.sql('UPDATE people."user" SET witness_pin_hash = $2, updated_at = clock_timestamp() WHERE id = $1', [
    tx.actor.id,
    hash,
  ]);
  await audit(tx, { entity: 'user', entityId: tx.actor.id, action: 'setWitnessPin', after: { witnessPin: 'changed' } });
  return { user: [tx.actor.id] };
}
