import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { markApplied, migrate, migrationStatus } from './migrate.ts';

let database: TestDatabase;
let db: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  db = await createDataSource(database.ownerUrl, { poolSize: 1 }).initialize();
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const pending = async () => (await migrationStatus(db)).filter(({ applied }) => !applied).map(({ name }) => name);

test('what was done by hand is marked as applied, in order, and is not run again', async () => {
  const [older = '', newest = ''] = (await migrationStatus(db)).slice(-2).map(({ name }) => name);
  await db.query('DELETE FROM public.migration WHERE name IN ($1, $2)', [older, newest]);
  await expect(markApplied(database.ownerUrl, 'Nothing1')).rejects.toThrow('There is no migration Nothing1');
  await expect(markApplied(database.ownerUrl, newest)).rejects.toThrow(`${older} comes before ${newest}`);
  expect(await pending()).toEqual([older, newest]);

  await markApplied(database.ownerUrl, older);
  expect(await pending()).toEqual([newest]);
  await expect(markApplied(database.ownerUrl, older)).rejects.toThrow('has been run already');
  await markApplied(database.ownerUrl, newest);

  expect(await migrate(database.ownerUrl)).toEqual([]);
  const rows = await db.query<{ timestamp: string }[]>(
    'SELECT "timestamp" FROM public.migration ORDER BY id DESC LIMIT 2',
  );
  expect(rows.map(({ timestamp }) => timestamp)).toEqual([newest.slice(-13), older.slice(-13)]);
});
