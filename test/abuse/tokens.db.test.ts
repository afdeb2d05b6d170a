/** Tokens that are not good, shown to the real server: each is refused at the door, whatever is asked. */
import { randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemUserId } from '../../src/actor.ts';
import { codeOf, testSecret } from '../server/small-server.ts';
import { fingerprint, knownPassword, openApi, type TestApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

const inAMinute = () => Math.floor(Date.now() / 1000) + 60;
const signed = (claims: JWTPayload, secret = testSecret, alg = 'HS256') =>
  new SignJWT({ iss: 'lotkeeper', aud: 'lotkeeper', exp: inAMinute(), sub: api.people.ADMIN.id, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret));

test.each<[string, () => Promise<string>]>([
  ['expired', () => signed({ exp: inAMinute() - 120 })],
  ['for another audience', () => signed({ aud: 'elsewhere' })],
  ['for none', () => signed({ aud: [] })],
  ['of another issuer', () => signed({ iss: 'somebody' })],
  ['not yet good', () => signed({ nbf: inAMinute() })],
  ['signed with another secret', () => signed({}, 'another secret that is long enough too')],
  ['signed with the empty secret padded', () => signed({}, '\0'.repeat(32))],
  ['signed with another algorithm', () => signed({}, testSecret, 'HS512')],
  [
    'not signed at all',
    async () =>
      new UnsecuredJWT({ sub: api.people.ADMIN.id })
        .setIssuer('lotkeeper')
        .setAudience('lotkeeper')
        .setExpirationTime('5m')
        .encode(),
  ],
  ['for the system itself', () => signed({ sub: systemUserId })],
  ['for nobody who exists', () => signed({ sub: randomUUID() })],
  ['whose signature is cut off', async () => (await signed({})).replace(/[^.]+$/, '')],
  ['whose claims were changed after signing', async () => withClaims(api.people.TECHNICIAN.token, api.people.ADMIN.id)],
])('a token %s opens no query and no mutation', async (_what, make) => {
  const token = await make();
  const before = await fingerprint(api.clinic.owner);
  const calls = [
    '{ users { id } }',
    'mutation { updateSettings(input: { currency: "CHF" }) { settings { currency } } }',
    // Not even what needs no token: who shows a bad one is told so.
    `mutation { login(input: { email: "${api.people.ADMIN.email}", password: "${knownPassword}" }) { token } }`,
  ];
  for (const query of calls) {
    const answer = await api.ask(token, query);
    expect([answer.status, codeOf(answer), answer.data ?? null], query).toEqual([401, 'UNAUTHENTICATED', null]);
  }
  expect(await fingerprint(api.clinic.owner)).toEqual(before);
});

test('a good token says nothing of roles and places: what it claims of them is not heard', async () => {
  const token = await signed({
    sub: api.people.TECHNICIAN.id,
    roles: ['ADMIN'],
    locationIds: [api.elsewhere.locationId],
  });
  expect(codeOf(await api.ask(token, '{ users { id } }'))).toBe('FORBIDDEN');
  const { data } = await api.ask(token, '{ locations { id } }');
  expect(data).toEqual({ locations: [{ id: api.here.locationId }] });
});

test('who is switched off, or loses a role, in the middle of a session is out from the next call on', async () => {
  const clerk = await api.person(['MANAGER']);
  const rename = 'mutation ($input: UserInput!) { saveUser(input: $input) { user { id } } }';
  const asks = '{ stocks(first: 1) { nodes { id } } }';
  const makes =
    'mutation { updateProduct(id: "none", input: { name: "x", category: "x", stockUnit: "x" }) { product { id } } }';
  const said = { id: clerk.id, email: clerk.email, displayName: 'Clerk', locationIds: [api.here.locationId] };
  expect(codeOf(await api.ask(clerk.token, makes))).not.toBe('FORBIDDEN');

  const demoted = await api.ask(api.people.ADMIN.token, rename, { input: { ...said, roles: ['TECHNICIAN'] } });
  expect(demoted.errors).toBeUndefined();
  expect(codeOf(await api.ask(clerk.token, makes))).toBe('FORBIDDEN');
  expect(codeOf(await api.ask(clerk.token, asks))).toBeUndefined();

  await api.ask(api.people.ADMIN.token, rename, { input: { ...said, roles: ['TECHNICIAN'], active: false } });
  expect(codeOf(await api.ask(clerk.token, asks))).toBe('UNAUTHENTICATED');
});

test('where another process switched the user off, no write passes even while reads are still remembered', async () => {
  const clerk = await api.person(['PHARMACIST']);
  const { locationId, productId } = api.here;
  const document = 'mutation ($input: DispenseInput!) { dispense(input: $input) { records { id } } }';
  const input = { locationId, lines: [{ productId, quantity: '1' }] };
  const dispense = () => api.ask(clerk.token, document, { input: { ...input, idempotencyKey: randomUUID() } });
  expect(codeOf(await dispense())).toBeUndefined();
  await api.clinic.owner.query(
    `UPDATE people."user" SET active = false, access_version = access_version + 1 WHERE id = $1`,
    [clerk.id],
  );
  const before = await fingerprint(api.clinic.owner);
  expect(codeOf(await dispense())).toBe('UNAUTHENTICATED');
  expect(await fingerprint(api.clinic.owner)).toEqual(before);
});

function withClaims(token: string, sub: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
  return [header, Buffer.from(JSON.stringify({ ...claims, sub })).toString('base64url'), signature].join('.');
}
