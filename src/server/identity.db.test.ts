import { createHmac, randomUUID } from 'node:crypto';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type GenerateKeyPairResult, type JWTPayload } from 'jose';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { addUser, testSecret } from '../../test/server/small-server.ts';
import { systemUserId } from '../actor.ts';
import { Identity } from './identity.ts';

const oidc = {
  issuer: 'https://login.example.org',
  audience: 'lotkeeper-api',
  jwksUrl: 'https://login.example.org/jwks',
};
let database: TestDatabase;
let db: DataSource;
let keys: GenerateKeyPairResult;
let stranger: GenerateKeyPairResult;

beforeAll(async () => {
  database = await createTestDatabase();
  db = await createDataSource(database.appUrl, { poolSize: 2 }).initialize();
  [keys, stranger] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const newIdentity = (over: { tokenTtlMinutes?: number } = {}) =>
  new Identity({ db, secret: testSecret, tokenTtlMinutes: 5, oidc, oidcKeys: async () => keys.publicKey, ...over });
const refused = { code: 'UNAUTHENTICATED' };
const bearer = (token: string) => newIdentity().actorOf(`Bearer ${token}`);

interface Claims extends JWTPayload {
  readonly lifeSeconds?: number;
}

function own({ lifeSeconds = 60, ...claims }: Claims, secret = testSecret, alg = 'HS256'): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + lifeSeconds;
  const payload = { iss: 'lotkeeper', aud: 'lotkeeper', exp, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

function foreign({ lifeSeconds = 60, ...claims }: Claims, key = keys.privateKey, alg = 'RS256'): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + lifeSeconds;
  const payload = { iss: oidc.issuer, aud: oidc.audience, sub: 'person-1', exp, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg, kid: 'k1' }).sign(key);
}

describe('our own tokens', () => {
  test('prove the user; roles and locations come from the tables', async () => {
    const id = await addUser(db, ['MANAGER']);
    const locationId = randomUUID();
    await db.query(
      `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, 'HERE', 'Here', 'CLINIC', 'UTC')`,
      [locationId],
    );
    await db.query('INSERT INTO people.user_location VALUES ($1, $2)', [id, locationId]);
    const { token, expiresAt } = await newIdentity().signToken({ id });
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(4 * 60_000);
    expect(await bearer(token)).toEqual({
      id,
      roles: ['MANAGER'],
      locationIds: [locationId],
      accessVersion: 1,
      isSystem: false,
    });
    const boasting = await own({ sub: id, roles: ['ADMIN'], locationIds: [randomUUID()] });
    expect((await bearer(boasting))?.roles).toEqual(['MANAGER']);
  });

  test('no token is nobody, anything else in its place is refused', async () => {
    const identity = newIdentity();
    expect(await identity.actorOf(undefined)).toBeNull();
    expect(await identity.actorOf('')).toBeNull();
    for (const header of [
      'Bearer',
      'Bearer x',
      'Bearer a.b.c',
      'Basic dXNlcjpwYXNz',
      `Bearer ${'x'.repeat(9_000)}`,
      'Bearer a b',
    ]) {
      await expect(identity.actorOf(header), header).rejects.toMatchObject(refused);
    }
  });

  test.each<[string, (id: string) => Promise<string>]>([
    ['expired', (id) => own({ sub: id, lifeSeconds: -1 })],
    ['for another audience', (id) => own({ sub: id, aud: 'elsewhere' })],
    ['of another issuer', (id) => own({ sub: id, iss: 'somebody' })],
    ['signed with another secret', (id) => own({ sub: id }, 'another secret that is long enough too')],
    ['signed with another algorithm', (id) => own({ sub: id }, testSecret, 'HS512')],
    [
      'without an end',
      async (id) =>
        new SignJWT({ sub: id, iss: 'lotkeeper', aud: 'lotkeeper' })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(testSecret)),
    ],
    [
      'not signed at all',
      async (id) =>
        new UnsecuredJWT({ sub: id }).setIssuer('lotkeeper').setAudience('lotkeeper').setExpirationTime('5m').encode(),
    ],
    ['changed after signing', async (id) => swapPayload(await own({ sub: randomUUID() }), { sub: id })],
    ['without a subject', () => own({})],
    ['whose subject is no id', () => own({ sub: "x' OR true --" })],
    ['for the system itself', () => own({ sub: systemUserId })],
    ['for a user who does not exist', () => own({ sub: randomUUID() })],
  ])('%s: refused', async (_what, make) => {
    const id = await addUser(db, ['ADMIN']);
    await expect(bearer(await make(id))).rejects.toMatchObject(refused);
  });

  test('a user who is switched off is out at once where it is told, and within two seconds elsewhere', async () => {
    const identity = newIdentity();
    const id = await addUser(db, ['ADMIN']);
    const { token } = await identity.signToken({ id });
    expect(await identity.actorOf(`Bearer ${token}`)).toMatchObject({ id });
    await db.query('UPDATE people."user" SET active = false WHERE id = $1', [id]);
    identity.forgetActor(id);
    await expect(identity.actorOf(`Bearer ${token}`)).rejects.toMatchObject(refused);
    await expect(newIdentity().actorOf(`Bearer ${token}`)).rejects.toMatchObject(refused);
  });

  test('a new password ends the tokens that were got with the old one', async () => {
    const identity = newIdentity();
    const id = await addUser(db, ['PHARMACIST']);
    const { token } = await identity.signToken({ id, passwordVersion: 1 });
    expect(await identity.actorOf(`Bearer ${token}`)).toMatchObject({ id });
    await db.query('UPDATE people."user" SET password_version = 2 WHERE id = $1', [id]);
    identity.forgetActor(id);
    await expect(identity.actorOf(`Bearer ${token}`)).rejects.toMatchObject(refused);
    const { token: renewed } = await identity.signToken({ id, passwordVersion: 2 });
    expect(await identity.actorOf(`Bearer ${renewed}`)).toMatchObject({ id });
    await expect(bearer(await own({ sub: id }))).rejects.toMatchObject(refused);
    await expect(bearer(await own({ sub: id, pwv: '2' }))).rejects.toMatchObject(refused);
  });

  test('what is known of a token ends with the token', async () => {
    const identity = newIdentity();
    const id = await addUser(db, ['ADMIN']);
    const token = await own({ sub: id, lifeSeconds: 1 });
    expect(await identity.actorOf(`Bearer ${token}`)).toMatchObject({ id });
    await expect
      .poll(
        () =>
          identity.actorOf(`Bearer ${token}`).then(
            () => 'known',
            () => 'refused',
          ),
        { timeout: 4_000 },
      )
      .toBe('refused');
  });
});

