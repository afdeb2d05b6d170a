import { readFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { expect, test } from 'vitest';
import { buildApiSchema } from './build-schema.ts';
import { policy } from './policy.ts';

const schema = buildApiSchema();

test('schema.graphql is what the classes say', () => {
  const committed = readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8');
  const fresh = `${printSchema(lexicographicSortSchema(schema))}\n`;
  expect(committed, 'Run `npm run schema` and commit the file.').toBe(fresh);
});

test('the policy has a line for each query, and none for what is not there', () => {
  const queries = Object.keys(schema.getQueryType()?.getFields() ?? {}).map((name) => `Query.${name}`);
  const lines = Object.keys(policy).filter((name) => name.startsWith('Query.'));
  expect(lines.sort()).toEqual(queries.sort());
});
