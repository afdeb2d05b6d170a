/** Questions that cost more than they may: refused before anything is asked of the database, while others are served. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getIntrospectionQuery } from 'graphql';
import { limits } from '../../src/server/limits.ts';
import { askedFor, countStatements } from '../count-statements.ts';
import { codeOf, post } from '../server/small-server.ts';
import { openApi, type TestApi } from './api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

const nested = (times: number) => `{ lots { nodes ${'{ stock { lot '.repeat(times)}{ id }${' } }'.repeat(times)} } }`;
const many = (count: number, one: (i: number) => string) => Array.from({ length: count }, (_, i) => one(i)).join(' ');
/** Each fragment spreads the next one twice: 2 to the power of `levels` fields. */
const bomb = (levels: number) =>
  `{ stocks(first: 1) { nodes { ...F0 } } } ${many(levels, (i) => `fragment F${i} on Stock { ...F${i + 1} ...F${i + 1} }`)} fragment F${levels} on Stock { id }`;
const listBomb = `{ lots(first: 50) { nodes { ...A } } } fragment A on InventoryLot { stock { ...B } } fragment B on Stock { lot { stock { ...C } } } fragment C on Stock { lot { stock { lot { stock { id } } } } }`;

const tooComplex: Readonly<Record<string, string>> = {
  'lots of stock of lots of stock': nested(20),
  'few levels, but each a list': nested(5),
  'ten thousand aliases': `{ ${many(10_000, (i) => `a${i}: me { id }`)} }`,
  'a hundred aliases': `{ me { ${many(100, (i) => `a${i}: id`)} } }`,
  'more than a few things at once': `{ ${many(21, (i) => `a${i}: settings { currency }`)} }`,
  'a fragment bomb': bomb(30),
  'a fragment bomb of lists': listBomb,
  'a fragment that contains itself': '{ stocks { nodes { ...F } } } fragment F on Stock { lot { stock { ...F } } }',
  'two fragments that contain each other':
    '{ stocks { nodes { ...F } } } fragment F on Stock { lot { ...G } } fragment G on InventoryLot { stock { ...F } }',
  'ten thousand directives': `{ me { id ${'@include(if: true) '.repeat(10_000)} } }`,
  'a hundred directives': `{ me { ${many(100, (i) => `a${i % 2}: id @include(if: true)`)} } }`,
  'a million rows': '{ stocks(first: 1000000) { nodes { id product { name } } } }',
  'more rows than a number holds': '{ stocks(first: 2147483647) { nodes { id } } }',
  'pages within pages': '{ stocks(first: 200) { nodes { transactions(first: 200) { nodes { id } } } } }',
  'pages within pages, by the default': '{ stocks(first: 200) { nodes { transactions { nodes { id type } } } } }',
  'edges instead of nodes':
    '{ stocks(first: 200) { edges { node { transactions(first: 200) { edges { node { id } } } } } } }',
  'inline fragments upon inline fragments': `{ me ${'{ ... on User '.repeat(1_000)}{ id }${' }'.repeat(1_000)} }`,
  'the schema, again and again': `{ ${many(3, (i) => `a${i}: __schema { queryType { name } }`)} }`,
  'types of types of types': `{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }`,
};

