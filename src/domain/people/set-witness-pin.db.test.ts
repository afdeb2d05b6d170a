import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, Role } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { proveAuthoriser } from './authoriser.ts';
import { saveUser } from './save-user.ts';
import { provePin, setWitnessPin } from './set-witness-pin.ts';
import { signIn } from './sign-in.ts';
import { proveWitness } from './witness.ts';

describe('a witness PIN', () => {
  let clinic: TestClinic;
  let nurse: Actor;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    nurse = await clinic.actor(['TECHNICIAN']);
  });
  afterAll(() => clinic.close());

  /** As an identity provider's people are: without a password. */
  async function person(roles: readonly Role[] = ['PHARMACIST']) {
    const actor = await clinic.actor(roles);
    const { email } = await clinic.one<{ email: string }>('SELECT email FROM people."user" WHERE id = $1', [actor.id]);
    return { actor, email };
  }
  const set = (actor: Actor, pin: string, isProved = false) =>
    clinic.as(actor, (tx) => setWitnessPin(tx, { pin, isProved }));
  const sign = (email: string, password: string) => proveWitness(clinic.session(nurse), { email, password });

  it('signs for witness and authoriser, and lets nobody in', async () => {
    const { actor, email } = await person();
    await expect(sign(email, '802613')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
    await set(actor, '802613');
    expect(await sign(email, '802613')).toEqual({ id: actor.id });
    expect(await proveAuthoriser(clinic.session(nurse), { email, password: '802613' })).toEqual({ id: actor.id });
    await expect(signIn(clinic.systemSession(), { email, password: '802613' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(sign(email, '802614')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
  });

  it('is changed by who knows it; wrong ones lock', async () => {
    const { actor, email } = await person(['MANAGER']);
    await set(actor, '802613');
    await expect(set(actor, '918273')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
    await provePin(clinic.session(actor), email, '802613');
    await set(actor, '918273', true);
    await expect(sign(email, '802613')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
    expect(await sign(email, '918273')).toEqual({ id: actor.id });
    for (let n = 0; n < 5; n += 1) {
      await expect(provePin(clinic.session(actor), email, '802613')).rejects.toMatchObject({ context: {} });
    }
    await expect(provePin(clinic.session(actor), email, '918273')).rejects.toMatchObject({
      code: 'WITNESS_REJECTED',
      context: { retryAfterSeconds: expect.any(Number) as number },
    });
  });

  it('goes when an admin takes it away, or gives a password', async () => {
    const admin = await clinic.actor(['ADMIN']);
    const { actor, email } = await person();
    const save = (more: { readonly password?: string; readonly clearWitnessPin?: boolean }) => {
      const held = { id: actor.id, email, displayName: 'Ann', roles: actor.roles, locationIds: actor.locationIds };
      return clinic.as(admin, (tx) => saveUser(tx, { ...held, ...more }));
    };
    await set(actor, '802613');
    await save({});
    expect(await sign(email, '802613')).toEqual({ id: actor.id });
    await save({ clearWitnessPin: true });
    await expect(sign(email, '802613')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
    await set(actor, '802613');
    await save({ password: 'a long enough password' });
    await expect(sign(email, '802613')).rejects.toMatchObject({ code: 'WITNESS_REJECTED' });
    expect(await sign(email, 'a long enough password')).toEqual({ id: actor.id });
    await expect(set(actor, '802613')).rejects.toMatchObject({ code: 'BAD_USER_INPUT', context: { field: 'pin' } });
  });

  it('is on record, but not what it is', async () => {
    const { actor } = await person();
    await set(actor, '802613');
    const trail = await clinic.all('SELECT action, after FROM audit.audit_entry WHERE entity_id = $1', [actor.id]);
    expect(trail).toEqual([{ action: 'setWitnessPin', after: { witnessPin: 'changed' } }]);
  });
});
