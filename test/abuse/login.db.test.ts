/** The door: how often one may try, what is told to whom, and where passwords never appear. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemUserId } from '../../src/actor.ts';
import { hashPassword } from '../../src/domain/people/password.ts';
import { codeOf, post, type Answer } from '../server/small-server.ts';
import { knownPassword, openApi, type TestApi } from './api.ts';

const document = 'mutation ($input: LoginInput!) { login(input: $input) { token expiresAt user { id roles } } }';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

const signIn = (email: string, password: string): Promise<Answer> =>
  api.ask(null, document, { input: { email, password } });
const codes = async (email: string, passwords: readonly string[]) => {
  const told: (string | undefined)[] = [];
  for (const password of passwords) told.push(codeOf(await signIn(email, password)));
  return told;
};

test('the right password opens, and the token is good for what the user may do', async () => {
  const { email, id } = await api.person(['MANAGER']);
  const { data } = await signIn(email.toUpperCase(), knownPassword);
  const { login } = data as { login: { token: string; user: { id: string } } };
  expect(login.user).toEqual({ id, roles: ['MANAGER'] });
  expect((await api.ask(login.token, '{ me { id } }')).data).toEqual({ me: { id } });
});

test('five wrong tries lock, whether or not there is such a user, and nobody else', async () => {
  const known = await api.person(['MANAGER']);
  const other = await api.person(['MANAGER']);
  const tries = [...Array.from({ length: 5 }, (_, i) => `a wrong password ${i}`), knownPassword];
  const expected = [...Array.from({ length: 5 }, () => 'UNAUTHENTICATED'), 'RATE_LIMITED'];
  expect(await codes(known.email, tries)).toEqual(expected);
  expect(await codes('nobody.here@example.test', tries)).toEqual(expected);
  expect(await codes(` ${known.email.toUpperCase()} `, [knownPassword])).toEqual(['RATE_LIMITED']);
  expect(await codes(other.email, [knownPassword])).toEqual([undefined]);
});

test('five at the same moment are five: no more than that are heard', async () => {
  const { email } = await api.person(['MANAGER']);
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn(email, `a wrong password ${i}`)));
  const told = answers.map(codeOf);
  expect(told.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(5);
  expect(codeOf(await signIn(email, knownPassword))).toBe('RATE_LIMITED');
});

test('one address may try so often a minute, and a request with many tries has one', async () => {
  const one = (i: number) =>
    `a${i}: login(input: { email: "somebody${i}@example.test", password: "guess ${i} of many" }) { token }`;
  const from = (address: string, tries: readonly number[]) =>
    post(api.url, JSON.stringify({ query: `mutation { ${tries.map(one).join(' ')} }` }), {
      'x-forwarded-for': address,
    });
  const many = await from(
    '192.0.2.7',
    Array.from({ length: 15 }, (_, i) => i),
  );
  expect(many.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  const told: (string | undefined)[] = [];
  for (let i = 100; i < 165; i += 1) told.push(codeOf(await from('192.0.2.7', [i])));
  expect(told.indexOf('RATE_LIMITED')).toBe(59);
  expect(told.slice(59).every((code) => code === 'RATE_LIMITED')).toBe(true);
  expect(codeOf(await from('192.0.2.8', [1]))).toBe('UNAUTHENTICATED');
});

test('who cannot sign in is told what a wrong password is told', async () => {
  const [inactive, without] = [await api.person(['ADMIN']), await api.person(['ADMIN'])];
  const { owner } = api.clinic;
  await owner.query('UPDATE people."user" SET active = false WHERE id = $1', [inactive.id]);
  await owner.query('UPDATE people."user" SET password_hash = NULL WHERE id = $1', [without.id]);
  await owner.query('UPDATE people."user" SET password_hash = $2 WHERE id = $1', [
    systemUserId,
    await hashPassword(knownPassword),
  ]);
  const wrong = await signIn('nobody.at.all@example.test', knownPassword);
  expect(codeOf(wrong)).toBe('UNAUTHENTICATED');
  for (const email of [inactive.email, without.email, 'system@lotkeeper.invalid']) {
    const { status, data, errors } = await signIn(email, knownPassword);
    expect({ status, data, errors }, email).toEqual({ status: wrong.status, data: wrong.data, errors: wrong.errors });
  }
  expect(await codes(without.email, ['', ' ', 'null'])).not.toContain(undefined);
});

test('known and unknown users take the same time', { timeout: 60_000 }, async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => api.person(['TECHNICIAN'])));
  await signIn('warm.up@example.test', 'a wrong password');
  const [known, unknown]: [number[], number[]] = [[], []];
  for (const [i, { email }] of people.entries()) {
    known.push(await timed(() => signIn(email, 'a wrong password')));
    unknown.push(await timed(() => signIn(`unknown${i}@example.test`, 'a wrong password')));
  }
  const ratio = median(known) / median(unknown);
  process.stdout.write(
    `sign-in, wrong password: known/unknown users ${ratio.toFixed(2)} (${median(known).toFixed(1)} ms)\n`,
  );
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('passwords and tokens appear in no log line, error or table', async () => {
  const { email } = await api.person(['PHARMACIST']);
  const typed = ['Tr0ub4dor-canary-1', 'Tr0ub4dor-canary-2', 'Tr0ub4dor-canary-3', 'Tr0ub4dor-canary-4'] as const;
  const { data } = await signIn(email, knownPassword);
  const { login } = data as { login: { token: string } };
  const answers = [
    await signIn(email, typed[0]),
    await api.ask(null, `mutation { login(input: { email: "${email}", password: "${typed[1]}" }) { token } }`),
    // Typed into the wrong field, and in documents that do not parse, do not hold, or fail inside.
    await signIn(`${typed[2]}@example.test`, 'a wrong password'),
    await api.ask(null, `mutation { login(input: { email: "${email}", password: "${typed[3]}" }) { token `),
    await api.ask(login.token, `mutation { login(input: { email: "${email}", password: "${typed[3]}" }) { nothing } }`),
    await signIn(email, `${typed[3]}${'x'.repeat(2_000)}`),
    await api.ask(login.token, 'mutation ($input: UserInput!) { saveUser(input: $input) { user { id } } }', {
      input: { email, displayName: 'X', roles: [], locationIds: [], password: typed[3] },
    }),
    await api.ask(api.people.ADMIN.token, 'mutation ($input: UserInput!) { saveUser(input: $input) { user { id } } }', {
      input: { email: 'canary.user@example.test', displayName: 'X', roles: [], locationIds: [], password: typed[3] },
    }),
  ];
  const secret = new RegExp(
    [...typed, knownPassword, login.token, api.people.ADMIN.token, 'argon2id'].join('|').replaceAll('.', '\\.'),
  );
  expect(api.logs().length).toBeGreaterThan(500);
  expect(api.logs()).not.toMatch(secret);
  expect(JSON.stringify(answers)).not.toMatch(secret);
  expect(await tablesWith(typed.join('|'))).toEqual(['people.sign_in_failure']);
});

/** What was typed as an address is counted as such, which is what locks it; it lies nowhere else. */
async function tablesWith(pattern: string): Promise<string[]> {
  const tables = await api.clinic.all<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const held: string[] = [];
  for (const { name } of tables) {
    const { found } = await api.clinic.one<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM ${name} t WHERE t::text ~* $1) AS found`,
      [pattern],
    );
    if (found) held.push(name);
  }
  return held;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
