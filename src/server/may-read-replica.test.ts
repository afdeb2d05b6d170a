import { getNamedType, getOperationAST, isInputObjectType, parse, validate, type GraphQLInputType } from 'graphql';
import { expect, test } from 'vitest';
import { buildApiSchema } from '../resolvers/build-schema.ts';
import { listsAndFigures, mayReadReplica } from './may-read-replica.ts';

const schema = buildApiSchema();
const mayRead = (source: string, name?: string) => {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document, name);
  return operation !== null && operation !== undefined && mayReadReplica(schema, document, operation);
};

test.each([...listsAndFigures])(
  '%s is a list or figures, not one thing by its id, and is not asked for by a patient',
  (name) => {
    const field = schema.getQueryType()?.getFields()[name];
    expect(field).toBeDefined();
    const inputs = (field?.args ?? []).flatMap(({ name: argument, type }) => [argument, ...namesWithin(type)]);
    expect(inputs).not.toContain('id');
    expect(inputs.filter((input) => /patient/i.test(input))).toEqual([]);
  },
);

function namesWithin(type: GraphQLInputType): string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap((field) => [field.name, ...namesWithin(field.type)]);
}

test.each([
  '{ stocks { nodes { id product { name } lot { status } } } }',
  '{ a: stocks { nodes { id } } b: inventoryOverview { stockRows } }',
  'query ($f: StockFilter) { ...Page } fragment Page on Query { stocks(filter: $f) { nodes { id } } }',
  '{ ... on Query { products { nodes { singlePatientVial } } } }',
  '{ dispensingEvents { nodes { patientAgeGroup } } }',
])('the replica may answer %s', (source) => {
  expect(mayRead(source)).toBe(true);
});

const id = '"018f0000-0000-7000-8000-000000000000"';
test.each([
  `{ stock(id: ${id}) { id } }`,
  `{ stocks { nodes { id } } stock(id: ${id}) { id } }`,
  `{ stocks: stock(id: ${id}) { id } }`,
  `{ stocks { nodes { id } } ...One } fragment One on Query { ... on Query { stock(id: ${id}) { id } } }`,
  '{ patients { nodes { id } } }',
  '{ dispenseRecords { nodes { id } } }',
  '{ recalls { nodes { affectedPatients { patient { id } } } } }',
  '{ recalls { nodes { ...Exposed } } } fragment Exposed on Recall { who: affectedPatients { __typename } }',
  '{ openVials { nodes { usages { patient { id } } } } }',
  '{ openVials { nodes { usages { doses treatment } } } }',
  '{ __schema { queryType { name } } }',
  `{ fefoPlan(productId: ${id}, locationId: ${id}, quantity: "1") { __typename } }`,
  '{ me { id } }',
  'mutation { refreshStockMetrics { __typename } }',
  'subscription { alertRaised { id } }',
])('the primary answers %s', (source) => {
  expect(mayRead(source)).toBe(false);
});

test('each operation of a document is looked at by itself', () => {
  const source = `query Lists { stocks { nodes { id } } } query One { stock(id: ${id}) { id } }`;
  expect([mayRead(source, 'Lists'), mayRead(source, 'One')]).toEqual([true, false]);
});
