import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuid } from 'uuid';
import type { Role } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { hashPassword } from './password.ts';
import { signIn } from './sign-in.ts';
import { proveWitness, requireWitness } from './witness.ts';

const password = 'a long enough password';
const wrong = 'not the password at all';

describe('signing in', () => {
  let clinic: TestClinic;
  let hash: string;
  beforeAll(async () => {
    clinic = await TestClinic.open();
    hash = await hashPassword(password);
  });
  afterAll(() => clinic.close());

  async function person(roles: readonly Role[] = ['PHARMACIST'], active = true) {
    const actor = await clinic.actor(roles);
    const email = `${actor.id}@Example.Test`;
    await clinic.owner.query('UPDATE people."user" SET password_hash = $2, email = $3, active = $4 WHERE id = $1', [
      actor.id,
      hash,
      email,
      active,
    ]);
    return { actor, email };
  }
  const tryIn = (email: string, given: string) => signIn(clinic.systemSession(), { email, password: given });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'RIGHT',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );
  const failuresOf = (email: string) =>
    clinic.all('SELECT failures FROM people.sign_in_failure WHERE email_key = lower($1)', [email]);

  it('takes the right password, whatever the case of the address, and writes it down', async () => {
    const { actor, email } = await person(['MANAGER', 'PROVIDER']);
    expect(await tryIn(` ${email.toUpperCase()} `, password)).toEqual({
      ...{ id: actor.id, passwordVersion: 1 },
      roles: ['MANAGER', 'PROVIDER'],
    });
    const entries = await clinic.all('SELECT action, after FROM audit.audit_entry WHERE entity_id = $1', [actor.id]);
    expect(entries).toEqual([{ action: 'login', after: { accepted: true } }]);
  });

  it('answers the same for a wrong password and for everyone who cannot sign in', async () => {
    const { email } = await person();
    const inactive = await person(['MANAGER'], false);
    const without = await clinic.actor(['MANAGER']);
    const tries: [string, string][] = [
      [email, wrong],
      [inactive.email, password],
      [`${without.id}@example.test`, password],
      ['nobody@example.test', password],
      ['system@lotkeeper.invalid', password],
    ];
    const refusals = await Promise.all(tries.map((each) => tryIn(...each).catch((error: unknown) => error)));
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'UNAUTHENTICATED', context: {} });
    expect(new Set(refusals.map(String)).size).toBe(1);
    for (const [address] of tries) expect(await failuresOf(address)).toEqual([{ failures: 1 }]);
  });

  it.each([
    ['a person', async () => (await person()).email],
    ['an unknown address', async () => `${uuid()}@example.test`],
  ])('is locked for %s by the fifth wrong try in a row, for a quarter of an hour', async (_, address) => {
    const email = await address();
    for (let n = 0; n < 5; n += 1) expect(await codeOf(tryIn(email, wrong))).toBe('UNAUTHENTICATED');
    const refusal: unknown = await tryIn(email, password).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refusal).toHaveProperty('context.retryAfterSeconds', expect.closeTo(897, -1));
    await clinic.owner.query(`UPDATE people.sign_in_failure SET locked_until = now() WHERE email_key = lower($1)`, [
      email,
    ]);
    expect(await codeOf(tryIn(email, wrong))).toBe('UNAUTHENTICATED');
    expect(await failuresOf(email)).toEqual([{ failures: 1 }]);
  });

  it('forgets wrong tries after a right one', async () => {
    const { email } = await person();
    for (let n = 0; n < 4; n += 1) await codeOf(tryIn(email, wrong));
    expect(await codeOf(tryIn(email, password))).toBe('RIGHT');
    expect(await failuresOf(email)).toEqual([]);
    for (let n = 0; n < 4; n += 1) expect(await codeOf(tryIn(email, wrong))).toBe('UNAUTHENTICATED');
    expect(await codeOf(tryIn(email, password))).toBe('RIGHT');
  });

  it('hears five wrong tries and no more, however many come at once', async () => {
    const { email } = await person();
    const answers = await Promise.all(Array.from({ length: 20 }, () => codeOf(tryIn(email, wrong))));
    expect(answers.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
    expect(answers.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15);
    expect(await codeOf(tryIn(email, password))).toBe('RATE_LIMITED');
  });

  it('lets many right ones in at once', async () => {
    const { email } = await person();
    const answers = await Promise.all(Array.from({ length: 12 }, () => codeOf(tryIn(email, password))));
    expect(new Set(answers)).toEqual(new Set(['RIGHT']));
  });

  it('takes as long for an unknown address as for a known one', async () => {
    const times = { known: [] as number[], unknown: [] as number[] };
    const { email } = await person();
    for (let n = 0; n < 12; n += 1) {
      for (const kind of ['known', 'unknown'] as const) {
        const address = kind === 'known' ? email : `${uuid()}@example.test`;
        const began = performance.now();
        await codeOf(tryIn(address, wrong));
        times[kind].push(performance.now() - began);
        await clinic.owner.query('DELETE FROM people.sign_in_failure');
      }
    }
    const median = (all: number[]) => [...all].sort((a, b) => a - b)[all.length / 2] ?? 0;
    // A hash takes some 20 ms or more: leaving it out for the unknown would show as a fraction, not as noise.
    expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.6);
    expect(median(times.unknown) / median(times.known)).toBeLessThan(1.6);
  });

  it('keeps passwords and what was typed for unknown addresses out of the audit trail', async () => {
    const { email } = await person();
    await codeOf(tryIn(email, 'canary-password-1'));
    await codeOf(tryIn('canary-password-2', 'canary-password-3'));
    const trail = JSON.stringify(await clinic.all('SELECT to_jsonb(a) FROM audit.audit_entry a'));
    expect(trail).not.toContain('canary');
    expect(trail).not.toContain('argon2');
  });

  it.each([
    ['', password],
    ['x'.repeat(255), password],
    ['someone@example.test', 'x'.repeat(1_025)],
  ])('refuses what nobody types (%#)', async (email, given) => {
    expect(await codeOf(tryIn(email, given))).toBe('BAD_USER_INPUT');
  });

  describe('a witness', () => {
    const prove = async (email: string, given: string, as?: Awaited<ReturnType<typeof person>>['actor']) =>
      proveWitness(clinic.session(as ?? (await clinic.actor(['TECHNICIAN']))), { email, password: given });

    it('is another active person with the role, proved by the own password', async () => {
      for (const role of ['PHARMACIST', 'PROVIDER', 'MANAGER'] as const) {
        const { actor, email } = await person([role]);
        expect(await prove(email, password)).toEqual({ id: actor.id });
      }
    });

    it('is rejected with a wrong password, without the role, or when inactive; the try is on record', async () => {
      const right = await person();
      const technician = await person(['TECHNICIAN', 'ADMIN']);
      const inactive = await person(['MANAGER'], false);
      expect(await codeOf(prove(right.email, wrong))).toBe('WITNESS_REJECTED');
      expect(await codeOf(prove(technician.email, password))).toBe('WITNESS_REJECTED');
      expect(await codeOf(prove(inactive.email, password))).toBe('WITNESS_REJECTED');
      const entries = await clinic.all('SELECT action, after FROM audit.audit_entry WHERE entity_id = $1', [
        right.actor.id,
      ]);
      expect(entries).toEqual([{ action: 'witness', after: { accepted: false, failures: 1, lockedUntil: null } }]);
    });

    it('is never the one who acts', async () => {
      const { actor, email } = await person();
      expect(await codeOf(prove(email, password, actor))).toBe('SEPARATION_OF_DUTIES');
      expect(await codeOf(prove(email, wrong, actor))).toBe('WITNESS_REJECTED');
    });

    it('is locked by five wrong tries, at either door', async () => {
      const { email } = await person();
      for (let n = 0; n < 3; n += 1) await codeOf(prove(email, wrong));
      for (let n = 0; n < 2; n += 1) await codeOf(tryIn(email, wrong));
      await expect(prove(email, password)).rejects.toMatchObject({
        code: 'WITNESS_REJECTED',
        context: { retryAfterSeconds: expect.any(Number) as number },
      });
      expect(await codeOf(tryIn(email, password))).toBe('RATE_LIMITED');
    });

    it('is needed for controlled drugs only', () => {
      expect(() => {
        requireWitness('CII', null);
      }).toThrow(expect.objectContaining({ code: 'WITNESS_REQUIRED' }));
      expect(() => {
        requireWitness('CV', { id: 'w' });
        requireWitness(null, null);
      }).not.toThrow();
    });
  });
});
