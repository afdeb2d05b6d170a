/**
 * Signs a person in by e-mail address and password. The answer is the same for a wrong password, an unknown address,
 * an inactive user and one without a password; each try is on record.
 * Refuses: RATE_LIMITED {retryAfterSeconds} (five wrong tries in a row: 15 minutes), UNAUTHENTICATED, BAD_USER_INPUT.
 */
import type { Session } from '../../db/in-transaction.ts';
import { systemUserId, type Actor } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { tryPassword, type Credentials, type Person } from './try-password.ts';

/** Nobody has signed in yet, so the system writes down what happens. */
const doorkeeper: Actor = { id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true };

export async function signIn(session: Omit<Session, 'actor'>, given: Credentials): Promise<Person> {
  const verdict = await tryPassword({ ...session, actor: doorkeeper }, 'login', given);
  switch (verdict.kind) {
    case 'RIGHT':
      return verdict.person;
    case 'LOCKED':
      throw new Refusal('RATE_LIMITED', 'Too many wrong passwords. Wait a quarter of an hour, or ask an admin.', {
        retryAfterSeconds: verdict.retryAfterSeconds,
      });
    case 'WRONG':
      throw new Refusal('UNAUTHENTICATED', 'The e-mail address or the password is wrong.');
  }
}
