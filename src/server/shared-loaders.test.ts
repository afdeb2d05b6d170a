import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import { createLoaders } from '../resolvers/loaders.ts';
import { SharedLoaders } from './shared-loaders.ts';

const actor: Actor = { id: 'a', roles: ['MANAGER'], locationIds: ['here'], accessVersion: 1, isSystem: false };
const db = new DataSource({ type: 'postgres' });

test('one event at one moment is read once by all who see the same, and anew for who hears of it later', () => {
  let now = 0;
  const shared = new SharedLoaders(db, createLoaders, () => now);
  const event = {};
  const first = shared.of(event, actor);
  expect(shared.of(event, { ...actor, id: 'b' })).toBe(first);
  expect(shared.of(event, { ...actor, roles: ['PROVIDER'] })).not.toBe(first);
  expect(shared.of(event, { ...actor, locationIds: ['elsewhere'] })).not.toBe(first);
  expect(shared.of({}, actor)).not.toBe(first);
  now += 3_600_000;
  const later = shared.of(event, actor);
  expect(later).not.toBe(first);
  expect(shared.of(event, actor)).toBe(later);
});
