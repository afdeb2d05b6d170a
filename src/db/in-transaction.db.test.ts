import { once } from 'node:events';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { TestClinic } from '../../test/clinic.ts';
import { rewritten } from '../../test/rewritten.ts';
import type { Actor } from '../actor.ts';
import { refusalFor } from './database-error.ts';
import { hasBegun } from './beginning.ts';
import { inTransaction, inVerbTransaction, type Tx } from './in-transaction.ts';
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

test('the last statement leaves with its COMMIT, with one write', async () => {
  const db = await createDataSource(clinic.database.appUrl, { poolSize: 1 }).initialize();
  const client = await poolOf(db).connect();
  const { stream } = client.connection;
  client.release();
  const writes = [vi.spyOn(stream, '_write'), vi.spyOn(stream, '_writev')];
  await inVerbTransaction({ ...clinic.session(actor), db }, async (tx) => {
    await tx.sql(`SELECT 1 WHERE ${hasBegun}`);
    return tx.lastSql('SELECT 2');
  });
  expect(writes.reduce((sum, { mock }) => sum + mock.calls.length, 0)).toBe(2);
  await db.destroy();
});

describe('after its last statement', () => {
  const kept = () => clinic.all<{ id: number }>('SELECT id FROM ops.last_said ORDER BY id');
  const insert = (id: number, of = 1) => `INSERT INTO ops.last_said (id, of) VALUES (${id}, ${of}) RETURNING id`;
  beforeAll(() =>
    clinic.owner
      .query(`CREATE TABLE ops.last_said (id integer PRIMARY KEY CHECK (id > 0), of integer REFERENCES ops.last_said DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO ops.last_said (id) VALUES (1); GRANT SELECT, INSERT ON ops.last_said TO lotkeeper_app`),
  );
  afterAll(() => clinic.owner.query('DROP TABLE ops.last_said'));

  test('the transaction is kept, with what was before it', async () => {
    const rows = await inVerbTransaction(clinic.session(actor), async (tx) => {
      await tx.sql(insert(2));
      return tx.lastSql(insert(3));
    });
    expect(rows).toEqual([{ id: 3 }]);
    expect(await kept()).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test.each([
    ['failed', (tx: Tx) => tx.lastSql(insert(-1)), /check constraint/],
    ['could not be sent', (tx: Tx) => tx.lastSql('SELECT $1::jsonb', [{}]), /may not be sent/],
    ['broke a rule that is looked at in the end', (tx: Tx) => tx.lastSql(insert(5, 99)), /foreign key/],
  ])('nothing is kept where it %s, and the connection serves on', async (_, last, told) => {
    const before = await kept();
    const work = inVerbTransaction(clinic.session(actor), async (tx) => {
      await tx.sql(insert(4));
      return last(tx);
    });
    await expect(work).rejects.toThrow(told);
    expect(await kept()).toEqual(before);
    expect(await clinic.as(actor, (tx) => tx.sql('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  test('a transaction of more than the verb goes on, and takes all back where it fails', async () => {
    const before = await kept();
    const work = clinic.as(actor, async (tx) => {
      expect(await tx.lastSql(insert(6))).toEqual([{ id: 6 }]);
      await tx.sql(insert(-1));
    });
    await expect(work).rejects.toThrow(/check constraint/);
    expect(await kept()).toEqual(before);
  });

  test.each([
    ['statement', (tx: Tx) => tx.sql('SELECT 1')],
    ['last one', (tx: Tx) => tx.lastSql('SELECT 1')],
  ])('the transaction takes no other %s', async (_, more) => {
    const work = inVerbTransaction(clinic.session(actor), async (tx) => {
      await tx.lastSql('SELECT 1');
      return more(tx);
    });
    await expect(work).rejects.toThrow('has had its last statement');
  });
});

test('of two last statements at once only one is sent', async () => {
  const work = inVerbTransaction(clinic.session(actor), (tx) =>
    Promise.all([tx.lastSql('SELECT 1'), tx.lastSql('SELECT 2')]),
  );
  await expect(work).rejects.toThrow('has had its last statement');
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
