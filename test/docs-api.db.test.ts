/** What docs/api.md and docs/errors.md show, asked of a real server in their order; and that errors.md knows every code. */
import { readFile } from 'node:fs/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalCodes } from '../src/refusal.ts';
import { knownPassword, openApi, type Person, type TestApi } from './abuse/api.ts';

/** What names in angle brackets stand for; answers bring more of them. */
type Names = Map<string, unknown>;

const locationId = uuid();
let api: TestApi;
let person: Person;
let productId: string;
let stockId: string;

beforeAll(async () => {
  api = await openApi();
  const { clinic } = api;
  await clinic.owner.query(
    `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, 'DOCS', 'A place of the docs', 'CLINIC', 'UTC')`,
    [locationId],
  );
  person = await api.person(['PHARMACIST'], [locationId]);
  productId = await clinic.product();
  ({ stockId } = await clinic.stock({ productId, locationId, quantity: '8', expiresOn: '2090-01-31' }));
  await clinic.stock({ productId, locationId, quantity: '5', expiresOn: '2091-01-31' });
});
afterAll(() => api.close());

interface Step {
  readonly query: string;
  readonly variables: string;
  readonly answer: unknown;
}

async function stepsOf(file: string): Promise<Step[]> {
  const page = await readFile(file, 'utf8');
  const found = page.matchAll(/<!-- plays -->\s+```graphql\n([^]*?)```\s+```json\n([^]*?)```\s+```json\n([^]*?)```/g);
  return [...found].map(([, query = '', variables = '', answer = '']) => {
    return { query, variables, answer: JSON.parse(answer) as unknown };
  });
}

async function play(file: string, names: Names): Promise<number> {
  const steps = await stepsOf(file);
  for (const { query, variables, answer } of steps) {
    const given = variables.replace(/"<([A-Z_]+)>"/g, (whole, name: string) =>
      names.has(name) ? JSON.stringify(names.get(name)) : whole,
    );
    const token = names.get('TOKEN');
    const { data, errors } = await api.ask(
      typeof token === 'string' ? token : null,
      query,
      JSON.parse(given) as Record<string, unknown>,
    );
    expect(told({ data, errors }), query).toEqual(wanted(answer, { data, errors }, names));
  }
  return steps.length;
}

/** As it came over the wire: what is absent is absent. */
const told = (answer: unknown): unknown => JSON.parse(JSON.stringify(answer));

/** The shown answer, with what stands for something taken from the given one where it is told for the first time. */
function wanted(shown: unknown, given: unknown, names: Names): unknown {
  if (shown === '…') return expect.anything();
  const name = typeof shown === 'string' ? /^<([A-Z_]+)>$/.exec(shown)?.[1] : undefined;
  if (name !== undefined) {
    if (!names.has(name)) names.set(name, given);
    return names.get(name);
  }
  if (Array.isArray(shown)) return shown.map((each, index) => wanted(each, childOf(given, String(index)), names));
  if (typeof shown !== 'object' || shown === null) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([key, each]) => [key, wanted(each, childOf(given, key), names)]),
  );
}

function childOf(given: unknown, key: string): unknown {
  if (typeof given !== 'object' || given === null) return undefined;
  return Object.entries(given).find(([name]) => name === key)?.[1];
}

test('the guide shows what the server answers', async () => {
  const names: Names = new Map<string, unknown>([
    ['LOCATION', locationId],
    ['STOCK', stockId],
    ['PHARMACIST_EMAIL', person.email],
    ['PASSWORD', knownPassword],
  ]);
  expect(await play('docs/api.md', names)).toBeGreaterThanOrEqual(8);
  // The names that the page brings are those of records.
  expect([names.get('RECORD'), names.get('PRODUCT')]).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
});

test('the page of errors shows what the server refuses, and knows every code in its order', async () => {
  const names: Names = new Map<string, unknown>([
    ['LOCATION', locationId],
    ['PRODUCT', productId],
    ['STOCK_OF_ANOTHER_PLACE', api.elsewhere.stockId],
    ['TOKEN', person.token],
  ]);
  expect(await play('docs/errors.md', names)).toBeGreaterThanOrEqual(4);
  const rows = (await readFile('docs/errors.md', 'utf8')).matchAll(/^\| `([A-Z_]+)`/gm);
  expect([...rows].map(([, code]) => code)).toEqual(refusalCodes);
});
