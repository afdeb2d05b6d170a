/** docs/data-model.md names every table, enum value and index that it should, as of the newest migration. */
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';

const schemas = ['people', 'catalogue', 'inventory', 'dpap', 'workflow', 'audit', 'ops', 'legacy'];
let database: TestDatabase;
let client: pg.Client;
let page: string;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  page = await readFile('docs/data-model.md', 'utf8');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function namesOf(query: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(query, [schemas]);
  return rows.map(({ name }) => name);
}

test('it tells of the newest migration', async () => {
  const numbers = (await readdir('migrations')).flatMap((file) => /^\d{4}/.exec(file) ?? []);
  expect(/As of migration (\d{4})/.exec(page)?.[1]).toBe(numbers.sort().at(-1));
});

test('every table and materialised view', async () => {
  const tables = await namesOf(
    `SELECT nspname || '.' || relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE nspname = ANY($1) AND relkind IN ('r', 'p', 'm') AND NOT relispartition ORDER BY 1`,
  );
  expect(tables.length).toBeGreaterThan(40);
  expect(tables.filter((name) => !page.includes(`| \`${name}\` `))).toEqual([]);
  const shown = [...page.matchAll(/^\| `(\w+\.\w+)` /gm)].map(([, name]) => name);
  const enums = await namesOf(
    `SELECT DISTINCT nspname || '.' || typname AS name FROM pg_enum JOIN pg_type t ON t.oid = enumtypid JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = ANY($1)`,
  );
  expect(shown.filter((name) => name !== undefined && ![...tables, ...enums].includes(name))).toEqual([]);
});

test('every enum, with its values in their order', async () => {
  const { rows } = await client.query<{ name: string; values: string[] }>(
    `SELECT nspname || '.' || typname AS name, array_agg(enumlabel::text ORDER BY enumsortorder) AS values
     FROM pg_enum JOIN pg_type t ON t.oid = enumtypid JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = ANY($1) GROUP BY 1`,
    [schemas],
  );
  const values = (name: string) =>
    [...(new RegExp(`^\\| \`${name}\` +\\| (.+) \\|$`, 'm').exec(page)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(
      ([, value]) => value,
    );
  for (const row of rows) expect(values(row.name), row.name).toEqual(row.values);
});

test('indexes that are named are there', async () => {
  const known = await namesOf('SELECT indexname AS name FROM pg_indexes WHERE schemaname = ANY($1)');
  const section = /## Indexes that matter([^]*?)## /.exec(page)?.[1] ?? '';
  const named = [...section.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name]) => name ?? '');
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
