import { buildSchema, getIntrospectionQuery, Kind, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { smallSchema } from '../../test/server/small-schema.ts';
import { Refusal } from '../refusal.ts';
import { priceOf } from './cost.ts';
import { refusalOf } from './errors.ts';
import { limits, limitsRule, requireSize } from './limits.ts';

function refusedFor(query: string): unknown {
  try {
    requireSize(parse(query));
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.context['what'];
    throw error;
  }
}

const times = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => each(i)).join(' ');
const nested = (depth: number): string => (depth === 0 ? 'x' : `x { ${nested(depth - 1)} }`);

/** Each fragment spreads the next one twice: 2^levels fields from a few lines. */
const bomb = (levels: number) =>
  `{ ...F0 } ${times(levels, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F${levels} on Query { ping }`;

describe('what is measured', () => {
  test.each([
    ['depth', `{ ${nested(limits.depth - 1)} }`, `{ ${nested(limits.depth)} }`],
    ['fields', `{ x { ${times(limits.fields - 1, () => 'y')} } }`, `{ x { ${times(limits.fields, () => 'y')} } }`],
    ['rootFields', `{ ${times(limits.rootFields, () => 'x')} }`, `{ ${times(limits.rootFields + 1, () => 'x')} }`],
    [
      'aliases',
      `{ x { ${times(limits.aliases, (i) => `a${i}: y`)} } }`,
      `{ x { ${times(limits.aliases + 1, (i) => `a${i}: y`)} } }`,
    ],
    [
      'directives',
      `query @a { x ${times(limits.directives - 1, () => '@include(if: true)')} }`,
      `query @a { x ${times(limits.directives, () => '@include(if: true)')} }`,
    ],
    [
      'introspections',
      '{ __schema { description } __type(name: "A") { name } }',
      '{ x { ...F ...F ...F } } fragment F on X { __typename __schema { description } }',
    ],
  ])('%s: the limit itself passes, one more does not', (what, atLimit, beyond) => {
    expect(refusedFor(atLimit)).toBeNull();
    expect(refusedFor(beyond)).toBe(what);
  });
});

describe('ways round a limit', () => {
  test('aliases within fragments count at each spread', () => {
    const fragment = `fragment F on X { ${times(10, (i) => `a${i}: y`)} }`;
    expect(refusedFor(`{ x { ...F } } ${fragment}`)).toBeNull();
    expect(refusedFor(`{ x { ${times(7, () => '...F')} } } ${fragment}`)).toBe('aliases');
  });

  test('depth goes on through fragments, inline ones too', () => {
    const half = nested(9);
    expect(
      refusedFor(`{ ${half.replace(/x /, 'x { ... on X { ...F } } z ')} } fragment F on X { ${half} }`),
    ).toBeNull();
    expect(
      refusedFor(`{ x { x { x { x { x { x { x { x { ... { ...F } } } } } } } } } } fragment F on X { ${half} }`),
    ).toBe('depth');
  });

  test('a fragment that contains itself, at once or by a detour, is refused and ends', () => {
    expect(refusedFor('{ ...A } fragment A on Query { x { ...A } }')).toBe('depth');
    expect(refusedFor('{ ...A } fragment A on Query { ...B } fragment B on Query { y ...A }')).toBe('depth');
  });

  test('fragments that double at each level are counted, not walked', () => {
    const began = performance.now();
    expect(refusedFor(bomb(200))).toBe('fields');
    expect(performance.now() - began).toBeLessThan(100);
  });

  test('directives on spreads and within fragments count', () => {
    expect(
      refusedFor(
        `{ x { ${times(21, () => '...F @include(if: true)')} } } fragment F on X { __typename @skip(if: true) }`,
      ),
    ).toBe('directives');
  });

  test('__typename is a field like any other', () => {
    expect(refusedFor(`{ x { ${times(limits.fields, () => '__typename')} } }`)).toBe('fields');
    expect(refusedFor(`{ ${times(21, () => '__typename')} }`)).toBe('rootFields');
  });

  test('root fields within fragments are root fields', () => {
    expect(
      refusedFor(`mutation { ...F ...F ...F } fragment F on Mutation { ${times(7, (i) => `m${i}: login`)} }`),
    ).toBe('rootFields');
  });

  test('the second operation of a document is measured too', () => {
    expect(refusedFor(`query A { x } query B { ${times(21, () => 'x')} }`)).toBe('rootFields');
  });
});

test('the schema can be asked for as the usual tools ask for it', () => {
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  expect(refusedFor(query)).toBeNull();
  const { cost } = price(query);
  expect(cost).toBeLessThan(limits.cost);
});

