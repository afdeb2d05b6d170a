import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { smallPolicy, smallSchema } from '../../test/server/small-schema.ts';
import { roles, type Role } from '../actor.ts';
import { guardSchema } from './schema-guard.ts';
import { refusalOf } from './errors.ts';

const rest = Object.fromEntries(Object.entries(smallPolicy).filter(([name]) => name !== 'Query.ping'));

test('a root field that the policy does not name fails the build', () => {
  expect(() => guardSchema(smallSchema(), rest)).toThrow('The policy does not say who may ask Query.ping.');
});

test('a line for a field that is not there fails the build', () => {
  expect(() => guardSchema(smallSchema(), { ...smallPolicy, 'Query.gone': [] })).toThrow(/Query\.gone/);
});

test('a field named like an inherited property is not declared by it', () => {
  expect(() =>
    guardSchema(smallSchema(), Object.assign(Object.create({ 'Query.ping': 'PUBLIC' }) as object, rest)),
  ).toThrow();
});

const schema = guardSchema(guardSchema(smallSchema(), smallPolicy), smallPolicy);
const ask = async (held: readonly Role[] | null) => {
  const actor = held === null ? null : { id: 'a', roles: held, locationIds: [], accessVersion: 1, isSystem: false };
  const { data, errors } = await graphql({ schema, source: '{ secretThing }', contextValue: { actor } });
  return errors?.[0] === undefined ? data?.['secretThing'] : refusalOf(errors[0]);
};

test('nobody is asked to sign in, a wrong role is told which are right', async () => {
  expect(await ask(null)).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await ask(['TECHNICIAN'])).toMatchObject({ code: 'FORBIDDEN', context: { roles: ['MANAGER', 'ADMIN'] } });
  expect(await ask([])).toMatchObject({ code: 'FORBIDDEN' });
});

test.each(roles)('%s alone is let in only where the policy says so', async (role) => {
  const answer = await ask([role]);
  if (role === 'MANAGER' || role === 'ADMIN') expect(answer).toBe('for managers');
  else expect(answer).toMatchObject({ code: 'FORBIDDEN' });
});
