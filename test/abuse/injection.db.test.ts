/** What databases have been broken with, through every text, id, cursor and order: found is what a plain word finds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { askedFor, countStatements } from '../count-statements.ts';
import { codeOf, type Answer } from '../server/small-server.ts';
import { openApi, type TestApi } from './api.ts';
import { expectationOf, someRoleFor } from './expectations.ts';
import { someOf } from './some-of.ts';
import { documentOf, pathsTo, rootFields, withValue } from './walk.ts';

const corpus = [
  "'",
  "' OR '1'='1",
  "' OR 1=1 --",
  "'; DROP TABLE inventory.stock; --",
  "') OR true) --",
  "x' UNION SELECT id, email, password_hash FROM people.user --",
  "'||(SELECT password_hash FROM people.user LIMIT 1)||'",
  "\\' OR 1=1 --",
  '" OR ""="',
  '$1',
  '$$; SELECT pg_sleep(9); $$',
  "'; SELECT pg_sleep(9) --",
  '1; COPY (SELECT 1) TO PROGRAM $$id$$',
  '%',
  '_',
  '%%%',
  '\\',
  '\\%',
  "E'\\x27'",
  '/* */',
  '--',
  'NULL',
  '{"$gt": ""}',
  '{}',
  '[]',
  'now()',
  ':id',
  '@>',
  '${id}',
  'Robert"); DROP TABLE people.patient;--',
];
/** Matches nothing that the database holds. */
const plain = 'qqqqqzzzzz';

const roots = rootFields(buildApiSchema());
const places = ['String', 'ID'].flatMap((type) =>
  roots.flatMap((root) => pathsTo(root, type).map((path) => [`${root.name} ${path.join('.')}`, root, path] as const)),
);
const readers = places.filter(([, { operation }]) => operation === 'query');
const writers = places.filter(([, { operation }]) => operation === 'mutation');

let api: TestApi;
/** What it takes to know the caller, which is asked anew every two seconds. */
let whoAsks: readonly string[];
beforeAll(async () => {
  api = await openApi();
  const stranger = await api.person(['MANAGER']);
  whoAsks = (await countStatements(() => api.ask(stranger.token, '{ __typename }'))).statements;
});
afterAll(async () => {
  await api.close();
});

test('the walk finds the texts that lists are narrowed by', () => {
  expect(readers.map(([name]) => name)).toEqual(
    expect.arrayContaining([
      'Query.stocks after',
      'Query.stocks filter.search',
      'Query.lots filter.lotNumber',
      'Query.patient id',
    ]),
  );
});

/** The same texts with more behind them: a second corpus as large, which needs no statement that the first did not. */
const longer = corpus.map((attack) => `${attack}zz`);

describe.each(readers.map((reader, index) => [...reader, index] as const))('%s', (_name, root, path, index) => {
  test('finds what a plain word finds, by the same statements', async () => {
    const ask = async (value: string): Promise<Answer> => {
      const given = withValue(root, expectationOf(root.name).args(api.here), path, value);
      return api.ask(api.people[someRoleFor(root.name)].token, documentOf(api.schema, root, given), given);
    };
    const nothing = await ask(plain);
    const known = new Set(whoAsks);
    for (const attack of [...someOf(corpus, index), ...someOf(longer, index)]) {
      const { result, statements } = await countStatements(() => ask(attack));
      expect(found(result, attack), attack).toEqual(found(nothing, plain));
      if (longer.includes(attack)) expect(askedFor(statements).filter((text) => !known.has(text))).toEqual([]);
      for (const text of statements) known.add(text);
    }
  });
});

test('no order but the four that are named', async () => {
  for (const order of ['ID; DROP TABLE inventory.stock', 'EXPIRY_ASC, (SELECT 1)', 'expiry_asc', '', 's.id']) {
    const answer = await api.ask(
      api.people.MANAGER.token,
      'query ($order: StockOrder) { stocks(orderBy: $order) { nodes { id } } }',
      { order },
    );
    expect(codeOf(answer), order).toBe('BAD_USER_INPUT');
  }
});

test('a cursor that was made up, or made for another list, is refused', async () => {
  const { token } = api.people.MANAGER;
  const { data } = await api.ask(
    token,
    '{ stocks(first: 1) { pageInfo { endCursor } } lots(first: 1) { pageInfo { endCursor } } }',
  );
  const { lots, stocks } = data as Record<'lots' | 'stocks', { pageInfo: { endCursor: string } }>;
  const key = JSON.parse(Buffer.from(stocks.pageInfo.endCursor, 'base64url').toString()) as string[];
  const cursors = [
    lots.pageInfo.endCursor,
    ...key.map((_text, i) => key.with(i, "' OR 1=1 --")),
    ...key.map((_text, i) => key.with(i, `${key[i] ?? ''}'`)),
    [...key, 'more'],
    key.slice(1),
    'EXPIRY_ASC',
    null,
  ].map((each) => (typeof each === 'string' ? each : Buffer.from(JSON.stringify(each)).toString('base64url')));
  const document = 'query ($after: String) { stocks(after: $after) { nodes { id } } }';
  for (const after of cursors) expect(codeOf(await api.ask(token, document, { after })), after).toBe('BAD_USER_INPUT');
  expect(codeOf(await api.ask(token, document, { after: stocks.pageInfo.endCursor }))).toBeUndefined();
});

test(
  'what is written goes by the same statements, whatever it is, and no table falls',
  { timeout: 300_000 },
  async () => {
    const texts = new Set(whoAsks);
    const sizes: number[] = [];
    for (const attacks of [[plain], corpus, longer.filter((_attack, i) => i % 4 === 0)]) {
      for (const [index, [name, root, path]] of writers.entries()) {
        for (const attack of attacks.length === 1 ? attacks : someOf(attacks, index)) {
          const given = withValue(root, expectationOf(root.name).args(api.here), path, attack);
          const document = documentOf(api.schema, root, given);
          const asked = () => api.ask(api.people[someRoleFor(root.name)].token, document, given);
          const { result, statements } = await countStatements(asked);
          expect([result.status < 500, codeOf(result) === 'INTERNAL'], `${name} = ${attack}`).toEqual([true, false]);
          if (attack.length > 8) expect(statements.filter((text) => text.includes(attack))).toEqual([]);
          for (const text of askedFor(statements)) texts.add(text);
        }
      }
      sizes.push(texts.size);
    }
    process.stdout.write(
      `injection: ${places.length} places, ${corpus.length} texts and longer ones, statements ${sizes.join(', ')}\n`,
    );
    expect(sizes[2]).toBe(sizes[1]);
    const { rows } = await api.clinic.owner.query(
      `SELECT to_regclass('inventory.stock')::text AS stock, to_regclass('people.patient')::text AS patient`,
    );
    expect(rows).toEqual([{ stock: 'inventory.stock', patient: 'people.patient' }]);
  },
);

/** Without the value itself and without ids: what refusals repeat. */
function found({ status, data, errors }: Answer, value: string): unknown {
  const told = errors?.map(({ extensions }) => extensions.code);
  return JSON.parse(JSON.stringify({ status, data: data ?? null, told }).replaceAll(JSON.stringify(value), '"it"'));
}
