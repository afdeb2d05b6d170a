import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../ormconfig.ts';
import { audit } from '../src/domain/audit.ts';
import { readHead } from '../src/domain/audit-seal/audit-head.ts';
import { entryHash, entryTexts, type EntryTexts } from '../src/domain/audit-seal/chain.ts';
import { firstPosition, rowsOfStep, sealNext } from '../src/domain/audit-seal/seal-audit.ts';
import { beginning } from '../src/domain/audit-seal/unsealed.ts';
import { verifyAudit } from '../src/domain/audit-seal/verify-audit.ts';
import { inTransaction, type Tx } from '../src/db/in-transaction.ts';
import { sealAudit } from '../src/jobs/seal-audit.ts';
import { asSuperuser, record, rehash } from './audit-trail.ts';
import { TestClinic } from './clinic.ts';
import { oneThenTheOther } from './held.ts';

let clinic: TestClinic;

beforeEach(async () => {
  clinic = await TestClinic.open();
});
afterEach(() => clinic.close());

const numbers = () =>
  clinic.one(
    'SELECT count(*)::integer AS rows, min(seq)::integer AS first, max(seq)::integer AS last FROM audit.audit_seal',
  );
const blocks = () =>
  clinic.all(
    'SELECT first_seq::integer AS first, last_seq::integer AS last, complete FROM audit.audit_block ORDER BY block',
  );
const numberOf = async (id: string | undefined) =>
  (await clinic.one<{ seq: number }>('SELECT seq::integer AS seq FROM audit.audit_seal WHERE entry_id = $1', [id])).seq;
const system = <T>(work: (tx: Tx) => Promise<T>) => inTransaction(clinic.systemSession(), work);
/** As if all so far had been sealed so long ago. */
const longAgo = (hours: number) =>
  asSuperuser(clinic, async (superuser) => {
    await superuser.query(`UPDATE audit.audit_block SET sealed_at = sealed_at - make_interval(hours => $1)`, [hours]);
    await superuser.query(`UPDATE audit.audit_entry SET occurred_at = occurred_at - make_interval(hours => $1)`, [
      hours,
    ]);
    await rehash(superuser, 1);
  });

