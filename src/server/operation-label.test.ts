import { randomBytes } from 'node:crypto';
import { getOperationAST, parse } from 'graphql';
import { expect, test } from 'vitest';
import { operationLabel } from './operation-label.ts';

const labelOf = (query: string) => operationLabel(getOperationAST(parse(query)) ?? undefined);

test.each([
  ['{ stocks { nodes { id } } }', 'stocks'],
  ['mutation Take($i: DispenseInput!) { dispense(input: $i) { records { id } } }', 'dispense'],
  ['{ mine: stocks { nodes { id } } }', 'stocks'],
  ['{ stocks { nodes { id } } locations { id } }', 'several'],
  ['{ ...All } fragment All on Query { stocks { nodes { id } } }', 'several'],
  ['{ __schema { types { name } } }', 'introspection'],
  ['fragment All on Query { ping }', 'none'],
])('%s is %s', (query, label) => {
  expect(labelOf(query)).toBe(label);
});

test('10 000 names that authors give their operations are one', () => {
  const labels = new Set<string>();
  for (let index = 0; index < 10_000; index += 1) {
    const name = `n${randomBytes(8).toString('hex')}`;
    labels.add(labelOf(`query ${name} { ${name}: ping }`));
  }
  expect([...labels]).toEqual(['ping']);
});
