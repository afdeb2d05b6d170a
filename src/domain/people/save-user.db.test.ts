import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemUserId, type Actor } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { oneThenTheOther } from '../../../test/held.ts';
import { saveUser, type UserToSave } from './save-user.ts';
import { signIn } from './sign-in.ts';

const firstOf = (result: Readonly<Record<string, readonly string[]>>) => Object.values(result)[0]?.[0] ?? '';

describe('users', () => {
  let clinic: TestClinic;
  let admin: Actor;
  let other: Actor;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    admin = await clinic.actor(['ADMIN']);
    other = await clinic.actor(['ADMIN']);
  });
  afterAll(() => clinic.close());

  const save = async (input: UserToSave, as = admin) => firstOf(await clinic.as(as, (tx) => saveUser(tx, input)));
  const ann = (more: Partial<UserToSave> = {}): UserToSave => ({
    email: `ann-${Math.random().toString(36).slice(2)}@clinic.example`,
    displayName: 'Ann',
    roles: ['PHARMACIST'],
    locationIds: [clinic.locationId],
    ...more,
  });
  const user = (id: string) =>
    clinic.one(
      `SELECT email, display_name, roles, active, access_version, ARRAY(SELECT location_id::text FROM people.user_location WHERE user_id = id) AS places
       FROM people."user" WHERE id = $1`,
      [id],
    );
  const everything = () =>
    clinic.all(`SELECT to_jsonb(u) AS line FROM people."user" u UNION ALL SELECT to_jsonb(l) FROM people.user_location l
      UNION ALL SELECT to_jsonb(a) FROM audit.audit_entry a ORDER BY 1`);

  it('are made, and sign in with the password given', async () => {
    const input = ann({ password: 'correct horse battery', roles: ['PROVIDER', 'PHARMACIST', 'PROVIDER'] });
    const id = await save(input);
    expect(await user(id)).toEqual({
      email: input.email,
      display_name: 'Ann',
      roles: ['PHARMACIST', 'PROVIDER'],
      active: true,
      access_version: 1,
      places: [clinic.locationId],
    });
    const session = clinic.systemSession();
    expect((await signIn(session, { email: input.email, password: 'correct horse battery' })).id).toBe(id);
    expect(await clinic.all(`SELECT payload FROM ops.outbox WHERE topic = 'user.changed'`)).toContainEqual({
      payload: { userId: id },
    });
    const trail = JSON.stringify(await clinic.all('SELECT to_jsonb(a) FROM audit.audit_entry a'));
    expect(trail).toContain('"password":"changed"');
    expect(trail).not.toContain('argon2');
    expect(trail).not.toContain('battery');
  });

  it('change; the access version rises with rights only', async () => {
    const input = ann();
    const id = await save(input);
    await save({ ...input, id, displayName: 'Anna', password: 'another password' });
    expect(await user(id)).toMatchObject({ display_name: 'Anna', access_version: 1 });
    const given = { email: input.email, password: 'another password' };
    expect(await signIn(clinic.systemSession(), given)).toMatchObject({ passwordVersion: 2 });
    await save({ ...input, id, displayName: 'Anna' });
    expect(await signIn(clinic.systemSession(), given)).toMatchObject({ passwordVersion: 2 });
    await save({ ...input, id, roles: ['MANAGER'] });
    await save({ ...input, id, roles: ['MANAGER'], locationIds: [] });
    await save({ ...input, id, roles: ['MANAGER'], locationIds: [], active: false });
    expect(await user(id)).toMatchObject({ roles: ['MANAGER'], places: [], active: false, access_version: 4 });
    const last = await clinic.one(
      `SELECT before, after FROM audit.audit_entry WHERE entity_id = $1 AND action = 'saveUser' ORDER BY id DESC LIMIT 1`,
      [id],
    );
    expect(last).toEqual({ before: { active: true }, after: { active: false } });
  });

  it('refuse what cannot be, and a refused call changes nothing', async () => {
    const known = ann();
    const id = await save(known);
    const far = await clinic.actor(['PHARMACIST'], [clinic.elsewhereId]);
    const before = await everything();
    const wrong: [UserToSave, string][] = [
      [ann({ email: 'no address' }), 'BAD_USER_INPUT'],
      [ann({ displayName: '' }), 'BAD_USER_INPUT'],
      [ann({ password: 'elevenchars' }), 'BAD_USER_INPUT'],
      [ann({ email: known.email.toUpperCase() }), 'DUPLICATE'],
      [ann({ locationIds: [clinic.elsewhereId] }), 'NOT_FOUND'],
      [ann({ locationIds: ['nowhere'] }), 'NOT_FOUND'],
      [{ ...known, id, locationIds: [clinic.locationId, clinic.elsewhereId] }, 'NOT_FOUND'],
      [ann({ id: '01900000-0000-7000-8000-000000000000' }), 'NOT_FOUND'],
      [ann({ id: 'ann' }), 'NOT_FOUND'],
      [ann({ id: systemUserId }), 'NOT_FOUND'],
    ];
    for (const [input, code] of wrong) await expect(save(input), JSON.stringify(input)).rejects.toMatchObject({ code });
    expect(await everything()).toEqual(before);
    // What the user has may stay, also where the admin does not work.
    await save(ann({ id: far.id, locationIds: [clinic.elsewhereId] }));
  });

  it('keep one active ADMIN, also when two are taken away at once', async () => {
    const without = (id: string, as: Actor) => ({
      as,
      work: (tx: Tx) => saveUser(tx, ann({ id, roles: ['MANAGER'], locationIds: [] })),
    });
    const [first, second] = await oneThenTheOther(clinic, without(admin.id, other), without(other.id, admin));
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'SEPARATION_OF_DUTIES' } });
    const left = await clinic.all<{ id: string }>(`SELECT id FROM people."user" WHERE active AND 'ADMIN' = ANY(roles)`);
    expect(left).toHaveLength(1);
    const last = left[0]?.id ?? '';
    const asSystem = (input: UserToSave) => clinic.as(clinic.systemSession().actor, (tx) => saveUser(tx, input));
    for (const change of [{ roles: ['MANAGER'] as const }, { roles: ['ADMIN'] as const, active: false }]) {
      await expect(asSystem(ann({ id: last, ...change }))).rejects.toMatchObject({ code: 'SEPARATION_OF_DUTIES' });
    }
  });
});