describe('sealing', () => {
  it('numbers rows in the order of their times, a block at a time, and proves now and then that there was nothing', async () => {
    expect(await sealAudit(clinic.db)).toBe(0);
    expect(await sealAudit(clinic.db)).toBe(0);
    expect(await blocks()).toEqual([{ first: 1, last: 0, complete: true }]);
    const [later, earlier] = await record(clinic, 1, 2);
    expect(await sealAudit(clinic.db)).toBe(2);
    expect([await numberOf(earlier), await numberOf(later)]).toEqual([1, 2]);
    await longAgo(1);
    await sealAudit(clinic.db);
    expect(await blocks()).toEqual([
      { first: 1, last: 0, complete: true },
      { first: 1, last: 2, complete: true },
      { first: 3, last: 2, complete: true },
    ]);
    expect(await verifyAudit(clinic.db)).toEqual({ blocks: 3, rows: 2, faults: [], faultCount: 0, late: [] });
  });

  it('takes a large backlog in steps, goes on where it was stopped, and tells that it came late', async () => {
    const rows = 2 * rowsOfStep + 1;
    await record(clinic, ...Array.from({ length: rows }, (_, index) => 86_400 - index));
    const stopping = new AbortController();
    stopping.abort();
    expect(await sealAudit(clinic.db, stopping.signal)).toBe(0);
    const step = await system((tx) => sealNext(tx, beginning));
    expect(step).toMatchObject({ sealed: rowsOfStep, next: expect.any(Object) as object });
    expect(await sealAudit(clinic.db)).toBe(rowsOfStep + 1);
    expect(await blocks()).toEqual([
      { first: 1, last: rowsOfStep, complete: false },
      { first: rowsOfStep + 1, last: 2 * rowsOfStep, complete: false },
      { first: 2 * rowsOfStep + 1, last: rows, complete: true },
    ]);
    expect(await verifyAudit(clinic.db)).toMatchObject({
      blocks: 3,
      rows,
      faultCount: 0,
      late: [{ rows, noSealSince: null }],
    });
  });

  it('counts its blocks as numbers, past the tenth too', async () => {
    for (let made = 0; made < 11; made += 1) {
      await record(clinic, 1);
      await sealAudit(clinic.db);
    }
    const head = await readHead(clinic.db);
    expect(head).toMatchObject({ block: 11, rows: 11 });
    expect(await verifyAudit(clinic.db, head === null ? [] : [head])).toMatchObject({
      blocks: 11,
      rows: 11,
      faultCount: 0,
    });
  });

  it('leaves no gap after a rollback', async () => {
    await record(clinic, 2);
    await sealAudit(clinic.db);
    await record(clinic, 1);
    const failed = system(async (tx) => {
      expect((await sealNext(tx, await firstPosition(clinic.db))).sealed).toBe(1);
      throw new Error('the worker fails');
    });
    await expect(failed).rejects.toThrow('the worker fails');
    expect(await sealAudit(clinic.db)).toBe(1);
    expect(await numbers()).toEqual({ rows: 2, first: 1, last: 2 });
    expect((await verifyAudit(clinic.db)).faults).toEqual([]);
  });

  it('finds rows of transactions that commit late, and holds them for honest', async () => {
    const actor = await clinic.actor(['MANAGER']);
    const line = { entity: 'stock', entityId: 'a row', action: 'adjustStock' };
    let late: string | undefined;
    await clinic.as(actor, async (tx) => {
      await audit(tx, line);
      [late] = (await tx.sql<{ id: string }>('SELECT id FROM audit.audit_entry ORDER BY occurred_at DESC LIMIT 1')).map(
        ({ id }) => id,
      );
      await clinic.as(actor, (other) => audit(other, line));
      expect(await sealAudit(clinic.db)).toBe(1);
    });
    expect(await sealAudit(clinic.db)).toBe(1);
    expect(await numberOf(late)).toBe(2);
    expect(await verifyAudit(clinic.db)).toEqual({ blocks: 2, rows: 2, faults: [], faultCount: 0, late: [] });
  });

  it('after a standstill tells what came late, and still names what claims to be older than the seal before', async () => {
    await record(clinic, 1);
    await sealAudit(clinic.db);
    await longAgo(3);
    await record(clinic, 7_200, 3_600);
    const [forged] = await record(clinic, 4 * 3_600 - 1_800);
    expect(await verifyAudit(clinic.db)).toMatchObject({
      faults: [
        { kind: 'unsealed', entryId: forged },
        {
          kind: 'unsealed',
          message: expect.stringMatching(/^Rows without a seal: 2, recorded from .* The last seal is of /) as string,
        },
      ],
    });
    expect(await sealAudit(clinic.db)).toBe(3);
    const { faults, late } = await verifyAudit(clinic.db);
    expect(faults).toMatchObject([{ kind: 'backdated', block: 2, seq: 2, entryId: forged }]);
    expect(late).toMatchObject([{ rows: 2, noSealSince: expect.any(String) as string }]);
  });
});

describe('sealers at once', () => {
  it('share nothing: what one is at, the other leaves', async () => {
    await record(clinic, 1);
    const as = await clinic.actor(['MANAGER']);
    const seal = { as, work: (tx: Tx) => sealNext(tx, beginning) };
    const [one, other] = await oneThenTheOther(clinic, seal, seal);
    expect(one).toMatchObject({ status: 'fulfilled', value: { sealed: 1 } });
    expect(other).toEqual({ status: 'fulfilled', value: { sealed: 0, next: null } });
  });

  it('number each row once', async () => {
    await record(clinic, ...Array.from({ length: 3 * rowsOfStep }, (_, index) => 60 - index / 1_000));
    await Promise.all(Array.from({ length: 4 }, () => sealAudit(clinic.db)));
    await sealAudit(clinic.db);
    expect(await numbers()).toEqual({ rows: 3 * rowsOfStep, first: 1, last: 3 * rowsOfStep });
    expect((await verifyAudit(clinic.db)).faults).toEqual([]);
  });

  it('collide without their lock', async () => {
    await record(clinic, 1);
    const as = await clinic.actor(['MANAGER']);
    const unlocked = (tx: Tx): Tx => {
      const sql = async <Row>(text: string, values?: readonly unknown[]) =>
        tx.sql<Row>(text.replace('pg_try_advisory_xact_lock($1)', '$1::integer > 0'), values);
      return Object.assign(Object.create(tx) as Tx, { sql });
    };
    const seal = { as, work: (tx: Tx) => sealNext(unlocked(tx), beginning) };
    const [one, other] = await oneThenTheOther(clinic, seal, seal);
    expect(one.status).toBe('fulfilled');
    expect(other).toMatchObject({ status: 'rejected', reason: { code: '23505' } });
  });
});