describe.each(Object.entries(tooComplex))('%s', (_name, query) => {
  test('is refused, and the database is asked nothing', async () => {
    const { token } = api.people.MANAGER;
    await api.ask(token, '{ __typename }');
    const { result, statements } = await countStatements(() => api.ask(token, query));
    expect(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']).toContain(codeOf(result));
    expect(result.status).toBe(400);
    expect(result.data ?? null).toBeNull();
    // Who asks is looked up.
    expect(askedFor(statements).filter((text) => !text.includes('access_version'))).toEqual([]);
  });
});

test('a page size given as a variable, or as its default, counts as much as a literal', async () => {
  const { token } = api.people.MANAGER;
  const query = 'query ($n: Int) { stocks(first: $n) { nodes { transactions(first: $n) { nodes { id } } } } }';
  expect(codeOf(await api.ask(token, query, { n: 200 }))).toBe('QUERY_TOO_COMPLEX');
  expect(codeOf(await api.ask(token, query, { n: 2 }))).toBeUndefined();
  expect(codeOf(await api.ask(token, query.replace('Int)', 'Int = 200)')))).toBe('QUERY_TOO_COMPLEX');
  for (const n of [0, -1, 201]) {
    const one = 'query ($n: Int) { stocks(first: $n) { nodes { id } } }';
    expect(codeOf(await api.ask(token, one, { n })), String(n)).toBe('BAD_USER_INPUT');
  }
});

test('batches, other types of body and a body beyond the limit are refused', async () => {
  const headers = { authorization: `Bearer ${api.people.MANAGER.token}` };
  const one = { query: '{ me { id } }' };
  for (const body of [
    JSON.stringify([one, one]),
    '[]',
    'null',
    '"{ me { id } }"',
    '1',
    '{"query": ["{ me { id } }"]}',
  ]) {
    expect(codeOf(await post(api.url, body, headers)), body).toBe('BAD_USER_INPUT');
  }
  const large = JSON.stringify({ ...one, variables: { x: 'x'.repeat(limits.bodyBytes) } });
  expect(await post(api.url, large, headers)).toMatchObject({ status: 413 });
  const spaces = JSON.stringify({ query: `{ me { id } }${' '.repeat(900_000)}` });
  expect((await post(api.url, spaces, headers)).status).toBe(200);
  const deep = `{"query":"{ me { id } }","variables":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
  expect(codeOf(await post(api.url, deep, headers))).toBe('BAD_USER_INPUT');
});

test('in production the schema is not told, nor hinted at', async () => {
  const production = await openApi({ production: true });
  try {
    const { token } = production.people.ADMIN;
    for (const query of [
      getIntrospectionQuery(),
      '{ __schema { types { name } } }',
      '{ __type(name: "Stock") { name } }',
    ]) {
      const answer = await production.ask(token, query);
      expect([codeOf(answer), answer.data ?? null]).toEqual(['BAD_USER_INPUT', null]);
    }
    const { errors } = await production.ask(token, '{ stoks { nodes { id } } }');
    expect(errors?.[0]?.message).not.toMatch(/mean|stocks/i);
    const refused = await production.ask(
      token,
      'mutation { createPatient(input: { firstNam: "x" }) { patient { id } } }',
    );
    expect(JSON.stringify(refused.errors)).not.toMatch(/did you mean/i);
  } finally {
    await production.close();
  }
});

test('who asks modestly is served while fifty others attack', { timeout: 180_000 }, async () => {
  const server = await openApi({ rateLimitPerMinute: 6_000 });
  const attacks = [
    nested(20),
    bomb(30),
    listBomb,
    tooComplex['ten thousand aliases'] ?? '',
    tooComplex['pages within pages'] ?? '',
  ];
  const healthy = async () => {
    const began = performance.now();
    const answer = await api.ask(
      api.people.PROVIDER.token,
      '{ stocks(first: 20) { nodes { id onHand product { name } } } }',
    );
    return { ms: performance.now() - began, code: codeOf(answer) };
  };
  const inARow = async (times: number) => {
    const asked: Awaited<ReturnType<typeof healthy>>[] = [];
    for (let i = 0; i < times; i += 1) asked.push(await healthy());
    return asked;
  };
  await inARow(20);
  const quiet = await inARow(100);
  let [over, answered] = [false, 0];
  const attackers = Array.from({ length: 50 }, async (_, i) => {
    while (!over) {
      const attack = attacks[i % attacks.length] ?? '';
      const { status } = await server.ask(server.people.TECHNICIAN.token, attack);
      expect([400, 429]).toContain(status);
      answered += 1;
    }
  });
  const beside = await inARow(60);
  over = true;
  await Promise.all(attackers);
  expect([...quiet, ...beside].filter(({ code }) => code !== undefined)).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  await server.close();
  const told = (asked: typeof quiet) => {
    const times = asked.map(({ ms }) => ms).toSorted((a, b) => a - b);
    const at = (share: number) => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(0);
    return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
  };
  process.stdout.write(`beside 50 attackers (${answered} refused): ${told(beside)}; quiet: ${told(quiet)}\n`);
});
