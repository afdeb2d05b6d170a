import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClinic } from '../../../test/clinic.ts';
import { addPatients, startMigrationRun, type RecordOf } from '../../../test/registry.ts';
import { patientHash } from '../../domain/analytics/patient-hash.ts';
import { systemUserId } from '../../actor.ts';
import { dedupePatients } from './dedupe-patients.ts';
import type { DedupeFigures, DedupeRun } from './dedupe-run.ts';
import { undoDuplicates } from './undo-duplicates.ts';

let clinic: TestClinic;
let client: pg.Client;
const patientKey = 'the key of the patients of a test';
beforeEach(async () => {
  clinic = await TestClinic.open();
  client = new pg.Client({ connectionString: clinic.database.ownerUrl });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await clinic.close();
});

async function dedupe(more: Partial<DedupeRun> = {}): Promise<DedupeFigures & { runId: string }> {
  const runId = more.runId ?? (await startMigrationRun(clinic.owner));
  return { ...(await dedupePatients({ client, runId, patientKey, dryRun: false, ...more })), runId };
}

const mergedInto = async (id: string | undefined) =>
  (await clinic.one<{ into: string | null }>('SELECT merged_into AS into FROM people.patient WHERE id = $1', [id]))
    .into;
const candidates = () =>
  clinic.all<{
    status: string;
    left_id: string;
    right_id: string;
    confidence: number;
    evidence: Record<string, unknown>;
  }>(
    'SELECT status, left_id, right_id, confidence::float, evidence FROM people.duplicate_candidate ORDER BY left_id, right_id',
  );
/** Everything that a deduplication may write. */
const everything = () =>
  clinic.all(
    `SELECT jsonb_agg(p ORDER BY p.id) AS patients, (SELECT jsonb_agg(c ORDER BY c.id) FROM people.duplicate_candidate c) AS candidates,
       (SELECT count(*) FROM audit.audit_entry) AS audit FROM people.patient p`,
  );

const ada: RecordOf = {
  firstName: 'Ada',
  lastName: 'Thornbury',
  birthDate: '1971-03-09',
  sex: 'F',
  email: 'ada@example.com',
};

describe('a record entered twice', () => {
  it('is merged into the older one; nothing of either is lost, and the merge is audited', async () => {
    const [old, copy, other] = await addPatients(clinic.owner, [
      ada,
      { ...ada, lastName: 'Thornburry' },
      { ...ada, firstName: 'Bea', email: null, birthDate: '1990-01-01' },
    ]);
    const figures = await dedupe();
    expect(figures).toMatchObject({ patients: 3, merged: 1, proposed: 0 });
    expect(await mergedInto(copy)).toBe(old);
    expect(await mergedInto(old)).toBeNull();
    expect(await mergedInto(other)).toBeNull();
    const [candidate] = await clinic.all<Record<string, unknown>>('SELECT * FROM people.duplicate_candidate');
    expect(candidate).toMatchObject({
      status: 'MERGED',
      kept_id: old,
      decided_by: systemUserId,
      run_id: figures.runId,
    });
    const kept = await clinic.one<Record<string, unknown>>(
      'SELECT last_name, legacy_id FROM people.patient WHERE id = $1',
      [copy],
    );
    expect(kept).toEqual({ last_name: 'Thornburry', legacy_id: '2' });
    const audit = await clinic.all<{ entity_id: string; action: string; actor_id: string }>(
      'SELECT entity_id, action, actor_id FROM audit.audit_entry',
    );
    expect(audit).toEqual([{ entity_id: copy, action: 'mergePatients', actor_id: systemUserId }]);
  });

  it('says how alike the fields are, never what they hold', async () => {
    await addPatients(clinic.owner, [ada, { ...ada, lastName: 'Thornburry' }]);
    await dedupe();
    const [candidate] = await candidates();
    expect(candidate?.confidence).toBeGreaterThanOrEqual(0.95);
    expect(candidate?.evidence).toMatchObject({
      firstName: { level: 'same' },
      lastName: { level: 'oneSlip' },
      birthDate: { level: 'same' },
      email: { level: 'same' },
      phone: { level: 'missing' },
    });
    expect(JSON.stringify(candidate?.evidence)).not.toMatch(/ada|thornbur|1971|example/i);
  });
});

