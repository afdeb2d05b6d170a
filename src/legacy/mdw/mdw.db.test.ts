/** A whole old system, made by Django, brought in: full, incremental, dry, taken back. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type pg from 'pg';
import { createTestDatabase, ownerPool, type TestDatabase } from '../../../test/database.ts';
import { contentsOf } from '../../../test/legacy/contents.ts';
import { figuresOf, migrate, takeBack } from '../../../test/legacy/migrate.ts';
import { makeOldSystem, type OldSystem } from '../../../test/legacy/old-system.ts';
import { refusedRows, type Report } from '../report.ts';

let database: TestDatabase;
let owner: pg.Pool;
let old: OldSystem;
const patients = 500;

beforeAll(async () => {
  [database, old] = await Promise.all([
    createTestDatabase(),
    makeOldSystem(inject('testServer').adminUrl, { patients, seed: 3 }),
  ]);
  owner = ownerPool(database, 2);
}, 120_000);
afterAll(async () => {
  await owner.end();
  await database.drop();
  await old.drop();
});

async function rows<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
  return (await owner.query<Row>(sql, [...values])).rows;
}
const balanceOf = ({ tables }: Report, table: string) => tables.find((balance) => balance.table === table);
const writtenTo = ({ written }: Report, target: string) => written.find((each) => each.target === target);

describe('a Django system is brought in', () => {
  let dry: Report;
  let full: Report;

  it('by a dry run that keeps nothing', async () => {
    const before = await contentsOf(owner);
    dry = await migrate(database, old, { dryRun: true, batchSize: '70' });
    expect(await contentsOf(owner)).toEqual(before);
  });

  it('by a full run, with the figures of the dry one', async () => {
    full = await migrate(database, old, { batchSize: '70' });
    expect(figuresOf(full)).toEqual(figuresOf(dry));
    expect(refusedRows(full)).toBeGreaterThan(0);
  });

  it('refuses exactly the rows that are wrong, each for its reason', async () => {
    const found = await rows<{ table: string; id: string; code: string }>(
      `SELECT source_table AS table, legacy_id AS id, code FROM legacy.finding f JOIN legacy.run r USING (run_id) WHERE kind = 'REFUSED' AND r.number = $1`,
      [full.run.number],
    );
    const byTable: Record<string, Record<string, string>> = {};
    for (const { table, id, code } of found) (byTable[table] ??= {})[id] = code;
    expect(byTable).toEqual(old.truth.refused);
  });

  it('keeps each other row, and says where each has gone', async () => {
    for (const [table, target] of [
      ['dispatch_patient', 'people.patient'],
      ['dispatch_project', 'workflow.project'],
      ['dispatch_state', 'workflow.instruction_state'],
    ] as const) {
      const [there] = await old.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
      const [ours] = await rows<{ count: number }>(`SELECT count(*)::integer AS count FROM ${target}`);
      const refused = Object.keys(old.truth.refused[table] ?? {}).length;
      expect(ours?.count).toBe((there?.count ?? 0) - refused);
      const balance = balanceOf(full, table);
      expect(balance).toMatchObject({ read: there?.count, refused });
      expect((balance?.kept ?? 0) + (balance?.merged ?? 0)).toBe(ours?.count);
    }
  });

  it('reads spoilt names right again, and keeps those without a name', async () => {
    const repaired = Object.entries(old.truth.repaired);
    expect(repaired.length).toBeGreaterThan(0);
    for (const [id, names] of repaired) {
      const [patient] = await rows(
        'SELECT first_name AS first, last_name AS last FROM people.patient WHERE legacy_id = $1',
        [id],
      );
      expect(patient).toEqual({ first: names[0], last: names[1] });
    }
    const nameless = await rows(
      'SELECT FROM people.patient WHERE legacy_id = ANY ($1) AND first_name IS NULL AND last_name IS NULL',
      [old.truth.noName.map(String)],
    );
    expect(nameless).toHaveLength(old.truth.noName.length);
  });

  it('derives which state came before, and how long each lasted', async () => {
    const wrong = await rows(
      `SELECT id FROM (
         SELECT k.*, lag(state) OVER w AS before, lead(entered_at) OVER w AS after FROM workflow.instruction_state k
         JOIN ops.legacy_row l ON l.target_table = 'workflow.instruction_state' AND l.target_id = k.id
         WINDOW w AS (PARTITION BY project_id ORDER BY entered_at, legacy_id::integer)) k
       WHERE before IS DISTINCT FROM previous_state OR after IS DISTINCT FROM left_at
         OR duration_seconds IS DISTINCT FROM floor(extract(epoch FROM after - entered_at))::integer`,
    );
    expect(wrong).toEqual([]);
    const [analytics] = await rows<{ transitions: number }>(
      'SELECT sum(transitions)::integer AS transitions FROM workflow.state_analytics',
    );
    expect(analytics?.transitions).toBe(balanceOf(full, 'dispatch_state')?.kept);
  });

  it('makes accounts that nobody can sign in with of those who acted', async () => {
    const staff = await rows<{ email: string }>(
      `SELECT u.email, u.active, u.roles, u.password_hash FROM people."user" u JOIN ops.legacy_row l ON l.target_id = u.id WHERE l.target_table = 'people.user'`,
    );
    const acted = await old.query(
      'SELECT DISTINCT changed_by_id FROM dispatch_state s JOIN auth_user u ON u.id = s.changed_by_id',
    );
    expect(staff).toHaveLength(acted.length);
    for (const account of staff) expect(account).toMatchObject({ active: false, roles: [], password_hash: null });
    expect(staff.filter(({ email }) => email.toLowerCase() === 'desk@example.org').length).toBeLessThanOrEqual(1);
  });

  it('finds nothing to do a second time', async () => {
    const before = await contentsOf(owner);
    const again = await migrate(database, old);
    for (const each of again.written) expect(each).toMatchObject({ added: 0, updated: 0, adjusted: 0, gone: 0 });
    expect(await contentsOf(owner)).toEqual(before);
  });
});

describe('after edits in the old system', () => {
  let before: Record<string, string[]>;
  let incremental: Report;

  it('an incremental run brings in what has changed, and nothing else; a dry one tells the same', async () => {
    before = await contentsOf(owner);
    await old.query(
      `UPDATE auth_user SET first_name = 'Renamed' WHERE id IN (SELECT user_id FROM dispatch_patient WHERE updated_at < '2024-10-30' AND user_id <= ${patients} ORDER BY id LIMIT 2)`,
    );
    // At the very moment of the last watermark.
    const [other] = await rows<{ id: string }>(
      `SELECT legacy_id AS id FROM people.patient WHERE sex = 'female' AND merged_into IS NULL ORDER BY legacy_id::integer DESC LIMIT 1`,
    );
    await old.query(
      `UPDATE dispatch_patient SET sex = 'x', updated_at = (SELECT max(updated_at) FROM dispatch_patient WHERE updated_at < now()) WHERE id = $1`,
      [other?.id],
    );
    await old.query(
      `INSERT INTO dispatch_state (project_id, name, instruction, created_at, updated_at) SELECT project_id, 'recalled', '', now(), now() FROM dispatch_state WHERE id = 11`,
    );
    await old.query(
      `UPDATE dispatch_template SET tasks = '[{"name": "Only", "role": "dentist"}]', updated_at = now() WHERE id = 1`,
    );
    const dry = await migrate(database, old, { type: 'incremental', dryRun: true });
    expect(await contentsOf(owner)).toEqual(before);
    incremental = await migrate(database, old, { type: 'incremental' });
    expect(figuresOf(incremental)).toEqual(figuresOf(dry));
    expect(writtenTo(incremental, 'people.patient')).toMatchObject({ added: 0, updated: 3 });
    expect(writtenTo(incremental, 'workflow.instruction_state')).toMatchObject({ added: 1, updated: 0, adjusted: 1 });
    expect(balanceOf(incremental, 'dispatch_patient')?.read).toBeLessThan(patients / 2);
    const renamed = await rows(`SELECT FROM people.patient WHERE first_name = 'Renamed'`);
    expect(renamed).toHaveLength(2);
  });

  it('is taken back to the row, but not while something has been built upon it', async () => {
    const [patient] = await rows<{ id: string }>(
      `UPDATE people.patient SET phone = '1', updated_at = clock_timestamp() WHERE first_name = 'Renamed' AND ctid = (SELECT min(ctid) FROM people.patient WHERE first_name = 'Renamed') RETURNING id`,
    );
    await expect(takeBack(database, incremental.run.number)).rejects.toThrow(
      /1 rows of people\.patient were changed since/,
    );
    await rows('UPDATE people.patient SET phone = NULL WHERE id = $1', [patient?.id]);
    await rows(
      `UPDATE people.patient p SET updated_at = r.started_at FROM ops.migration_run r JOIN legacy.run o ON o.run_id = r.id WHERE o.number = $1 AND p.id = $2`,
      [incremental.run.number, patient?.id],
    );
    await expect(takeBack(database, 2)).rejects.toThrow(`run ${incremental.run.number} came after it`);
    await takeBack(database, incremental.run.number);
    expect(await contentsOf(owner)).toEqual(before);
  });

  it('brings in what was refused, once what it lacked has come', async () => {
    const [orphan] = await old.query<{ id: string; missing: string }>(
      `SELECT p.id::text AS id, p.user_id::text AS missing FROM dispatch_patient p LEFT JOIN auth_user u ON u.id = p.user_id WHERE u.id IS NULL AND p.user_id IS NOT NULL ORDER BY p.id LIMIT 1`,
    );
    await old.query(
      `INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) VALUES ($1, '!', false, 'late', 'Late', 'Comer', '', false, true, '2020-01-01')`,
      [orphan?.missing],
    );
    const report = await migrate(database, old, { type: 'incremental' });
    expect(writtenTo(report, 'people.patient')).toMatchObject({ added: 1 });
    const [patient] = await rows('SELECT last_name FROM people.patient WHERE legacy_id = $1', [orphan?.id]);
    expect(patient).toEqual({ last_name: 'Comer' });
  });

  it('a dry run tells who would be merged: one who came twice, one who stood here; and who was merged before', async () => {
    const standing = await rows<{ id: string }>(
      `SELECT legacy_id AS id FROM people.patient WHERE merged_into IS NULL AND email IS NOT NULL AND birth_date IS NOT NULL AND first_name IS NOT NULL
         AND last_name IS NOT NULL AND sex IN ('male', 'female') AND updated_at < '2024-10-01' AND legacy_id::integer < ${patients}
         AND id NOT IN (SELECT unnest(ARRAY[left_id, right_id]) FROM people.duplicate_candidate) ORDER BY legacy_id::integer LIMIT 3`,
    );
    const [older, younger, twice] = standing.map(({ id }) => id);
    const merged = await rows<{ id: string }>(
      `SELECT legacy_id AS id FROM people.patient WHERE merged_into IS NOT NULL AND updated_at < '2024-10-01' ORDER BY legacy_id::integer LIMIT 2`,
    );
    const before = merged.map(({ id }) => id);
    await old.query(
      `UPDATE auth_user u SET first_name = o.first_name, last_name = o.last_name, email = o.email FROM dispatch_patient p, dispatch_patient q JOIN auth_user o ON o.id = q.user_id
       WHERE p.user_id = u.id AND p.id = $1 AND q.id = $2`,
      [older, younger],
    );
    await old.query(
      'UPDATE dispatch_patient p SET birthdate = q.birthdate, sex = q.sex, updated_at = now() FROM dispatch_patient q WHERE p.id = $1 AND q.id = $2',
      [older, younger],
    );
    await old.query(
      `INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
         SELECT 90001, '!', false, 'twice', first_name, last_name, email, false, true, now() FROM auth_user WHERE id = (SELECT user_id FROM dispatch_patient WHERE id = $1)`,
      [twice],
    );
    await old.query(
      'INSERT INTO dispatch_patient (id, user_id, birthdate, sex, updated_at) SELECT 90001, 90001, birthdate, sex, now() FROM dispatch_patient WHERE id = $1',
      [twice],
    );
    await old.query(`UPDATE dispatch_patient SET sex = 'x', updated_at = now() WHERE id = ANY($1::integer[])`, [
      before,
    ]);

    const dry = await migrate(database, old, { type: 'incremental', dryRun: true });
    const run = await migrate(database, old, { type: 'incremental' });
    expect(figuresOf(run)).toEqual(figuresOf(dry));
    expect(run.duplicates).toMatchObject({ merged: 2, proposed: 0 });
    expect(balanceOf(run, 'dispatch_patient')?.merged).toBeGreaterThanOrEqual(3);
    const found = await rows(
      'SELECT legacy_id AS id, merged_into IS NOT NULL AS "isMerged" FROM people.patient WHERE legacy_id = ANY($1)',
      [[older, younger, twice, '90001', ...before]],
    );
    expect(new Map(found.map(({ id, isMerged }) => [id, isMerged]))).toEqual(
      new Map([
        [older, false],
        [younger, true],
        [twice, false],
        ['90001', true],
        ...before.map((id): [string, boolean] => [id, true]),
      ]),
    );
  });
});

it('all runs are taken back, the newest first, and nothing is left of them', async () => {
  const runs = await rows<{ number: number }>(
    `SELECT o.number FROM legacy.run o JOIN ops.migration_run r ON r.id = o.run_id WHERE r.status = 'COMPLETED' AND NOT r.dry_run ORDER BY 1 DESC`,
  );
  for (const { number } of runs) await takeBack(database, number);
  const left = await contentsOf(owner);
  expect(
    Object.entries(left)
      .filter(([, all]) => all.length > 0)
      .map(([table, all]) => [table, all.length]),
  ).toEqual([['people.user', 1]]);
});
