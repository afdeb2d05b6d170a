/**
 * Makes a user or changes one; roles and locations are replaced by those given. An admin hands out only locations of
 * his own (the system: any), and may leave a user those that the user has. Without a password the old one stays; a new one
 * ends the tokens that were got with the old, and takes a witness PIN's place.
 * Refuses: BAD_USER_INPUT, NOT_FOUND (user, location), SEPARATION_OF_DUTIES (the last active ADMIN would be gone),
 * DUPLICATE (email). Locks: the user and all active admins, by id.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound, systemUserId, type Role } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { changesOf } from '../changes.ts';
import { claim, gate, type Result } from '../claim.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { emailAddress } from './email.ts';
import { hashPassword } from './password.ts';

export interface UserToSave {
  readonly id?: string | null;
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly locationIds: readonly string[];
  readonly active?: boolean | null;
  readonly password?: string | null;
  readonly clearWitnessPin?: boolean | null;
}

interface UserFields {
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly string[];
  readonly active: boolean;
  readonly locationIds: readonly string[];
}

type LockedUser = UserFields & { readonly id: string };

export async function saveUser(tx: Tx, input: UserToSave): Promise<Result> {
  const wanted: UserFields = {
    email: emailAddress(input.email, 'email'),
    displayName: text(input.displayName, 'displayName', { max: 255 }),
    roles: [...new Set(input.roles)].sort(),
    locationIds: [...new Set(input.locationIds)].sort(),
    active: input.active ?? true,
  };
  const hash = input.password == null ? null : await hashPassword(input.password);
  const clearsPin = hash !== null || input.clearWitnessPin === true;
  const { known, admins } = await lockUsers(tx, input);
  const id = known?.id ?? uuid();
  await requireLocations(tx, wanted.locationIds, known?.locationIds ?? []);
  requireAnAdmin(known, wanted, admins);

  await refuseDuplicates({ user_email_key: 'email' }, () =>
    known === null ? make(tx, id, wanted, hash) : change(tx, known, wanted, { hash, clearsPin }),
  );
  await tx.sql('DELETE FROM people.user_location WHERE user_id = $1 AND location_id <> ALL($2::uuid[])', [
    id,
    wanted.locationIds,
  ]);
  await tx.sql('INSERT INTO people.user_location SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING', [
    id,
    wanted.locationIds,
  ]);
  const { before, after } = changesOf(known ?? {}, wanted);
  await audit(tx, {
    entity: 'user',
    entityId: id,
    action: 'saveUser',
    before: known === null ? null : before,
    after: {
      ...after,
      ...(hash === null ? {} : { password: 'changed' }),
      ...(input.clearWitnessPin === true ? { witnessPin: 'cleared' } : {}),
    },
  });
  await tell(tx, { topic: 'user.changed', payload: { userId: id } });
  return { user: [id] };
}

async function lockUsers(tx: Tx, input: UserToSave): Promise<{ known: LockedUser | null; admins: readonly string[] }> {
  const id = input.id ?? null;
  if (id !== null && !isUuid(id)) throw notFound('user', id);
  const claimed = await claim<LockedUser & { readonly isAdmin: boolean }>(
    tx,
    { mutation: 'saveUser', key: null, input },
    {
      locked: `SELECT u.* FROM people."user" u WHERE ${gate} AND u.id <> $9 AND (u.id = $8 OR u.active AND 'ADMIN' = ANY(u.roles))
        ORDER BY u.id FOR UPDATE`,
      columns: `l.id, l.email, l.display_name AS "displayName", l.roles, l.active, l.active AND 'ADMIN' = ANY(l.roles) AS "isAdmin",
        ARRAY(SELECT location_id::text FROM people.user_location WHERE user_id = l.id ORDER BY 1) AS "locationIds"`,
      values: [id, systemUserId],
    },
  );
  const rows = claimed.replay === null ? claimed.rows : [];
  const known = rows.find((row) => row.id === id) ?? null;
  if (id !== null && known === null) throw notFound('user', id);
  return { known, admins: rows.filter((row) => row.isAdmin).map((row) => row.id) };
}

/** Read from the table: the actor's own list may be a moment old. */
async function requireLocations(tx: Tx, wanted: readonly string[], had: readonly string[]): Promise<void> {
  const added = wanted.filter((id) => !had.includes(id));
  const given = await tx.sql<{ id: string }>(
    `SELECT o.id FROM people.location o WHERE o.id = ANY($1::uuid[])
     AND ($2::boolean OR EXISTS (SELECT FROM people.user_location ul WHERE ul.user_id = $3 AND ul.location_id = o.id))`,
    [added.filter(isUuid), tx.actor.isSystem, tx.actor.id],
  );
  const missing = added.find((id) => !given.some((location) => location.id === id));
  if (missing !== undefined) throw notFound('location', missing);
}

/** Somebody must be left who can let others in. */
function requireAnAdmin(known: LockedUser | null, wanted: UserFields, admins: readonly string[]): void {
  if (known === null || !admins.includes(known.id)) return;
  const stays = wanted.active && wanted.roles.includes('ADMIN');
  if (stays || admins.length > 1) return;
  throw new Refusal('SEPARATION_OF_DUTIES', 'This is the last active ADMIN. Make another one first.', {
    userId: known.id,
  });
}

async function make(tx: Tx, id: string, user: UserFields, hash: string | null): Promise<void> {
  await tx.sql(
    'INSERT INTO people."user" (id, email, display_name, roles, active, password_hash) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, user.email, user.displayName, user.roles, user.active, hash],
  );
}

interface Secrets {
  readonly hash: string | null;
  readonly clearsPin: boolean;
}

/** What a token was good for is asked anew where rights change: by access_version. */
async function change(tx: Tx, known: LockedUser, user: UserFields, { hash, clearsPin }: Secrets): Promise<void> {
  const rights = ({ roles, active, locationIds }: UserFields) => ({ roles: [...roles].sort(), active, locationIds });
  const changed = changesOf(rights(known), rights(user)).names.length > 0;
  await tx.sql(
    `UPDATE people."user" SET email = $2, display_name = $3, roles = $4, active = $5, password_hash = coalesce($6, password_hash),
       password_version = password_version + ($6::text IS NOT NULL)::integer,
       witness_pin_hash = CASE WHEN $8 THEN NULL ELSE witness_pin_hash END, access_version = access_version + $7::integer, updated_at = clock_timestamp() WHERE id = $1`,
    [known.id, user.email, user.displayName, user.roles, user.active, hash, changed ? 1 : 0, clearsPin],
  );
}
