/** Whatever somebody with all rights does to the audit trail, verification finds it and names the place. */
import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHead, type AuditHead } from '../src/domain/audit-seal/audit-head.ts';
import { verifyAudit } from '../src/domain/audit-seal/verify-audit.ts';
import { sealAudit } from '../src/jobs/seal-audit.ts';
import { asSuperuser, record, rehash } from './audit-trail.ts';
import { TestClinic } from './clinic.ts';

let clinic: TestClinic;
/** Numbers 1 to 9, in three blocks of three. */
let ids: string[];
let heads: AuditHead[];

beforeEach(async () => {
  clinic = await TestClinic.open();
  ids = [];
  heads = [];
  for (let block = 0; block < 3; block += 1) {
    ids.push(...(await record(clinic, ...[3, 2, 1].map((age) => age + 10 * (3 - block)))));
    expect(await sealAudit(clinic.db)).toBe(3);
    heads.push(await head());
  }
  expect(await verifyAudit(clinic.db, heads)).toEqual({ blocks: 3, rows: 9, faults: [], faultCount: 0, late: [] });
});
afterEach(() => clinic.close());

async function head(): Promise<AuditHead> {
  const found = await readHead(clinic.db);
  if (found === null) throw new Error('nothing was sealed');
  return found;
}

const id = (seq: number) => ids[seq - 1] ?? '';
const tamper = (...statements: readonly (readonly [sql: string, ...values: unknown[]])[]) =>
  asSuperuser(clinic, async (superuser) => {
    for (const [sql, ...values] of statements) await superuser.query(sql, values);
  });
/** What is found, as kind and place. */
async function found(exported: readonly AuditHead[] = []) {
  const { faults, faultCount } = await verifyAudit(clinic.db, exported);
  expect(faultCount).toBe(faults.length);
  return faults.map(({ message, ...fault }) => {
    expect(message).toMatch(/^[A-Z].*\.$/);
    return fault;
  });
}
const swapNumbers = (one: number, other: number) => async (superuser: pg.Client) => {
  const move = 'UPDATE audit.audit_seal SET seq = $2 WHERE seq = $1';
  for (const [from, to] of [
    [one, 1_000],
    [other, one],
    [1_000, other],
  ])
    await superuser.query(move, [from, to]);
};

