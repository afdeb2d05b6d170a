/** Numbers that are none, in every place of every input that holds a decimal: refused, and nothing is written. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { codeOf, type Answer } from '../server/small-server.ts';
import { fingerprint, openApi, type TestApi } from './api.ts';
import { expectationOf, someRoleFor } from './expectations.ts';
import { documentOf, literalDocumentOf, pathsTo, Raw, rootFields, withValue } from './walk.ts';

const places = rootFields(buildApiSchema()).flatMap((root) =>
  pathsTo(root, 'Decimal').map((path) => [`${root.name} ${path.join('.')}`, root, path] as const),
);

/** No decimal at all, wherever one is asked for. */
const never: readonly unknown[] = [
  ...[
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '1e2',
    '0x10',
    '1,5',
    '1 000',
    ' 1 ',
    '1\n',
    '',
    '.5',
    '1.',
    '+1',
    '１２',
    '٣',
  ],
  ...['0.00001', '1.00005', '1000000000000000', '9'.repeat(400), '1.2.3', '--1', '−1', '1_0', 'null', '\u200b1'],
  ...[1, 1.5, 0, -1, 1e300, true, [], ['1', '2'], {}, { value: '1' }],
];
const neverWritten = [
  '1e999',
  '1',
  '-0',
  '1.5',
  'NaN',
  'true',
  '{}',
  '"1e999"',
  '"NaN"',
  '"0.00001"',
  '" 1 "',
  '"""１"""',
  'null1',
];
/** Decimals, but none of a quantity that moves. */
const notPositive = ['0', '-0', '-1', '0.0000', '-0.0001'];
/** What must be above 0; the others (prices, temperatures, shares) have rules of their own. */
const moves = /(^|\.)(quantity|doses)$/;

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  await api.close();
});

test('the walk finds the decimals', () => {
  const names = places.map(([name]) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'Query.fefoPlan quantity',
      'Mutation.intake input.quantity',
      'Mutation.intake input.vatRate',
      'Mutation.dispense input.lines.0.quantity',
    ]),
  );
});

describe.each(places)('%s', (name, root, path) => {
  const args = () => expectationOf(root.name).args(api.here);
  const token = () => api.people[someRoleFor(root.name)].token;

  test('refuses what is no decimal, as a variable and as a literal', async () => {
    const before = await fingerprint(api.clinic.owner);
    for (const value of never) {
      const given = withValue(root, args(), path, value);
      const asked = await api.ask(token(), documentOf(api.schema, root, given), given);
      expect(refusal(asked), `${name} = $${JSON.stringify(value)}`).toMatch(/^BAD_USER_INPUT .*Decimal/);
    }
    for (const source of neverWritten) {
      const document = literalDocumentOf(root, withValue(root, args(), path, new Raw(source)));
      expect(refusal(await api.ask(token(), document)), `${name} = ${source}`).toMatch(/^BAD_USER_INPUT .*Decimal/);
    }
    expect(await fingerprint(api.clinic.owner)).toEqual(before);
  });

  test('the most that a decimal holds is never a fault of ours', async () => {
    for (const value of ['99999999999999.9999', '-99999999999999.9999']) {
      const given = withValue(root, args(), path, value);
      const { status, errors } = await api.ask(token(), documentOf(api.schema, root, given), given);
      expect([status < 500, JSON.stringify(errors ?? '').includes('INTERNAL')], `${name} = ${value}`).toEqual([
        true,
        false,
      ]);
    }
  });
});

describe.each(places.filter(([name]) => moves.test(name)))('%s', (name, root, path) => {
  const args = () => expectationOf(root.name).args(api.here);
  const token = () => api.people[someRoleFor(root.name)].token;

  test('refuses what moves nothing, or backwards', async () => {
    const before = await fingerprint(api.clinic.owner);
    for (const value of notPositive) {
      const given = withValue(root, args(), path, value);
      const asked = await api.ask(token(), documentOf(api.schema, root, given), given);
      expect(codeOf(asked), `${name} = $${value}`).toBe('INVALID_QUANTITY');
      const document = literalDocumentOf(root, withValue(root, args(), path, new Raw(JSON.stringify(value))));
      expect(codeOf(await api.ask(token(), document)), `${name} = ${value}`).toBe('INVALID_QUANTITY');
    }
    expect(await fingerprint(api.clinic.owner)).toEqual(before);
  });
});

function refusal(answer: Answer): string {
  return `${codeOf(answer) ?? 'no refusal'} ${answer.errors?.[0]?.message ?? ''}`;
}
