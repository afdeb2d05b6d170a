import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { TestClinic } from '../../test/clinic.ts';
import { rewritten } from '../../test/rewritten.ts';
import type { Actor } from '../actor.ts';
import { refusalFor } from './database-error.ts';
import { hasBegun } from './beginning.ts';
import { inTransaction } from './in-transaction.ts';
import { poolOf, read } from './prepared.ts';

let clinic: TestClinic;
let actor: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  actor = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

async function terminate(pid: number): Promise<void> {
  const admin = new pg.Client({ connectionString: clinic.database.adminUrl });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend($1)', [pid]).finally(() => admin.end());
}

test('a connection that is lost before COMMIT is a passing condition, and does not go back into the pool', async () => {
  const pool = poolOf(clinic.db);
  const lost: unknown = await clinic
    .as(actor, async (tx) => {
      const [backend] = await tx.sql<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const removed = once(pool, 'remove');
      await terminate(backend?.pid ?? 0);
      await removed;
    })
    .catch((error: unknown) => error);
  expect(refusalFor(lost)?.code).toBe('SERVICE_UNAVAILABLE');
  expect(pool.totalCount).toBe(pool.idleCount);
  expect(await clinic.as(actor, (tx) => tx.sql('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
});

test('a beginning that failed gives the connection to nobody else before the work on it has ended', async () => {
  const pool = poolOf(clinic.db);
  let held = 0;
  const late = async () =>
    clinic.as(actor, async (tx) => {
      await tx.query('SELECT 1');
      held = pool.totalCount - pool.idleCount;
      return tx.sql('SELECT 1');
    });
  await expect(rewritten('START TRANSACTION', 'SELECT 1 / 0', late)).rejects.toMatchObject({ code: '22012' });
  expect(held).toBe(1);
});

test('the beginning and the first statement leave with one write, the end with another', async () => {
  const db = await createDataSource(clinic.database.appUrl, { poolSize: 1 }).initialize();
  const client = await poolOf(db).connect();
  const { stream } = client.connection;
  client.release();
  const writes = [vi.spyOn(stream, '_write'), vi.spyOn(stream, '_writev')];
  const written = () => writes.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  await inTransaction({ ...clinic.session(actor), db }, async (tx) => {
    await tx.sql(`SELECT 1 WHERE ${hasBegun}`);
    expect(written()).toBe(1);
  });
  expect(written()).toBe(2);
  await db.destroy();
});

test('work that passed over a failed statement is not told as done', async () => {
  const work = clinic.as(actor, async (tx) => {
    await tx.sql('SELECT 1 / 0').catch(() => undefined);
    return 'done';
  });
  await expect(work).rejects.toThrow('nothing of it was kept');
});

test('a named statement that a migration has outdated is planned anew, on the very same connection', async () => {
  const db = await createDataSource(clinic.database.appUrl, { poolSize: 1 }).initialize();
  const session = { ...clinic.session(actor), db };
  const statement = 'SELECT * FROM ops.grown';
  await clinic.owner.query('CREATE TABLE ops.grown AS SELECT 1 AS a; GRANT SELECT ON ops.grown TO lotkeeper_app');
  expect(await inTransaction(session, (tx) => tx.sql(statement))).toEqual([{ a: 1 }]);
  await clinic.owner.query('ALTER TABLE ops.grown ADD COLUMN b integer');
  expect(await inTransaction(session, (tx) => tx.sql(statement))).toEqual([{ a: 1, b: null }]);
  await clinic.owner.query('ALTER TABLE ops.grown ADD COLUMN c integer');
  expect(await read(db, statement)).toEqual([{ a: 1, b: null, c: null }]);
  await db.destroy();
});