describe('a row', () => {
  it('that was edited is named, whatever was changed', async () => {
    const changes = [
      `reason = 'another'`,
      `reason = NULL`,
      `after = after || '{"onHand": "9.5"}'`,
      `after = '{"onHand": "9.50", "note": "naïve 💊", "n": 1.1}'`,
      `before = 'null'`,
      `actor_id = '00000000-0000-0000-0000-000000000001'`,
      `occurred_at = occurred_at + interval '1 microsecond'`,
      `occurred_at = occurred_at - interval '4052 years'`,
      `entity_id = 'another row'`,
    ];
    await tamper(
      ...changes.map(
        (change, index) => [`UPDATE audit.audit_entry SET ${change} WHERE id = $1`, id(index + 1)] as const,
      ),
    );
    expect(await found()).toEqual(
      ids.map((entryId, index) => ({ kind: 'edited', block: Math.ceil((index + 1) / 3), seq: index + 1, entryId })),
    );
  });

  it('that was deleted is named', async () => {
    await tamper(['DELETE FROM audit.audit_entry WHERE id = $1', id(4)]);
    expect(await found()).toEqual([{ kind: 'deleted', block: 2, seq: 4, entryId: id(4) }]);
  });

  it('that was deleted with its seal leaves its number', async () => {
    for (const seq of [3, 4, 5]) {
      await tamper(
        ['DELETE FROM audit.audit_entry WHERE id = $1', id(seq)],
        ['DELETE FROM audit.audit_seal WHERE entry_id = $1', id(seq)],
      );
    }
    expect(await found()).toEqual([
      { kind: 'deleted', block: 1, seq: 3 },
      { kind: 'deleted', block: 2, seq: 4 },
    ]);
    expect((await verifyAudit(clinic.db)).faults.map(({ message }) => message)).toEqual([
      'Number 3 is gone, row and seal.',
      'Numbers 4 to 5 are gone, rows and seals.',
    ]);
  });

  it('that was deleted and all numbers moved up is missed in its block', async () => {
    await tamper(
      ['DELETE FROM audit.audit_entry WHERE id = $1', id(4)],
      ['DELETE FROM audit.audit_seal WHERE entry_id = $1', id(4)],
      ['UPDATE audit.audit_seal SET seq = seq + 1000 WHERE seq > 4'],
      ['UPDATE audit.audit_seal SET seq = seq - 1001 WHERE seq > 1000'],
    );
    expect(await found()).toEqual([
      { kind: 'rewritten', block: 2 },
      { kind: 'deleted', block: 3, seq: 9 },
    ]);
  });

  it('that was inserted with an older time is named, sealed or not', async () => {
    const [twoDays, anHour] = await record(clinic, 2 * 86_400, 3_000);
    expect(await found()).toEqual([
      { kind: 'unsealed', entryId: twoDays },
      { kind: 'unsealed', entryId: anHour },
    ]);
    expect(await sealAudit(clinic.db)).toBe(1);
    expect(await found()).toEqual([
      { kind: 'backdated', block: 4, seq: 10, entryId: anHour },
      { kind: 'unsealed', entryId: twoDays },
    ]);
  });

  it('that was inserted with a seal of its own belongs to no block', async () => {
    const [inserted] = await record(clinic, 1);
    await tamper([
      `INSERT INTO audit.audit_seal SELECT $1, 10, sha256('') UNION ALL SELECT gen_random_uuid(), 11, sha256('')`,
      inserted,
    ]);
    expect(await found()).toEqual([{ kind: 'inserted', seq: 10 }]);
  });

  it('that takes the number of another leaves that one without a seal, and breaks the block', async () => {
    await tamper(
      [`UPDATE audit.audit_entry SET occurred_at = occurred_at - interval '1 hour' WHERE id = $1`, id(5)],
      ['UPDATE audit.audit_seal SET entry_id = gen_random_uuid() WHERE entry_id = $1', id(5)],
    );
    expect(await found()).toMatchObject([
      { kind: 'deleted', block: 2, seq: 5 },
      { kind: 'unsealed', entryId: id(5) },
    ]);
  });

  it('that was moved within its block is named', async () => {
    await asSuperuser(clinic, swapNumbers(4, 6));
    expect(await found()).toEqual([
      { kind: 'reordered', block: 2, seq: 5, entryId: id(5) },
      { kind: 'reordered', block: 2, seq: 6, entryId: id(4) },
      { kind: 'rewritten', block: 2 },
    ]);
  });

  it('that was moved to another block is named, and breaks both', async () => {
    await asSuperuser(clinic, swapNumbers(3, 9));
    expect(await found()).toEqual([
      { kind: 'rewritten', block: 1 },
      { kind: 'reordered', block: 3, seq: 9, entryId: id(3) },
      { kind: 'rewritten', block: 3 },
    ]);
  });

  it('that tells a time after its seal is named', async () => {
    const [future] = await record(clinic, -3_600);
    await sealAudit(clinic.db);
    expect(await found()).toEqual([{ kind: 'postdated', block: 4, seq: 10, entryId: future }]);
  });
});

