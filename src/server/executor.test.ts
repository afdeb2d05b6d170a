import { parse, validate, type ExecutionResult, type GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../test/server/fuzz.ts';
import { smallSchema } from '../../test/server/small-schema.ts';
import { refusalOf } from './errors.ts';
import { compilingExecutor, plainExecutor } from './executor.ts';

const schema = smallSchema();
const plain = plainExecutor(schema);
const compiling = compilingExecutor(schema, 1);

type Case = readonly [query: string, variables?: Record<string, unknown>, operationName?: string];

const cases: Record<string, Case> = {
  'aliases and nesting': ['{ a: boxes(first: 2) { nodes { name size inner { n: name } } } b: ping }'],
  'async leaves in lists': ['{ boxes(first: 3) { nodes { later boxes { later } } } }'],
  'fragments, twice and merged': [
    '{ boxes(first: 1) { ...F nodes { size } ...F } } fragment F on BoxConnection { nodes { name inner { ...G } } } fragment G on Box { size later }',
  ],
  'an interface, by inline fragments': [
    '{ things { __typename name ... on Box { size } ... on Pot { potName: name } } }',
  ],
  'skip and include by literal': [
    '{ ping @skip(if: true) yes @include(if: false) echo(text: "x") @include(if: true) }',
  ],
  'skip and include by variable, on': ['query($s: Boolean!) { ping @skip(if: $s) yes @include(if: $s) }', { s: true }],
  'skip and include by variable, off': [
    'query($s: Boolean!) { ping @skip(if: $s) yes @include(if: $s) }',
    { s: false },
  ],
  'both on one field': ['query($s: Boolean!) { ping @skip(if: $s) @include(if: $s) yes }', { s: false }],
  'skip on fragments': [
    'query($s: Boolean!) { ...F @include(if: $s) ... @skip(if: $s) { yes } } fragment F on Query { ping }',
    { s: true },
  ],
  'the same field, once skipped and once not': [
    'query($s: Boolean!) { boxes(first: 1) { nodes { name } } boxes(first: 1) @include(if: $s) { nodes { size } } }',
    { s: false },
  ],
  'defaults of arguments and of variables': [
    'query($n: Int = 2) { boxes(first: $n) { nodes { name } } echo(count: $n) }',
  ],
  'null given for a variable with a default': ['query($n: Int = 2) { echo(count: $n) }', { n: null }],
  'a variable left out': ['query($t: String) { echo(text: $t, count: 1) }'],
  'a required variable left out': ['query($t: String!) { echo(text: $t) }'],
  'a required variable that is null': ['query($t: String!) { echo(text: $t) }', { t: null }],
  'a variable of another type': ['query($n: Int) { echo(count: $n) }', { n: '1' }],
  'an Int too large': ['query($n: Int) { echo(count: $n) }', { n: 2 ** 31 }],
  'an Int with a fraction': ['query($n: Int) { echo(count: $n) }', { n: 1.5 }],
  'a Float that is no number': ['query($f: Float) { echo(ratio: $f) }', { f: 'NaN' }],
  'a String given as a number': ['query($t: String) { echo(text: $t) }', { t: 5 }],
  'a String given as an object': ['query($t: String) { echo(text: $t) }', { t: { a: 1 } }],
  'an ID that our scalar writes otherwise': ['query($i: ID) { byId(id: $i) }', { i: 'ABC' }],
  'an ID given as a number': ['query($i: ID) { byId(id: $i) }', { i: 5 }],
  'an ID that our scalar refuses': ['query($i: ID!) { byId(id: $i) }', { i: 'x'.repeat(11) }],
  'IDs in a list in an input object': [
    'query($l: LineInput!) { take(line: $l) }',
    { l: { quantity: '1', of: ['abc', 'ABC', null] } },
  ],
  'a single ID for a list of them': ['query($l: LineInput!) { take(line: $l) }', { l: { quantity: '1', of: 'ABC' } }],
  'an enum by literal and variable': [
    'query($c: Colour) { a: paint(colour: RED) b: paint(colour: $c) }',
    { c: 'BLUE' },
  ],
  'an unknown enum value': ['query($c: Colour) { paint(colour: $c) }', { c: 'GREEN' }],
  "an enum's inner value": ['query($c: Colour) { paint(colour: $c) }', { c: 'r' }],
  'an input object with defaults': ['{ take(line: { quantity: "1.5" }) }'],
  'an input object by variable': [
    'query($l: LineInput!) { take(line: $l) }',
    { l: { quantity: '2', tags: ['a'], more: { deep: [1, { x: null }] } } },
  ],
  'an unknown input field': ['query($l: LineInput!) { take(line: $l) }', { l: { quantity: '2', extra: 1 } }],
  'a missing input field': ['query($l: LineInput!) { take(line: $l) }', { l: {} }],
  'a scalar that refuses a variable': ['query($l: LineInput!) { take(line: $l) }', { l: { quantity: 2 } }],
  'a scalar that refuses text': ['query($q: Decimal!) { take(line: { quantity: $q }) }', { q: 'NaN' }],
  'variables inside a literal': [
    'query($q: Decimal!, $n: String) { take(line: { quantity: $q, note: $n, tags: ["a"] }) }',
    { q: '1.0000', n: null },
  ],
  'a variable left out inside a literal': ['query($n: String) { take(line: { quantity: "1", note: $n }) }'],
  'a variable inside a JSON literal': [
    'query($n: Int) { take(line: { quantity: "1", more: { a: $n, b: [$n, 2] } }) }',
    { n: 7 },
  ],
  'one value where a list is taken': ['query($l: [LineInput!]) { lines(lines: $l) }', { l: { quantity: '1' } }],
  'one literal where a list is taken': ['{ lines(lines: { quantity: "1" }) take(line: { quantity: "1", tags: "x" }) }'],
  'null in a list that takes none': ['query($l: [LineInput!]) { lines(lines: $l) }', { l: [null] }],
  'keys that objects inherit': [
    'query($l: LineInput!) { take(line: $l) }',
    { l: JSON.parse('{"quantity":"1","__proto__":1}') as unknown },
  ],
  'a JSON value with a key that objects inherit': [
    'query($l: LineInput!) { take(line: $l) }',
    { l: { quantity: '1', more: JSON.parse('{"__proto__":{"a":1},"constructor":2}') as unknown } },
  ],
  'null where the default would have done': [
    'query($l: LineInput = { quantity: "1" }) { take(line: $l) ping }',
    { l: null },
  ],
  'names that objects inherit': [
    'query($constructor: String, $toString: String = "d") { constructor: echo(text: $constructor) toString: echo(text: $toString) then: ping valueOf: yes }',
  ],
  'several lines': ['{\n  ping\r\n  refuse\n\n  missing }'],
  'variables that nobody declared': ['{ ping }', { other: 1 }],
  'errors in a list': ['{ numbers ping }'],
  'a refusal in the place of a value': ['{ sealedBox { size name strict } ping }'],
  'null that climbs to the nearest nullable': ['{ badBox { name strict } ping }'],
  'null that climbs to the root': ['{ ping missing yes }'],
  'refusals, thrown and rejected': ['{ refuse crash crashGraphql busy ping }'],
  'the same refusal twice': ['{ a: refuse b: refuse }'],
  'mutations one after the other': ['mutation { a: step(name: "a") b: step(name: "b") c: step(name: "c") }'],
  'the named operation of two': ['query A { ping } query B { yes }', {}, 'B'],
  'no name where two operations are': ['query A { ping } query B { yes }'],
  'the empty name': ['query A { ping }', {}, ''],
  'the empty name, of a nameless operation': ['{ ping }', {}, ''],
  'a name that is not there': ['query A { ping }', {}, 'C'],
  '__typename everywhere': ['{ __typename boxes(first: 1) { __typename nodes { __typename } } }'],
  introspection: ['{ __schema { queryType { name } types { name kind } } __type(name: "Box") { fields { name } } }'],
  'text that would break out of code': [
    'query Q($t: String) { a: echo(text: "`${1}\\"\\\\\\u2028\\n</script>") b: echo(text: $t) c: echo(text: """a "b" \\n""") }',
    { t: '`${process.exit()}"\\\u2028' },
  ],
};

describe.each(Object.entries(cases))('%s', (_name, [query, variables = {}, operationName]) => {
  test('compiled execution answers as graphql-js does', async () => {
    const document = parse(query);
    expect(validate(schema, document)).toEqual([]);
    const run = (execute: typeof plain) =>
      execute({
        document,
        operationName,
        variables,
        context: { requestId: crypto.randomUUID(), patientsRead: new Set() },
      });
    expect(comparable(await run(compiling))).toEqual(comparable(await run(plain)));
  });
});

function comparable({ data, errors }: ExecutionResult) {
  const told = errors?.map((error) => ({ ...refusalToldBy(error), path: error.path?.join('.'), at: error.locations }));
  return { data: JSON.stringify(data), errors: told?.sort((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1)) };
}

function refusalToldBy(error: GraphQLError) {
  const { code, message, context } = refusalOf(error);
  return { code, message, context };
}

test('a document is compiled when it comes the second time', async () => {
  const execute = compilingExecutor(schema);
  const document = parse('{ ping }');
  const operation = { document, operationName: undefined, variables: {}, context: {} };
  expect(await execute(operation)).toEqual(await execute(operation));
});

test('two thousand random sets of variables are taken or refused alike', async () => {
  const random = randomFrom(7);
  const pick = <T>(choices: readonly T[]): T | undefined => choices[Math.floor(random() * choices.length)];
  const leaf = () =>
    pick<unknown>([
      null,
      undefined,
      0,
      -1,
      1.5,
      2 ** 31,
      1e300,
      '',
      '1',
      '1.5',
      'RED',
      'r',
      true,
      [],
      {},
      [[1]],
      ['a', null],
    ]);
  const line = () =>
    random() < 0.2
      ? leaf()
      : { quantity: pick(['1', '1.00001', 1, null]), colour: leaf(), note: leaf(), tags: leaf(), more: leaf() };
  const document =
    parse(`query($t: String, $n: Int = 3, $f: Float, $b: Boolean = true, $c: Colour, $l: LineInput, $ls: [LineInput!]) {
    echo(text: $t, count: $n, ratio: $f) ping @include(if: $b) paint(colour: $c) lines(lines: $ls) one: lines(lines: [{ quantity: "1" }]) }`);
  const execute = compilingExecutor(schema, 1);
  let taken = 0;
  for (let round = 0; round < 2_000; round += 1) {
    const all = {
      t: leaf(),
      n: leaf(),
      f: leaf(),
      b: leaf(),
      c: leaf(),
      l: line(),
      ls: pick<unknown>([leaf(), [line()], line()]),
    };
    const variables = Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined && random() < 0.4),
    );
    const operation = { document, operationName: undefined, variables, context: {} };
    const [expected, got] = [await plain(operation), await execute(operation)];
    expect(comparable(got), JSON.stringify(variables)).toEqual(comparable(expected));
    taken += expected.data === undefined ? 0 : 1;
  }
  expect(taken).toBeGreaterThan(100);
  expect(taken).toBeLessThan(1_800);
});
