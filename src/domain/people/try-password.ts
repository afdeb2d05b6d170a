/**
 * One try at a person's password, at sign-in or as a witness; people of an identity provider sign with a PIN, which lets
 * nobody in. Counted by what was typed, in a transaction of its own,
 * so that it stays counted whatever becomes of the work; known and unknown users look and take the same. The password
 * is checked while no connection is held. A right one that comes in while wrong ones lock the account is not heard:
 * however many try at once, five wrong ones are all there are.
 * Refuses: BAD_USER_INPUT. Locks: the address as typed.
 */
import type { Session, Tx } from '../../db/in-transaction.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { roles, systemUserId, type Role } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { text } from '../text.ts';
import { afterWrongTry, lockedFor, type Failures } from './lockout.ts';
import { isPassword, longestPassword } from './password.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Person {
  readonly id: string;
  /** Rises with each new password. */
  readonly passwordVersion: number;
  readonly roles: readonly Role[];
}

export type Verdict =
  | { readonly kind: 'RIGHT'; readonly person: Person }
  | { readonly kind: 'WRONG' }
  | { readonly kind: 'LOCKED'; readonly retryAfterSeconds: number };

interface KnownUser {
  readonly id: string;
  readonly passwordVersion: number;
  readonly roles: readonly string[];
  readonly hash: string | null;
}

/** What the try is written down as: `login`, and for those who sign `witness`, `authorise`, `setWitnessPin`. */
export async function tryPassword(session: Session, action: string, given: Credentials): Promise<Verdict> {
  const email = text(given.email, 'email', { max: 254 });
  if (given.password.length > longestPassword) {
    throw new Refusal('BAD_USER_INPUT', `password has more than ${longestPassword} characters.`, { field: 'password' });
  }
  const user = await activeUser(session, email, action !== 'login');
  const isRight = await isPassword(given.password, user?.hash ?? null);
  return inTransaction(session, async (tx) => {
    const { known, now } = await lockFailures(tx, email);
    const retryAfterSeconds = lockedFor(known, now);
    if (retryAfterSeconds > 0) return { kind: 'LOCKED', retryAfterSeconds };
    if (isRight && user !== null) {
      if (known !== null) await tx.sql('DELETE FROM people.sign_in_failure WHERE email_key = lower($1)', [email]);
      await audit(tx, { entity: 'user', entityId: user.id, action, after: { accepted: true } });
      const { id, passwordVersion } = user;
      return { kind: 'RIGHT', person: { id, passwordVersion, roles: user.roles.filter(isRole) } };
    }
    const after = afterWrongTry(known, now);
    await writeFailures(tx, email, after);
    await auditWrongTry(tx, action, user?.id ?? null, after);
    return { kind: 'WRONG' };
  });
}

async function activeUser(session: Session, email: string, takesPin: boolean): Promise<KnownUser | null> {
  const [user] = await read<KnownUser>(
    session.db,
    `SELECT id, roles, password_version AS "passwordVersion", CASE WHEN $3 THEN coalesce(password_hash, witness_pin_hash) ELSE password_hash END AS hash
     FROM people."user" WHERE lower(email) = lower($1) AND active AND id <> $2`,
    [email, systemUserId, takesPin],
  );
  return user ?? null;
}

/** A row that is not there yet cannot be locked, so the address is. */
async function lockFailures(tx: Tx, email: string): Promise<{ known: Failures | null; now: Date }> {
  await tx.sql(`SELECT pg_advisory_xact_lock(hashtextextended('sign-in ' || lower($1), 0))`, [email]);
  const [row] = await tx.sql<{ [K in keyof Failures]: Failures[K] | null } & { readonly now: Date }>(
    `SELECT f.failures, f.locked_until AS "lockedUntil", f.last_failed_at AS "lastFailedAt", clock_timestamp() AS now
     FROM (SELECT 1) AS one LEFT JOIN people.sign_in_failure f ON f.email_key = lower($1)`,
    [email],
  );
  if (row === undefined) throw new Error('A left join of one row gave none');
  const { failures, lockedUntil, lastFailedAt, now } = row;
  return { known: failures === null || lastFailedAt === null ? null : { failures, lockedUntil, lastFailedAt }, now };
}

async function writeFailures(tx: Tx, email: string, after: Failures): Promise<void> {
  await tx.sql(
    `INSERT INTO people.sign_in_failure (email_key, failures, locked_until, last_failed_at) VALUES (lower($1), $2, $3, $4)
     ON CONFLICT (email_key) DO UPDATE SET failures = EXCLUDED.failures, locked_until = EXCLUDED.locked_until, last_failed_at = EXCLUDED.last_failed_at`,
    [email, after.failures, after.lockedUntil, after.lastFailedAt],
  );
}

/** Only of users that exist: what else was typed may be somebody's password in the wrong field. */
async function auditWrongTry(tx: Tx, action: string, userId: string | null, after: Failures): Promise<void> {
  if (userId === null) return;
  const { failures, lockedUntil } = after;
  await audit(tx, { entity: 'user', entityId: userId, action, after: { accepted: false, failures, lockedUntil } });
}

function isRole(word: string): word is Role {
  return roles.some((role) => role === word);
}
