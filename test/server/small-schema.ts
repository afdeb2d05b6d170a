/** A schema of a few fields with every corner that execution has: made with graphql alone, so that a fault is ours. */
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  GraphQLFloat,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  Kind,
  type GraphQLFieldConfigMap,
} from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { Refusal } from '../../src/refusal.ts';
import type { Context } from '../../src/resolvers/context.ts';
import type { Policy } from '../../src/resolvers/policy.ts';

const decimal = new GraphQLScalarType({
  name: 'Decimal',
  serialize: String,
  parseValue: (value) => parseDecimal(value),
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : null),
});

function parseDecimal(value: unknown): string {
  if (typeof value === 'string' && /^-?\d+(\.\d{1,4})?$/.test(value)) return value;
  throw new Refusal('BAD_USER_INPUT', 'A quantity is a decimal in quotes, such as "12.5".');
}

/** Stricter than graphql-js's own: strings only, in lower case. */
const id = new GraphQLScalarType({
  name: 'ID',
  serialize: String,
  parseValue: (value) => parseId(value),
  parseLiteral: (node) => parseId(node.kind === Kind.STRING ? node.value : null),
});

function parseId(value: unknown): string {
  if (typeof value === 'string' && value.length <= 10) return value.toLowerCase();
  throw new GraphQLError('An ID is a short text.');
}

const colour = new GraphQLEnumType({ name: 'Colour', values: { RED: { value: 'r' }, BLUE: { value: 'b' } } });

const lineInput = new GraphQLInputObjectType({
  name: 'LineInput',
  fields: {
    quantity: { type: new GraphQLNonNull(decimal) },
    colour: { type: colour, defaultValue: 'r' },
    note: { type: GraphQLString },
    tags: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)) },
    more: { type: GraphQLJSON },
    of: { type: new GraphQLList(id) },
  },
});

const named = new GraphQLInterfaceType({
  name: 'Named',
  fields: { name: { type: GraphQLString } },
  resolveType: (value: unknown) => (typeof value === 'object' && value !== null && 'size' in value ? 'Box' : 'Pot'),
});

interface Row {
  readonly name: string;
  readonly size: number;
}

const box: GraphQLObjectType = new GraphQLObjectType<Row>({
  name: 'Box',
  interfaces: [named],
  fields: () => ({
    name: { type: GraphQLString },
    size: { type: GraphQLInt },
    strict: {
      type: new GraphQLNonNull(GraphQLString),
      resolve: ({ name }: Row) => (name === 'bad' ? null : 'fine'),
    },
    later: { type: GraphQLString, resolve: async ({ name }: Row) => name },
    inner: { type: box, resolve: ({ size }: Row) => ({ name: `inner ${size}`, size: size + 1 }) },
    boxes: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(box))), resolve: () => rows(2) },
    paged: {
      type: connection,
      args: { first: { type: GraphQLInt, defaultValue: 50 } },
      resolve: () => ({ nodes: rows(1) }),
    },
  }),
});

const pot = new GraphQLObjectType({ name: 'Pot', interfaces: [named], fields: { name: { type: GraphQLString } } });

const connection = new GraphQLObjectType({
  name: 'BoxConnection',
  fields: { nodes: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(box))) } },
});

function rows(count: number) {
  return Array.from({ length: count }, (_, index) => ({ name: `box ${index}`, size: index }));
}

const json = (value: unknown) => JSON.stringify(value);

const queries: GraphQLFieldConfigMap<unknown, Context> = {
  ping: { type: new GraphQLNonNull(GraphQLString), resolve: () => 'pong' },
  echo: {
    type: GraphQLString,
    args: { text: { type: GraphQLString }, count: { type: GraphQLInt }, ratio: { type: GraphQLFloat } },
    resolve: (_source, args) => json(args),
  },
  take: {
    type: GraphQLString,
    args: { line: { type: new GraphQLNonNull(lineInput) } },
    resolve: (_source, { line }: { line: unknown }) => json(line),
  },
  lines: {
    type: GraphQLString,
    args: { lines: { type: new GraphQLList(new GraphQLNonNull(lineInput)) } },
    resolve: (_source, args) => json(args),
  },
  byId: {
    type: GraphQLString,
    args: { id: { type: id } },
    resolve: (_source, args) => json(args),
  },
  paint: {
    type: colour,
    args: { colour: { type: colour } },
    resolve: (_source, { colour: value }: { colour?: string }) => value ?? null,
  },
  boxes: {
    type: connection,
    args: { first: { type: GraphQLInt, defaultValue: 50 } },
    resolve: (_source, { first }: { first: number }) => ({ nodes: rows(Math.min(first, 200)) }),
  },
  things: { type: new GraphQLList(named), resolve: () => [{ name: 'a box', size: 1 }, { name: 'a pot' }, null] },
  numbers: { type: new GraphQLList(GraphQLInt), resolve: () => [1, Promise.resolve(2), new Error('hidden'), 1.5] },
  badBox: { type: box, resolve: () => ({ name: 'bad', size: 1 }) },
  /** A refusal in the place of a value. */
  sealedBox: {
    type: box,
    resolve: () => ({ name: new Refusal('FORBIDDEN', 'It is not yours.', { box: 1 }), size: 1 }),
  },
  missing: { type: new GraphQLNonNull(GraphQLString), resolve: () => null },
  yes: { type: GraphQLBoolean, resolve: async () => true },
  refuse: {
    type: GraphQLString,
    args: { code: { type: GraphQLString } },
    resolve: async () => {
      throw new Refusal('INSUFFICIENT_INVENTORY', 'Only 3 are left.', { available: '3', requested: '5' });
    },
  },
  crash: {
    type: GraphQLString,
    resolve: () => {
      throw Object.assign(new Error('duplicate key (name)=(Ada Canary) in /srv/people.ts'), {
        code: '23505',
        severity: 'ERROR',
      });
    },
  },
  crashGraphql: {
    type: GraphQLString,
    resolve: () => {
      throw new GraphQLError('SELECT secret FROM person', { extensions: { code: 'WHATEVER' } });
    },
  },
  busy: {
    type: GraphQLString,
    resolve: () => {
      throw new Error('timeout exceeded when trying to connect');
    },
  },
  /** Done when the test lets go of the gate. */
  slow: { type: GraphQLString, resolve: (_source, _args, { gate }) => gate.run('slow', async () => 'done') },
  patient: {
    type: GraphQLString,
    args: { id: { type: new GraphQLNonNull(GraphQLString) } },
    resolve: (_source, { id }: { id: string }, { patientsRead }) => {
      patientsRead.add(id);
      return 'Ada Canary';
    },
  },
  secretThing: { type: GraphQLString, resolve: () => 'for managers' },
};

