/** Text that breaks what reads it, through every argument that takes text: refused, or kept to the letter. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupBy } from '../../src/domain/group-by.ts';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { codeOf } from '../server/small-server.ts';
import { fingerprint, openApi, type TestApi } from './api.ts';
import { expectationOf, someRoleFor } from './expectations.ts';
import { someOf } from './some-of.ts';
import { documentOf, literalDocumentOf, pathsTo, Raw, rootFields, withValue } from './walk.ts';

const roots = rootFields(buildApiSchema());
const places = roots
  .flatMap((root) =>
    ['String', 'ID', 'JSON'].flatMap((type) => pathsTo(root, type).map((path) => ({ root, type, path }))),
  )
  .map((place, index) => ({ ...place, name: `${place.root.name} ${place.path.join('.')}`, index }));
const placesOf = [...groupBy(places, ({ root }) => root.name)];
const inJson = (type: string, value: unknown) =>
  type === 'JSON' ? { customFields: { [String(value)]: value } } : value;

const unstorable = ['a\0b', '\0', 'a\ud800b', '\udc00', '\ud83d'];
/** As they stand in a document, where they are escapes or the bytes themselves. */
const unstorableSources = ['"a\\u0000b"', '"\\ud800"', '"\\u{d800}"', '"\\u{0}"'];
const odd: readonly (readonly [string, string])[] = [
  ['bidi marks', 'a\u202eb\u2066c\u2069\u200fd'],
  ['zero width', 'a\u200bb\u200dc\u2060d\u00ad'],
  ['combining marks', `e${'\u0301'.repeat(100_000)}`],
  ['many characters', 'x'.repeat(900_000)],
  ['astral characters', '💉'.repeat(50)],
  ['line ends', 'a\nb\r\nc\u2028d\u0085e'],
  ['control characters', 'a\u0001b\u001bc\u007f'],
  ['a byte order mark', '\ufeffa'],
  ['names of what every object has', '__proto__'],
  ['templates', '${7*7}{{7*7}}%s%n'],
];

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

test('the walk finds the texts', () => {
  expect(places.length).toBeGreaterThan(60);
  expect(places.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Query.patients search', 'Mutation.intake input.metadata', 'Query.stocks filter.platform']),
  );
});

describe.each(placesOf)('%s', (rootName, own) => {
  const token = () => api.people[someRoleFor(rootName)].token;

  test('refuses what cannot be stored, and writes nothing', async () => {
    const before = await fingerprint(api.clinic.owner);
    for (const { name, type, root, path, index } of own) {
      for (const value of someOf(unstorable, index)) {
        const given = withValue(root, expectationOf(root.name).args(api.here), path, inJson(type, value));
        const answer = await api.ask(token(), documentOf(api.schema, root, given), given);
        expect(codeOf(answer), `${name} = ${JSON.stringify(value)}`).toBe('BAD_USER_INPUT');
      }
      for (const source of someOf(unstorableSources, index)) {
        const raw = new Raw(type === 'JSON' ? `{customFields: {a: ${source}}}` : source);
        const document = literalDocumentOf(root, withValue(root, expectationOf(root.name).args(api.here), path, raw));
        const answer = await api.ask(token(), document);
        expect(codeOf(answer), `${name} = ${source}`).toBe('BAD_USER_INPUT');
      }
    }
    expect(await fingerprint(api.clinic.owner)).toEqual(before);
  });

  test('takes everything else, or refuses it in words', async () => {
    for (const { name, type, root, path, index } of own) {
      for (const [what, value] of someOf(odd, index)) {
        const given = withValue(root, expectationOf(root.name).args(api.here), path, inJson(type, value));
        const began = performance.now();
        const answer = await api.ask(token(), documentOf(api.schema, root, given), given);
        const told = JSON.stringify(answer.errors ?? '');
        expect([answer.status < 500, told.includes('INTERNAL')], `${name}: ${what}: ${told.slice(0, 300)}`).toEqual([
          true,
          false,
        ]);
        expect(told.length, `${name}: ${what} is not repeated at length`).toBeLessThan(20_000);
        expect(performance.now() - began, `${name}: ${what}`).toBeLessThan(5_000);
      }
    }
  });
});

const savePatient =
  'mutation ($input: PatientInput!) { createPatient(input: $input) { patient { id firstName address } } }';

test.each(odd)('kept to the letter, or refused: %s', async (_what, value) => {
  const { token } = api.people.PROVIDER;
  const input = { firstName: value, lastName: 'Letter', address: `at ${value} street` };
  const { data, errors } = await api.ask(token, savePatient, { input });
  if (errors !== undefined) {
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    return;
  }
  const saved = data as { createPatient: { patient: { id: string } } };
  const { id } = saved.createPatient.patient;
  const kept = await api.ask(token, 'query ($id: ID!) { patient(id: $id) { firstName address } }', { id });
  // Around the text, white space is nobody's intention.
  expect(kept.data).toEqual({ patient: { firstName: value.trim(), address: input.address } });
});

test('a lot number in other letters, spaces, hyphens or another form of Unicode is the same lot', async () => {
  const twins = ['Ä-12 b', 'a\u0308-12 B', 'ä12b', 'Ä‑12–B', ' Ä 1 2 B ', 'ä-1-2-b'];
  const document = 'mutation ($input: IntakeInput!) { intake(input: $input) { lot { id manufacturerLotNumber } } }';
  const lots = new Set<unknown>();
  for (const manufacturerLotNumber of twins) {
    const { input } = expectationOf('Mutation.intake').args(api.here) as { input: object };
    const { data, errors } = await api.ask(api.people.TECHNICIAN.token, document, {
      input: { ...input, idempotencyKey: randomUUID(), manufacturerLotNumber },
    });
    expect(errors, manufacturerLotNumber).toBeUndefined();
    lots.add((data as { intake: { lot: { id: string } } }).intake.lot.id);
  }
  expect(lots.size).toBe(1);
});

test('a lot number with characters that nobody sees makes no second lot beside the one that is seen', async () => {
  const document = 'mutation ($input: IntakeInput!) { intake(input: $input) { lot { id } } }';
  const lots = new Set<string>();
  for (const manufacturerLotNumber of [
    'SEEN77',
    'SE\u200bEN77',
    'SEEN\u00ad77',
    '\u2060SEEN77',
    'SEEN77\u200e',
    'S\u202dEEN77',
    '\ufeffSEEN77',
    'SEEN\u00a077',
  ]) {
    const { input } = expectationOf('Mutation.intake').args(api.here) as { input: object };
    const { data, errors } = await api.ask(api.people.TECHNICIAN.token, document, {
      input: { ...input, idempotencyKey: randomUUID(), manufacturerLotNumber },
    });
    if (errors === undefined) lots.add((data as { intake: { lot: { id: string } } }).intake.lot.id);
    else expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
  expect(lots.size).toBe(1);
});
