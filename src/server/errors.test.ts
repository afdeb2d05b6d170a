import { GraphQLError, graphqlSync, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { smallSchema } from '../../test/server/small-schema.ts';
import { Refusal } from '../refusal.ts';
import { errorBody, formatError, refusalOf, requestRefused } from './errors.ts';

const schema = smallSchema();
const faultOf = (source: string, variableValues = {}) => {
  const [error] = graphqlSync({ schema, source, variableValues, contextValue: {} }).errors ?? [];
  if (error === undefined) throw new Error('No error.');
  return refusalOf(error, 'INTERNAL_SERVER_ERROR');
};

test("a refusal keeps its code, words and figures, and the error's place", () => {
  const refusal = new Refusal('INSUFFICIENT_INVENTORY', 'Only 3 are left.', { available: '3' });
  const error = new GraphQLError(refusal.message, { path: ['dispense'], originalError: refusal });
  expect(formatError(error.toJSON(), error)).toEqual({
    message: 'Only 3 are left.',
    path: ['dispense'],
    extensions: { code: 'INSUFFICIENT_INVENTORY', context: { available: '3' } },
  });
});

test.each([
  ['a plain error', new Error('connect to 10.0.0.1 as root')],
  ['a thrown text', 'SELECT secret'],
  ['an error of GraphQL that a resolver threw', new GraphQLError('SELECT secret', { extensions: { code: 'OWN' } })],
  [
    'a fault within a fault',
    new GraphQLError('x', { originalError: new GraphQLError('y', { originalError: new Error('SELECT secret') }) }),
  ],
])('%s shows nothing of itself', (_what, thrown) => {
  const error =
    thrown instanceof GraphQLError
      ? thrown
      : new GraphQLError(String(thrown), { originalError: thrown instanceof Error ? thrown : undefined });
  const shown = formatError({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR' } }, error);
  expect(shown.extensions).toEqual({ code: 'INTERNAL', context: {} });
  expect(JSON.stringify(shown)).not.toMatch(/secret|root/);
});

test('what the caller gave wrongly is told in words', () => {
  expect(faultOf('query($n: Int) { echo(count: $n) }', { n: 'x' })).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(faultOf('query($l: LineInput = { quantity: "1" }) { take(line: $l) }', { l: null })).toMatchObject({
    code: 'BAD_USER_INPUT',
  });
});

test("a scalar's refusal is told as it is, by literal and by variable", () => {
  const told = { code: 'BAD_USER_INPUT', message: 'A quantity is a decimal in quotes, such as "12.5".' };
  expect(faultOf('query($q: Decimal!) { take(line: { quantity: $q }) }', { q: 1 })).toMatchObject(told);
  const [error] = validate(schema, parse('{ take(line: { quantity: 1 }) }'));
  expect(refusalOf(error, 'GRAPHQL_VALIDATION_FAILED')).toMatchObject(told);
});

test('a value that we return wrongly is our fault, not the caller’s', () => {
  const { errors } = graphqlSync({ schema, source: '{ missing }', contextValue: {} });
  expect(refusalOf(errors?.[0], 'INTERNAL_SERVER_ERROR').code).toBe('INTERNAL');
});

test('findings of the input checks are told by field and rule, never with the value', () => {
  const error = new GraphQLError('Argument Validation Error', {
    extensions: {
      validationErrors: [
        {
          property: 'name',
          value: 'Ada Canary',
          target: { name: 'Ada Canary' },
          constraints: { maxLength: 'name is too long' },
        },
        {
          property: 'lines',
          children: [{ property: '0', children: [{ property: 'quantity', constraints: { is: 'no quantity' } }] }],
        },
      ],
    },
  });
  const outer = new GraphQLError(error.message, { path: ['savePatient'], originalError: error });
  expect(refusalOf(outer)).toMatchObject({
    code: 'BAD_USER_INPUT',
    context: {
      fields: [
        { field: 'name', problems: ['name is too long'] },
        { field: 'lines.0.quantity', problems: ['no quantity'] },
      ],
    },
  });
});

test('a refusal of the whole request carries its HTTP status', () => {
  expect(requestRefused(new Refusal('RATE_LIMITED', 'Wait.')).extensions['http']).toEqual({ status: 429 });
  expect(requestRefused(new Refusal('BAD_USER_INPUT', 'No.')).extensions['http']).toEqual({ status: 400 });
});

test('an INTERNAL answer names the request and nothing else', () => {
  const refusal = new Refusal('INTERNAL', 'Something went wrong.', { table: 'person' });
  expect(errorBody(refusal, 'r-1').errors[0]?.extensions).toEqual({ code: 'INTERNAL', context: { requestId: 'r-1' } });
});