describe('running again', () => {
  const records: RecordOf[] = [
    ada,
    { ...ada, email: null },
    { ...ada, firstName: 'Adah', birthDate: null, email: null },
    { ...ada, lastName: 'Millman' },
  ];

  it('changes nothing', async () => {
    await addPatients(clinic.owner, records);
    const first = await dedupe();
    expect(first.merged + first.proposed).toBeGreaterThan(1);
    const before = await everything();
    expect(await dedupe()).toMatchObject({ merged: 0, proposed: 0 });
    expect(await everything()).toEqual(before);
  });

  it('as the same run tells all that the run did, as after an interruption', async () => {
    await addPatients(clinic.owner, records);
    const first = await dedupe();
    expect(await dedupe({ runId: first.runId })).toEqual(first);
  });

  it('after an interruption between two writes comes to the same end', async () => {
    await addPatients(clinic.owner, [...records, { ...ada, phone: '5551234567' }, { ...ada, firstName: 'Ad' }]);
    const whole = await dedupe();
    const end = await clinic.all('SELECT id, merged_into FROM people.patient ORDER BY id');
    const decided = await candidates();
    // As if the run had been killed after its first merge.
    await clinic.owner.query(`
      CREATE TEMP TABLE first AS SELECT id, left_id, right_id, kept_id FROM people.duplicate_candidate WHERE status = 'MERGED' ORDER BY decided_at LIMIT 1;
      DELETE FROM people.duplicate_candidate WHERE id NOT IN (SELECT id FROM first);
      UPDATE people.patient SET merged_into = NULL;
      UPDATE people.patient p SET merged_into = f.kept_id FROM first f WHERE p.id IN (f.left_id, f.right_id) AND p.id <> f.kept_id`);
    expect(await dedupe({ runId: whole.runId })).toEqual(whole);
    expect(await clinic.all('SELECT id, merged_into FROM people.patient ORDER BY id')).toEqual(end);
    expect(await candidates()).toEqual(decided);
  });
});

describe('a dry run', () => {
  it('writes nothing and has the same figures', async () => {
    await addPatients(clinic.owner, [ada, ada, { ...ada, lastName: 'Millman' }]);
    const before = await everything();
    const dry = await dedupe({ dryRun: true });
    expect(await everything()).toEqual(before);
    expect(dry).toMatchObject({ merged: 1, proposed: 1 });
    const real = await dedupe();
    expect(real).toEqual({ ...dry, runId: real.runId });
  });

  it('can look at records that are not there yet', async () => {
    const [old] = await addPatients(clinic.owner, [ada]);
    const patients = `SELECT id, first_name, last_name, birth_date, sex, email, phone, address, external_ids, merged_into, legacy_id, created_at
      FROM people.patient UNION ALL SELECT gen_random_uuid(), first_name, last_name, birth_date, sex, email, phone, address, external_ids,
      NULL, '99', now() FROM people.patient WHERE id = '${old}'`;
    expect(await dedupe({ dryRun: true, patients })).toMatchObject({ patients: 2, merged: 1 });
  });
});

describe('groups', () => {
  it('of three are merged into the oldest, also where the first and the last are not alike enough', async () => {
    const bridge: RecordOf = { ...ada, phone: '5551112222', address: '4 Mill Street, Ashton, 20311' };
    const [a, b, c] = await addPatients(clinic.owner, [
      { ...bridge, email: null },
      bridge,
      { ...ada, lastName: 'Thornburi' },
    ]);
    expect(await dedupe()).toMatchObject({ merged: 2 });
    expect([await mergedInto(b), await mergedInto(c)]).toEqual([a, a]);
  });

  it('take an older record in, and with it all who pointed to the one that was kept', async () => {
    const [kept, merged] = await addPatients(clinic.owner, [ada, ada]);
    await dedupe();
    expect(await mergedInto(merged)).toBe(kept);
    const [older] = await addPatients(clinic.owner, [{ ...ada, phone: '5551112222' }]);
    await clinic.owner.query(`UPDATE people.patient SET created_at = '2001-01-01' WHERE id = $1`, [older]);
    expect(await dedupe()).toMatchObject({ merged: 1 });
    expect([await mergedInto(kept), await mergedInto(merged)]).toEqual([older, older]);
  });
});

describe('what people decided', () => {
  it('stays: a dismissed pair is neither proposed nor merged, nor brought together through a third', async () => {
    const [a, b] = await addPatients(clinic.owner, [ada, ada]);
    await clinic.owner.query(
      `INSERT INTO people.duplicate_candidate (id, left_id, right_id, status, confidence, evidence, decided_by, decided_at)
       VALUES (gen_random_uuid(), least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), 'DISMISSED', 0.9, '{}', $3, now())`,
      [a, b, systemUserId],
    );
    expect(await dedupe()).toMatchObject({ merged: 0, proposed: 0 });
    const [c] = await addPatients(clinic.owner, [ada]);
    expect(await dedupe()).toMatchObject({ merged: 1, proposed: 0 });
    expect(await mergedInto(b)).toBeNull();
    expect(await mergedInto(c)).toBe(a);
  });
});