describe('the chain', () => {
  const edit = [`UPDATE audit.audit_entry SET reason = 'another' WHERE id = $1`] as const;

  it('shows a row that was sealed anew, but not its block', async () => {
    await tamper([...edit, id(5)], [`UPDATE audit.audit_seal SET entry_hash = sha256('') WHERE entry_id = $1`, id(5)]);
    expect(await found()).toEqual([
      { kind: 'edited', block: 2, seq: 5, entryId: id(5) },
      { kind: 'rewritten', block: 2 },
    ]);
  });

  it('shows a block that was made anew, but not those after it', async () => {
    await asSuperuser(clinic, async (superuser) => {
      const { rows } = await superuser.query<{ previous: Buffer }>(
        'SELECT previous FROM audit.audit_block WHERE block = 3',
      );
      await superuser.query(edit[0], [id(5)]);
      await rehash(superuser, 2);
      await superuser.query('UPDATE audit.audit_block SET previous = $1 WHERE block = 3', [rows[0]?.previous]);
    });
    expect(await found()).toEqual([
      { kind: 'rewritten', block: 2 },
      { kind: 'rewritten', block: 3 },
    ]);
  });

  it('that was made anew from a row on is found with any head exported since, between the heads on either side', async () => {
    await asSuperuser(clinic, async (superuser) => {
      await superuser.query(edit[0], [id(5)]);
      await rehash(superuser, 2);
    });
    expect(await found()).toEqual([]);
    expect(await found(heads.slice(0, 1))).toEqual([]);
    expect(await found(heads)).toEqual([{ kind: 'rewritten', block: 2 }]);
    expect(await found(heads.slice(2))).toEqual([{ kind: 'rewritten', block: 3 }]);
    const { faults } = await verifyAudit(
      clinic.db,
      [heads[0], heads[2]].filter((each) => each !== undefined),
    );
    expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining('after block 1, whose head holds')]);
  });

  it('of which the end was cut off, rows too, is found with a head of it', async () => {
    await tamper(
      ['DELETE FROM audit.audit_entry WHERE id = ANY($1)', ids.slice(6)],
      ['DELETE FROM audit.audit_seal WHERE seq > 6'],
      ['DELETE FROM audit.audit_block WHERE block > 2'],
    );
    expect(await found()).toEqual([]);
    expect(await found(heads.slice(0, 2))).toEqual([]);
    expect(await found(heads)).toEqual([{ kind: 'cut', block: 3 }]);
    await record(clinic, 1);
    await sealAudit(clinic.db);
    expect(await found(heads)).toEqual([{ kind: 'rewritten', block: 3 }]);
  });

  it('of which the end was cut off, but not the rows, shows them', async () => {
    await tamper(
      [`UPDATE audit.audit_block SET sealed_at = sealed_at - interval '1 hour'`],
      [`UPDATE audit.audit_entry SET occurred_at = occurred_at - interval '1 hour'`],
    );
    await asSuperuser(clinic, (superuser) => rehash(superuser, 1));
    expect(await found()).toEqual([]);
    await tamper(['DELETE FROM audit.audit_block WHERE block = 3']);
    expect(await found()).toEqual([{ kind: 'inserted', seq: 7 }]);
    await tamper(['DELETE FROM audit.audit_seal WHERE seq > 6']);
    const { faults } = await verifyAudit(clinic.db);
    expect(faults).toMatchObject([
      { kind: 'unsealed', message: expect.stringMatching(/^Rows without a seal: 3, recorded from /) as string },
    ]);
  });

  it('shows blocks that are gone from its middle or its beginning, and one that was altered', async () => {
    await tamper(['DELETE FROM audit.audit_block WHERE block = 2']);
    expect(await found()).toEqual([{ kind: 'deleted', block: 2 }]);
    await tamper(['DELETE FROM audit.audit_block WHERE block = 1']);
    expect(await found()).toEqual([{ kind: 'deleted', block: 1 }]);
    await tamper([`UPDATE audit.audit_block SET sealed_at = sealed_at + interval '1 second'`]);
    expect(await found()).toEqual([
      { kind: 'deleted', block: 1 },
      { kind: 'rewritten', block: 3 },
    ]);
    await tamper(['DELETE FROM audit.audit_block']);
    expect(await found()).toEqual([{ kind: 'inserted', seq: 1 }]);
    expect(await found(heads)).toEqual([
      { kind: 'inserted', seq: 1 },
      { kind: 'cut', block: 1 },
    ]);
  });

  it('shows a block of a version that is not known', async () => {
    await tamper(['UPDATE audit.audit_block SET version = 2 WHERE block = 3']);
    expect(await found()).toEqual([{ kind: 'rewritten', block: 3 }]);
  });

  it('shows numbers that are counted anew', async () => {
    await tamper(
      ['UPDATE audit.audit_block SET first_seq = first_seq + 10, last_seq = last_seq + 10 WHERE block = 3'],
      ['UPDATE audit.audit_seal SET seq = seq + 10 WHERE seq > 6'],
    );
    await asSuperuser(clinic, (superuser) => rehash(superuser, 3));
    expect(await found()).toEqual([
      { kind: 'rewritten', block: 3 },
      { kind: 'deleted', block: 3, seq: 7 },
    ]);
  });
});
