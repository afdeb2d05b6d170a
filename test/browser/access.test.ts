/** What the dashboard offers is what the API allows: its table of deeds against the API's rules. */
import { expect, test } from 'vitest';
import { policy } from '../../src/resolvers/policy.ts';
import { mayDo } from '../../web/src/app/may-do.ts';

test('the dashboard offers each deed to exactly those roles that may do it', () => {
  const told = Object.entries(mayDo).map(([deed, roles]) => [deed, [...roles].toSorted()]);
  const ruled = told.map(([deed]) => {
    const rule = policy[`Mutation.${String(deed)}`];
    return [deed, rule === undefined || rule === 'PUBLIC' ? rule : [...rule].toSorted()];
  });
  expect(told).toEqual(ruled);
});
