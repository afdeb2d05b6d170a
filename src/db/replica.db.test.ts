import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { poolOf } from './prepared.ts';
import { differenceOf, Replica } from './replica.ts';
import { parsePosition } from './wal-position.ts';

let database: TestDatabase;
let primary: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  primary = await createDataSource(database.appUrl, { poolSize: 1 }).initialize();
});
afterAll(async () => {
  await primary.destroy();
  await database.drop();
});

const silent = () =>
  new Replica({ primary, connect: async () => new Promise(() => undefined), onTrouble: () => undefined });

test.each([
  { other: {}, found: null },
  { other: { cluster: null, timeline: null }, found: null },
  { other: { database: 'b' }, found: 'shows the database b, not a' },
  { other: { cluster: '2' }, found: 'is a standby of another server' },
  { other: { timeline: 2 }, found: 'has not followed the failover to a new primary yet' },
])('$other', ({ other, found }) => {
  const first = { database: 'a', cluster: '1', timeline: 1 };
  expect(differenceOf({ ...first, ...other }, first)).toBe(found);
});

test('one that never answers keeps nobody waiting', async () => {
  const replica = silent();
  const began = performance.now();
  expect(await replica.upTo(0n)).toBe('away');
  expect(performance.now() - began).toBeLessThan(1_500);
});

test('a primary that does not say how far it is keeps nobody waiting either, and is asked again', async () => {
  const replica = silent();
  const held = await poolOf(primary).connect();
  expect(await Promise.all([replica.written(), replica.written()])).toEqual([null, null]);
  held.release();
  expect(parsePosition((await replica.written()) ?? '')).not.toBeNull();
});