/** Each step takes its turn: what comes out shows whether mutations ran one after the other. */
const mutations: GraphQLFieldConfigMap<unknown, Context> = {
  step: {
    type: GraphQLString,
    args: { name: { type: new GraphQLNonNull(GraphQLString) } },
    resolve: async (_source, { name }: { name: string }, { requestId }) => {
      const log = steps.get(requestId) ?? [];
      steps.set(requestId, log);
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
      return log.join(', ');
    },
  },
  login: {
    type: GraphQLString,
    args: {
      input: {
        type: new GraphQLInputObjectType({
          name: 'LoginInput',
          fields: { email: { type: GraphQLString }, password: { type: GraphQLString } },
        }),
      },
    },
    resolve: () => 'a token',
  },
};

const tick = new GraphQLObjectType<{ readonly number: number }>({
  name: 'Tick',
  fields: {
    number: { type: GraphQLInt },
    who: { type: GraphQLString, resolve: (_tick, _args, { actor }: Context) => actor?.id },
    patient: {
      type: GraphQLString,
      args: { id: { type: new GraphQLNonNull(GraphQLString) } },
      resolve: (_tick, { id }: { id: string }, { patientsRead }: Context) => {
        patientsRead.add(id);
        return 'Ada Canary';
      },
    },
    crash: {
      type: GraphQLString,
      resolve: () => {
        throw new Error('Ada Canary in /srv/people.ts');
      },
    },
    busy: {
      type: GraphQLString,
      resolve: () => {
        throw new Error('timeout exceeded when trying to connect');
      },
    },
  },
});

/** So many ticks, then nothing until nobody listens any more; where `breaks`, a fault of the stream itself. */
async function* ticks(to: number, breaks: boolean, { live }: Context) {
  for (let number = 1; number <= to; number += 1) yield { number };
  if (breaks) throw new Error('Ada Canary in /srv/ticks.ts');
  await new Promise((resolve) => live?.signal.addEventListener('abort', resolve));
}

const subscriptions: GraphQLFieldConfigMap<unknown, Context> = {
  ticks: {
    type: tick,
    args: { to: { type: GraphQLInt, defaultValue: 1 }, breaks: { type: GraphQLBoolean, defaultValue: false } },
    subscribe: (_source, { to, breaks }: { to: number; breaks: boolean }, context) => ticks(to, breaks, context),
    resolve: (source) => source,
  },
  refused: {
    type: tick,
    subscribe: () => {
      throw new Refusal('INSUFFICIENT_INVENTORY', 'Only 3 are left.', { available: '3' });
    },
  },
  broken: {
    type: tick,
    subscribe: () => {
      throw new Error('Ada Canary in /srv/broken.ts');
    },
  },
};

const steps = new Map<string, string[]>();

export function smallSchema(): GraphQLSchema {
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: queries }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields: mutations }),
    subscription: new GraphQLObjectType({ name: 'Subscription', fields: subscriptions }),
    types: [box, pot],
  });
}

export const smallPolicy: Policy = {
  ...Object.fromEntries(Object.keys(queries).map((name) => [`Query.${name}`, 'PUBLIC' as const])),
  'Query.secretThing': ['MANAGER', 'ADMIN'],
  'Query.patient': ['PHARMACIST'],
  'Mutation.step': 'PUBLIC',
  'Mutation.login': 'PUBLIC',
  'Subscription.ticks': ['PHARMACIST', 'MANAGER'],
  'Subscription.refused': ['PHARMACIST'],
  'Subscription.broken': ['PHARMACIST'],
};