describe('as a validation rule', () => {
  const schema = smallSchema();
  const codes = (query: string) => validate(schema, parse(query), [limitsRule]).map((error) => refusalOf(error).code);

  test('what is too large is refused alone, and the other rules never see it', () => {
    const found = validate(schema, parse(`{ ${times(500, (i) => `unknown${i}`)} }`));
    expect(found.length).toBeGreaterThan(50);
    expect(codes(`{ ${times(500, (i) => `unknown${i}`)} }`)).toEqual(['QUERY_TOO_COMPLEX']);
  });

  test.each([
    ['NUL', '{ echo(text: "a\\u0000b") }'],
    ['NUL deep within', '{ take(line: { quantity: "1", more: { a: ["\\u0000"] } }) }'],
    ['an alias of the reserved kind', '{ __proto__: ping }'],
  ])('%s is refused as bad input', (_what, query) => {
    expect(codes(query)).toEqual(['BAD_USER_INPUT']);
  });

  test.each([
    ['subscription ($x: Boolean!) { ticks @skip(if: $x) { number } }'],
    ['subscription { ticks @include(if: false) { number } }'],
    ['subscription ($x: Boolean!) { ... @include(if: $x) { ticks { number } } }'],
    ['subscription ($x: Boolean!) { ...F } fragment F on Subscription { ticks @skip(if: $x) { number } }'],
    ['query A { ping } subscription B { ticks @skip { number } }'],
  ])('a subscription that hangs on a condition is refused before the rule that would throw: %s', (query) => {
    const found = validate(schema, parse(query), [...specifiedRules, limitsRule]);
    expect(found.map((error) => refusalOf(error).code)).toEqual(['BAD_USER_INPUT']);
  });

  test('a subscription may leave out fields of what it follows, and its fragments are looked at once', () => {
    expect(codes('subscription ($x: Boolean!) { ticks { number @skip(if: $x) } }')).toEqual([]);
    const began = performance.now();
    codes(
      `subscription { ...F0 } ${times(100, (i) => `fragment F${i} on Subscription { ...F${i + 1} ...F${i + 1} }`)}`,
    );
    expect(performance.now() - began).toBeLessThan(100);
  });

  test('other text passes', () => {
    expect(codes('{ echo(text: "Ünï 😀 \\u202e \\uD83D\\uDE00") }')).toEqual([]);
  });

  test('a document at the limits is validated within half a second', () => {
    const wide = `{ boxes { nodes { ${times(480, () => 'name size')} } } }`;
    const spread = `{ boxes { nodes { ${times(120, () => '...F')} } } } fragment F on Box { ${times(8, () => 'name')} }`;
    for (const query of [wide, spread]) {
      const began = performance.now();
      validate(schema, parse(query, { maxLexicalTokens: limits.tokens }));
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});

const paged = buildSchema(`
  type Query { stocks(first: Int = 20): StockConnection lots(first: Int): LotConnection units: [Unit] one: Stock named: Named }
  type StockConnection { nodes: [Stock!]! edges: [StockEdge!]! pageInfo: PageInfo }
  type StockEdge { node: Stock }
  type LotConnection { nodes: [Stock!]! }
  type PageInfo { more: Boolean }
  interface Named { name: String }
  type Stock implements Named { name: String units: [Unit!]! stocks(first: Int): StockConnection }
  type Unit { name: String }
`);

function price(query: string, variables: Record<string, unknown> = {}) {
  const document = parse(query);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('No operation.');
  return priceOf(paged, document, operation, variables);
}

describe('price', () => {
  test.each([
    ['{ one { name } }', {}, 2, false],
    ['{ stocks(first: 10) { nodes { name } } }', {}, 21, false],
    ['{ stocks { nodes { name } } }', {}, 41, false],
    ['{ lots { nodes { name } } }', {}, 101, false],
    ['{ units { name } }', {}, 11, false],
    ['query($n: Int) { stocks(first: $n) { nodes { name } } }', { n: 100 }, 201, true],
    ['query($n: Int = 5) { stocks(first: $n) { nodes { name } } }', {}, 11, true],
    ['query($n: Int) { stocks(first: $n) { nodes { name } } }', {}, 41, true],
    ['{ stocks(first: 10) { edges { node { name } } } }', {}, 31, false],
    ['{ stocks(first: 10) { nodes { units { name } } } }', {}, 121, false],
    ['{ stocks(first: 10) { nodes { stocks(first: 10) { nodes { name } } } } }', {}, 221, false],
    ['{ stocks(first: -5) { nodes { name } } }', {}, 101, false],
    ['{ named { ... on Stock { units { name } } } }', {}, 12, false],
    ['{ stocks(first: 10) { ...F ...F } } fragment F on StockConnection { nodes { name } }', {}, 41, false],
  ])('%s with %j costs %d', (query, variables, cost, variable) => {
    expect(price(query, variables)).toEqual({ cost, variable });
  });

  test('nested pages multiply beyond the limit', () => {
    const { cost } = price('{ stocks(first: 200) { nodes { stocks(first: 200) { nodes { name } } } } }');
    expect(cost).toBeGreaterThan(limits.cost);
  });

  test('a large page of a usual width is within the limit', () => {
    const { cost } = price(`{ stocks(first: 200) { nodes { ${times(40, (i) => `f${i}: name`)} } } }`);
    expect(cost).toBeLessThan(limits.cost);
  });

  test('fragments are priced once: doubling ones take no time', () => {
    const began = performance.now();
    expect(price(bomb(200)).cost).toBeGreaterThan(limits.cost);
    expect(performance.now() - began).toBeLessThan(100);
  });
});
