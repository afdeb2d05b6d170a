import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';

let one: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([one.drop(), other.drop()]);
});

async function ask<T>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<T & pg.QueryResultRow>(statement);
    return rows;
  } finally {
    await client.end();
  }
}

test('each database is migrated and its own', async () => {
  const migrated = `SELECT to_regclass('public.migration') IS NOT NULL AS yes`;
  expect(await ask(one.ownerUrl, migrated)).toEqual([{ yes: true }]);
  await ask(one.ownerUrl, 'CREATE TABLE only_here (n int)');
  expect(await ask(other.ownerUrl, `SELECT to_regclass('public.only_here') AS it`)).toEqual([{ it: null }]);
});

test('the app signs in as one who owns nothing, with its limits set', async () => {
  const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const shown = limits.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
  const rows = await ask(one.appUrl, `SELECT current_user, pg_has_role('lotkeeper_app', 'MEMBER') AS member, ${shown}`);
  expect(rows).toEqual([
    {
      current_user: 'lotkeeper_api',
      member: true,
      statement_timeout: '5s',
      lock_timeout: '1200ms',
      idle_in_transaction_session_timeout: '5s',
    },
  ]);
  await expect(ask(one.appUrl, 'CREATE TABLE mine (n int)')).rejects.toThrow('permission denied');
});

test('the database speaks UTF-8 and UTC', async () => {
  const rows = await ask(
    one.appUrl,
    `SELECT current_setting('server_encoding') AS encoding, current_setting('TimeZone') AS zone, upper('é') AS up`,
  );
  expect(rows).toEqual([{ encoding: 'UTF8', zone: 'UTC', up: 'É' }]);
});
