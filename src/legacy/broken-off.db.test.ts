/** Runs that break off, for whatever reason: what they say, and that going on ends as if nothing had happened. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type pg from 'pg';
import { createTestDatabase, ownerPool, type TestDatabase } from '../../test/database.ts';
import { contentsOf } from '../../test/legacy/contents.ts';
import { figuresOf, migrate, migrationOf } from '../../test/legacy/migrate.ts';
import { makeOldSystem, type OldSystem } from '../../test/legacy/old-system.ts';
import { FolderStore } from '../storage/folder-store.ts';
import { migrateFrom } from './pipeline.ts';

let old: OldSystem;
let database: TestDatabase;
let owner: pg.Pool;
let undisturbed: Record<string, string[]>;

beforeAll(async () => {
  old = await makeOldSystem(inject('testServer').adminUrl, { patients: 120, seed: 9 });
  const target = await createTestDatabase();
  const pool = ownerPool(target, 2);
  await migrate(target, old);
  undisturbed = await contentsOf(pool);
  await pool.end();
  await target.drop();
}, 120_000);
afterAll(() => old.drop());
beforeEach(async () => {
  database = await createTestDatabase();
  owner = ownerPool(database, 2);
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** One that nothing is wrong with. */
function keptPatient(): string {
  const refused = old.truth.refused['dispatch_patient'] ?? {};
  for (let id = 40; ; id += 1) if (!(String(id) in refused)) return String(id);
}

async function untilWritten(table: string): Promise<void> {
  for (;;) {
    const { rows } = await owner.query(`SELECT FROM ${table} LIMIT 1`);
    if (rows.length > 0) return;
    await delay(2);
  }
}

describe('a run whose connection is lost', () => {
  it('makes it anew, and ends as if nothing had happened', async () => {
    const running = migrate(database, old, { batchSize: '5' });
    for (const table of ['people.patient', 'workflow.instruction_state']) {
      await untilWritten(table);
      await owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-legacy' AND datname = current_database()`,
      );
    }
    await running;
    expect(await contentsOf(owner)).toEqual(undisturbed);
  });

  it('fails in words where that is not allowed, and goes on with --resume', async () => {
    const running = migrate(database, old, { batchSize: '5', maxRetries: '0' });
    const failed = expect(running).rejects.toThrow();
    await untilWritten('people.patient');
    await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-legacy' AND datname = current_database()`,
    );
    await failed;
    await migrate(database, old, { resume: true });
    expect(await contentsOf(owner)).toEqual(undisturbed);
  });
});

it('a run that is stopped ends after a whole batch; another does not begin before it has been gone on with', async () => {
  const stopping = new AbortController();
  const running = migrateFrom({ ...migrationOf(database, old, { batchSize: '5' }), stopping: stopping.signal });
  const stopped = expect(running).rejects.toThrow('was stopped after a whole batch. Go on with --resume.');
  await untilWritten('people.patient');
  stopping.abort();
  await stopped;
  await expect(migrate(database, old)).rejects.toThrow('Run 1 is not finished. (preparation) Go on with it (--resume)');
  await migrate(database, old, { resume: true });
  expect(await contentsOf(owner)).toEqual(undisturbed);
});

it('a row that the database refuses is named, and what was written before it stays for --resume', async () => {
  const id = keptPatient();
  await owner.query(`ALTER TABLE people.patient ADD CONSTRAINT not_this_one CHECK (legacy_id <> '${id}')`);
  await expect(migrate(database, old, { batchSize: '25' })).rejects.toThrow(
    `The database refuses a row: not_this_one. (transformation, people.patient, dispatch_patient ${id})`,
  );
  await owner.query('ALTER TABLE people.patient DROP CONSTRAINT not_this_one');
  await migrate(database, old, { resume: true });
  expect(await contentsOf(owner)).toEqual(undisturbed);
});

it('a column that does not hold what was to be written fails the run, by its row', async () => {
  const id = keptPatient();
  await owner.query(`
    CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.legacy_id = '${id}' THEN NEW.sex := 'altered'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER meddle BEFORE INSERT ON people.patient FOR EACH ROW EXECUTE FUNCTION public.meddle()`);
  await expect(migrate(database, old)).rejects.toThrow(
    `people.patient does not hold what was to be written: sex differ. (validation, people.patient, dispatch_patient ${id})`,
  );
});

describe('files of projects', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-mdw-files-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are copied into the store where their folder is given; missing ones are told; a dry run tells the same', async () => {
    const paths = await old.query<{ path: string }>(
      `SELECT f->>0 AS path FROM (SELECT files AS f, patient_id FROM dispatch_project ORDER BY id) p WHERE jsonb_array_length(f) > 0 AND patient_id IS NULL LIMIT 1`,
    );
    const [{ path: given } = { path: '' }] = paths;
    const file = path.join(folder, 'from', given);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, 'solid');
    const run = async (dryRun: boolean) =>
      (
        await migrateFrom({
          ...migrationOf(database, old, { dryRun, files: path.join(folder, 'from') }),
          store: new FolderStore(path.join(folder, 'to')),
        })
      ).report;
    const dry = await run(true);
    const real = await run(false);
    expect(figuresOf(real)).toEqual(figuresOf(dry));
    expect(real.files).toMatchObject({ stored: 1, bytes: 5 });
    expect(real.files?.missing).toBe((real.files?.files ?? 0) - 1);
    const told = await owner.query(
      `SELECT code, count(*)::integer AS files FROM legacy.finding WHERE run_id = $1 AND column_name = 'files' AND code LIKE '%FILE%' GROUP BY 1`,
      [real.run.id],
    );
    expect(told.rows).toEqual([{ code: 'MISSING_FILE', files: real.files?.missing }]);
    const { rows } = await owner.query(
      'SELECT FROM workflow.project_file WHERE checksum IS NOT NULL AND url IS NOT NULL',
    );
    expect(rows).toHaveLength(1);
  });
});