describe('the settings of a session', () => {
  const strange = [
    "TimeZone = 'Pacific/Auckland'",
    "DateStyle = 'SQL, DMY'",
    "IntervalStyle = 'sql_standard'",
    "extra_float_digits = '-15'",
    "bytea_output = 'escape'",
  ];

  it('change nothing of what is hashed', async () => {
    await record(clinic, 0, 10.000_001, 1e6);
    await clinic.owner.query(
      `INSERT INTO audit.audit_entry (id, entity, entity_id, action, after, occurred_at)
       SELECT gen_random_uuid(), 'strange', t, 'test', '{"n": 1e3, "f": 0.10, "t": "\\u0001 é"}', t::timestamptz
       FROM unnest('{infinity,-infinity,0044-03-15 12:00:00+00 BC,12026-01-01 00:00:00+00,2026-01-01 00:00:00.1+00}'::text[]) t`,
    );
    const known = await clinic.one<EntryTexts>(
      `SELECT ${entryTexts} FROM audit.audit_entry e WHERE entity_id = '2026-01-01 00:00:00.1+00'`,
    );
    expect(known).toMatchObject({
      after: '{"f": 0.10, "n": 1000, "t": "\\u0001 é"}',
      before: null,
      occurredAt: '2026-01-01T00:00:00.1',
    });
    const hashes = async (settings: readonly string[]) => {
      const client = new pg.Client({ connectionString: clinic.database.ownerUrl });
      await client.connect();
      for (const setting of settings) await client.query(`SET ${setting}`);
      const { rows } = await client.query<EntryTexts>(`SELECT ${entryTexts} FROM audit.audit_entry e ORDER BY id`);
      await client.end();
      return rows.map(entryHash);
    };
    const usual = await hashes([]);
    expect(new Set(usual).size).toBe(8);
    expect(await hashes(strange)).toEqual(usual);
  });

  it('may differ between who seals and who verifies', async () => {
    await record(clinic, 2, 1);
    await sealAudit(clinic.db);
    const { name } = await clinic.one<{ name: string }>('SELECT current_database() AS name');
    await asSuperuser(clinic, async (superuser) => {
      for (const setting of strange)
        await superuser.query(`ALTER ROLE lotkeeper_api IN DATABASE ${name} SET ${setting}`);
    });
    const other = await createDataSource(clinic.database.appUrl).initialize();
    try {
      expect(await other.query('SHOW bytea_output')).toEqual([{ bytea_output: 'escape' }]);
      expect(await verifyAudit(other)).toMatchObject({ rows: 2, faultCount: 0 });
      await record(clinic, 1);
      expect(await sealAudit(other)).toBe(1);
      expect(await verifyAudit(other)).toMatchObject({ rows: 3, faultCount: 0 });
    } finally {
      await other.destroy();
    }
    expect(await verifyAudit(clinic.db)).toMatchObject({ blocks: 2, rows: 3, faultCount: 0, late: [] });
  });
});

it('is verified by somebody who may only read it', async () => {
  await record(clinic, 1);
  await sealAudit(clinic.db);
  const role = `auditor_${randomBytes(4).toString('hex')}`;
  await asSuperuser(clinic, async (superuser) => {
    await superuser.query(`CREATE ROLE ${role} LOGIN PASSWORD 'auditor'`);
    await superuser.query(`GRANT USAGE ON SCHEMA audit TO ${role}`);
    await superuser.query(`GRANT SELECT ON audit.audit_entry, audit.audit_seal, audit.audit_block TO ${role}`);
  });
  const url = new URL(clinic.database.appUrl);
  Object.assign(url, { username: role, password: 'auditor' });
  const db = await createDataSource(url.href).initialize();
  try {
    const head = await readHead(db);
    expect(await verifyAudit(db, head === null ? [] : [head])).toMatchObject({ rows: 1, faultCount: 0 });
  } finally {
    await db.destroy();
    await asSuperuser(clinic, async (superuser) => {
      await superuser.query(`DROP OWNED BY ${role}`);
      await superuser.query(`DROP ROLE ${role}`);
    });
  }
});