describe("the identity provider's tokens", () => {
  test('find the user by subject, and bind one by a verified e-mail the first time', async () => {
    const email = `Ada.${randomUUID()}@Example.org`;
    const id = await addUser(db, ['PHARMACIST'], email.toLowerCase());
    const sub = randomUUID();
    expect(await bearer(await foreign({ sub, email, email_verified: true }))).toMatchObject({
      id,
      roles: ['PHARMACIST'],
    });
    expect(await bearer(await foreign({ sub }))).toMatchObject({ id });
    const second = await foreign({ sub: randomUUID(), email, email_verified: true });
    await expect(bearer(second), 'another person with the same address').rejects.toMatchObject(refused);
  });

  test('a user who is switched off is out at once where it is told', async () => {
    const identity = newIdentity();
    const sub = randomUUID();
    const id = await addUser(db, ['ADMIN']);
    await db.query('UPDATE people."user" SET oidc_subject = $2 WHERE id = $1', [id, `${oidc.issuer}|${sub}`]);
    const token = await foreign({ sub });
    expect(await identity.actorOf(`Bearer ${token}`)).toMatchObject({ id });
    await db.query('UPDATE people."user" SET active = false WHERE id = $1', [id]);
    identity.forgetActor(id);
    await expect(identity.actorOf(`Bearer ${token}`)).rejects.toMatchObject(refused);
  });

  test('an e-mail that is not verified binds nobody', async () => {
    const email = `${randomUUID()}@example.org`;
    await addUser(db, ['ADMIN'], email);
    for (const email_verified of [false, undefined, 'true']) {
      await expect(bearer(await foreign({ sub: randomUUID(), email, email_verified }))).rejects.toMatchObject(refused);
    }
  });

  test.each<[string, () => Promise<string>]>([
    ['expired', () => foreign({ lifeSeconds: -60 })],
    ['for another audience', () => foreign({ aud: 'elsewhere' })],
    ['signed by a stranger', () => foreign({}, stranger.privateKey)],
    [
      'not signed at all',
      async () =>
        new UnsecuredJWT({ sub: 'person-1' })
          .setIssuer(oidc.issuer)
          .setAudience(oidc.audience)
          .setExpirationTime('5m')
          .encode(),
    ],
    ['signed with the public key as if it were a secret', () => signedWithPublicKey()],
    ['signed with our own secret', () => foreign({}, new TextEncoder().encode(testSecret) as never, 'HS256')],
  ])('%s: refused', async (_what, make) => {
    await db.query(`UPDATE people."user" SET oidc_subject = NULL WHERE oidc_subject = $1`, [`${oidc.issuer}|person-1`]);
    const id = await addUser(db, ['ADMIN']);
    await db.query('UPDATE people."user" SET oidc_subject = $2 WHERE id = $1', [id, `${oidc.issuer}|person-1`]);
    expect(await bearer(await foreign({})), 'a good token is taken').toMatchObject({ id });
    await expect(bearer(await make())).rejects.toMatchObject(refused);
  });

  test('cannot pass for ours, nor ours for theirs', async () => {
    const id = await addUser(db, ['ADMIN']);
    await expect(bearer(await foreign({ iss: 'lotkeeper', aud: 'lotkeeper', sub: id }))).rejects.toMatchObject(refused);
    await expect(bearer(await own({ iss: oidc.issuer, aud: oidc.audience, sub: id }))).rejects.toMatchObject(refused);
  });

  test('a key set that cannot be had is a passing condition, not a bad token', async () => {
    const identity = new Identity({
      db,
      secret: testSecret,
      tokenTtlMinutes: 5,
      oidc: { ...oidc, jwksUrl: 'http://127.0.0.1:1/jwks' },
    });
    await expect(identity.actorOf(`Bearer ${await foreign({})}`)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });
});

function swapPayload(token: string, claims: JWTPayload): string {
  const [header, payload, signature] = token.split('.');
  const read = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as JWTPayload;
  return [header, Buffer.from(JSON.stringify({ ...read, ...claims })).toString('base64url'), signature].join('.');
}

/** The classic confusion of keys: who believes the header's HS256 checks the signature with the published key. */
async function signedWithPublicKey(): Promise<string> {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 60;
  const content = `${encode({ alg: 'HS256', kid: 'k1' })}.${encode({ iss: oidc.issuer, aud: oidc.audience, sub: 'person-1', exp })}`;
  return `${content}.${createHmac('sha256', await exportSPKI(keys.publicKey))
    .update(content)
    .digest('base64url')}`;
}