describe('people who are alike', () => {
  const home: RecordOf = { ...ada, phone: '5551112222', address: '4 Mill Street, Ashton, 20311' };

  it.each<[string, RecordOf, RecordOf]>([
    ['twins', home, { ...home, firstName: 'Bea' }],
    ['twins of almost one name', { ...home, firstName: 'Mia' }, { ...home, firstName: 'Mila' }],
    ['a girl and a boy', home, { ...home, firstName: 'Adam', sex: 'M' }],
    ['twins with a name in common', { ...home, firstName: 'Anna Maria' }, { ...home, firstName: 'Maria' }],
    ['father and son', home, { ...home, birthDate: '1999-11-30' }],
    ['father and son, born on one day of the year', home, { ...home, birthDate: '1991-03-09' }],
    ['senior and junior of unknown age', { ...home, birthDate: null }, { ...home, lastName: 'Thornbury Jr.' }],
    ['a couple', home, { ...home, firstName: 'Otto', sex: 'M', birthDate: '1969-05-02' }],
    [
      'namesakes without a birth date',
      { ...ada, birthDate: null, email: null },
      { ...ada, birthDate: null, email: null },
    ],
  ])('%s are never merged by themselves', async (_, one, other) => {
    await addPatients(clinic.owner, [one, other]);
    expect(await dedupe()).toMatchObject({ merged: 0 });
  });

  it('stay apart also where a third record is like both', async () => {
    const [bea, , copy] = await addPatients(clinic.owner, [
      { ...home, firstName: 'Beatrice' },
      { ...home, firstName: 'Lucinda' },
      { ...home, firstName: 'Beatrice Lucinda' },
    ]);
    await dedupe();
    const merged = await clinic.all('SELECT id, merged_into FROM people.patient WHERE merged_into IS NOT NULL');
    expect(merged).toEqual([{ id: copy, merged_into: bea }]);
  });
});

it('stops when it is asked to, and leaves no table behind', async () => {
  await addPatients(clinic.owner, [ada, ada]);
  const stop = new AbortController();
  stop.abort(new Error('stopped'));
  await expect(dedupe({ signal: stop.signal })).rejects.toThrow('stopped');
  expect(await dedupe()).toMatchObject({ merged: 1 });
  const { rows } = await client.query(`SELECT relname FROM pg_class WHERE relname LIKE 'dedupe%'`);
  expect(rows).toEqual([]);
});

it('tells how far it is', async () => {
  await addPatients(clinic.owner, [ada]);
  const steps: number[] = [];
  await dedupe({ progress: (done, total) => steps.push(done / total) });
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
});

it('tells analytics whose record stands for whom', async () => {
  const [old, copy] = await addPatients(clinic.owner, [ada, ada]);
  await dedupe();
  const hashOf = (id: string | undefined) => patientHash({ patientKey }, 'lotkeeper', id ?? '');
  expect(await clinic.all('SELECT hash, kept_hash FROM dpap.merged_hash')).toEqual([
    { hash: hashOf(copy), kept_hash: hashOf(old) },
  ]);
});

describe('taking a run back', () => {
  const standing = () => clinic.all('SELECT id, merged_into FROM people.patient ORDER BY id');

  it('leaves the records as they were, those that were merged before it too', async () => {
    const [first] = await addPatients(clinic.owner, [ada, ada]);
    await dedupe();
    const older = await addPatients(clinic.owner, [
      { ...ada, phone: '5551112222' },
      { ...ada, firstName: null },
    ]);
    await clinic.owner.query(`UPDATE people.patient SET created_at = '2001-01-01' WHERE id = $1`, [older[0]]);
    const before = await standing();
    const { runId, merged, proposed } = await dedupe();
    expect(await mergedInto(first)).toBe(older[0]);
    expect(proposed).toBe(1);
    expect(await undoDuplicates({ client, runId, patientKey })).toEqual({
      unmerged: merged,
      withdrawn: proposed,
      blockedBy: 0,
    });
    expect(await standing()).toEqual(before);
    expect(await clinic.all('SELECT FROM people.duplicate_candidate WHERE run_id = $1', [runId])).toEqual([]);
  });

  it('changes nothing where somebody has decided upon a proposal', async () => {
    await addPatients(clinic.owner, [ada, ada, { ...ada, lastName: 'Millman' }]);
    const { runId } = await dedupe();
    const { id } = await clinic.actor(['MANAGER']);
    await clinic.owner.query(
      `UPDATE people.duplicate_candidate SET status = 'DISMISSED', decided_by = $1, decided_at = now() WHERE status = 'PENDING'`,
      [id],
    );
    const before = await everything();
    expect(await undoDuplicates({ client, runId, patientKey })).toEqual({ unmerged: 0, withdrawn: 0, blockedBy: 1 });
    expect(await everything()).toEqual(before);
  });

  it('leaves later merges as they are', async () => {
    const [first, second] = await addPatients(clinic.owner, [ada, ada]);
    const { runId } = await dedupe();
    const [older] = await addPatients(clinic.owner, [{ ...ada, phone: '5551112222' }]);
    await clinic.owner.query(`UPDATE people.patient SET created_at = '2001-01-01' WHERE id = $1`, [older]);
    await dedupe();
    expect([await mergedInto(first), await mergedInto(second)]).toEqual([older, older]);
    expect(await undoDuplicates({ client, runId, patientKey })).toMatchObject({ unmerged: 1, blockedBy: 0 });
    expect([await mergedInto(first), await mergedInto(second)].filter((into) => into === older)).toHaveLength(1);
  });
});
