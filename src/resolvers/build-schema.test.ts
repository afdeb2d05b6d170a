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

test('the policy has a line for each root field, and none for what is not there', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const asked = roots.flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name ?? ''}.${name}`),
  );
  expect(Object.keys(policy).sort()).toEqual(asked.sort());
});
