/** `lotkeeper legacy` as a person meets it: sentences, exit codes, reports, files; and what it refuses before it touches anything. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type pg from 'pg';
import { createTestDatabase, ownerPool, type TestDatabase } from '../database.ts';
import { contentsOf } from './contents.ts';
import { migrate } from './migrate.ts';
import { makeOldSystem, type OldSystem } from './old-system.ts';
import { program } from '../program.ts';

let folder: string;
let database: TestDatabase;
let owner: pg.Pool;
let old: OldSystem;
let minimal: OldSystem;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-legacy-'));
  const { adminUrl } = inject('testServer');
  [database, old, minimal] = await Promise.all([
    createTestDatabase(),
    makeOldSystem(adminUrl, { patients: 60, seed: 5 }),
    makeOldSystem(adminUrl, { app: 'minimal' }),
  ]);
  owner = ownerPool(database, 2);
}, 120_000);
afterAll(async () => {
  await owner.end();
  await Promise.all([database.drop(), old.drop(), minimal.drop()]);
  await rm(folder, { recursive: true, force: true });
});

async function legacy(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [program, 'legacy', ...args], {
    env: {
      ...{ PATH: process.env['PATH'], NODE_ENV: 'test', NO_COLOR: '1', LOTKEEPER_DATA: folder },
      ...{ DATABASE_URL: database.appUrl, DATABASE_OWNER_URL: database.ownerUrl, LEGACY_DATABASE_URL: old.url },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

describe('before anything is touched', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, number, string | RegExp]>([
    ['an unknown flag', ['mdw', '--fast'], {}, 2, "unknown option '--fast'"],
    ['a type that is none', ['mdw', '--type', 'half'], {}, 2, '--type should be one of full, incremental.'],
    [
      'a batch beyond its range',
      ['mdw', '--batch-size', '0'],
      {},
      2,
      '--batch-size should be a whole number from 1 to 100000.',
    ],
    ['a variable beyond its range', ['mdw'], { MIGRATION_MAX_RETRIES: 'x' }, 2, 'MIGRATION_MAX_RETRIES should be'],
    [
      'variables that are missing',
      ['mdw'],
      { LEGACY_DATABASE_URL: '', LEGACY_DB_NAME: 'x' },
      2,
      'LEGACY_DB_USER, LEGACY_DB_PASSWORD are missing',
    ],
    ['a mapping that is not there', ['mdw', '--mapping', '/nowhere.yaml'], {}, 2, '/nowhere.yaml cannot be read.'],
    ['a run that is not there', ['report', '99'], {}, 2, 'There is no run 99'],
    ['nothing to resume', ['mdw', '--resume'], {}, 2, 'No run of mdw is unfinished'],
    [
      'nothing to go on from',
      ['mdw', '--type', 'incremental'],
      {},
      1,
      'There is no finished run of mdw to go on from.',
    ],
    [
      'an old database that does not answer',
      ['mdw', '--max-retries', '1'],
      { LEGACY_DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' },
      1,
      /could not be made|does not answer/,
    ],
    [
      'a flag that has no part in a source',
      ['stock', '--batch-size', '5'],
      {},
      2,
      '--batch-size has no part here: the run is one transaction.',
    ],
    ['another that has none', ['csv', 'x.csv', '--no-ai'], {}, 2, '--no-ai has no part here: there are no texts.'],
    ['an owner who is none', ['mdw'], { DATABASE_OWNER_URL: '' }, 1, 'Set DATABASE_OWNER_URL'],
  ])('%s ends with its code and one sentence', async (_, args, env, code, words) => {
    const before = await contentsOf(owner);
    const ended = await legacy(args, env);
    expect(ended.err).toMatch(words);
    expect(ended.code).toBe(code);
    expect(await contentsOf(owner)).toEqual(before);
  });

  it('a database that lacks dispatch_patient.user_id is refused by that name', async () => {
    await minimal.query('ALTER TABLE dispatch_patient RENAME user_id TO owner_id');
    const refused = await legacy(['mdw'], { LEGACY_DATABASE_URL: minimal.url });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(
      'dispatch_patient.user_id is missing, and is required. (preparation, the old database)',
    );
    const file = path.join(folder, 'mapping.yaml');
    await writeFile(file, 'tables:\n  dispatch_patient:\n    columns:\n      user_id: owner_id\n');
    const renamed = await legacy(['mdw', '--dry-run', '--mapping', file], { LEGACY_DATABASE_URL: minimal.url });
    expect(renamed.code).toBe(0);
    await minimal.query('ALTER TABLE dispatch_patient RENAME owner_id TO user_id');
  });

  it('the database itself is no source', async () => {
    const ended = await legacy(['mdw'], { LEGACY_DATABASE_URL: database.ownerUrl });
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.err).toContain('one and the same');
  });
});

describe('a run', () => {
  it('is one at a time', async () => {
    const holder = await owner.connect();
    await holder.query('SELECT pg_advisory_lock(7106045)');
    const { code, err } = await legacy(['mdw']);
    holder.release(true);
    expect(err).toContain('Another migration is running.');
    expect(code).toBe(75);
  });

  it('leaves report, log and refused rows, and in none of them what a row holds', async () => {
    const reports = path.join(folder, 'reports');
    const { code, out, err } = await legacy(['mdw', '--report', reports, '--log-level', 'debug', '--batch-size', '30']);
    expect(code).toBe(3);
    const run = /run-\d+/.exec(out)?.[0] ?? '';
    const files = await readdir(path.join(reports, run));
    expect(files.sort()).toEqual([
      'findings.jsonl',
      expect.stringMatching(/^log-\d+\.jsonl$/),
      'refused.jsonl',
      'report.json',
      'report.md',
    ]);
    const refused = (await readFile(path.join(reports, run, 'refused.jsonl'), 'utf8')).trim().split('\n');
    const wanted = Object.values(old.truth.refused).reduce((sum, rows) => sum + Object.keys(rows).length, 0);
    expect(refused).toHaveLength(wanted);
    for (const line of refused)
      expect(Object.keys(JSON.parse(line) as object)).toEqual(['table', 'row', 'kind', 'code', 'column', 'why']);
    const words = [
      out,
      err,
      ...(await Promise.all(files.map((file) => readFile(path.join(reports, run, file), 'utf8')))),
    ].join('\n');
    const names = await old.query<{ name: string }>(
      `SELECT DISTINCT last_name AS name FROM auth_user WHERE length(last_name) > 5 UNION SELECT email FROM auth_user WHERE email <> ''`,
    );
    expect(names.filter(({ name }) => words.includes(name))).toEqual([]);
  });

  it('is shown again by its number', async () => {
    const { out: runs } = await legacy(['runs', '--json']);
    const [last] = JSON.parse(runs) as { number: number; status: string }[];
    expect(last?.status).toBe('COMPLETED');
    const { out } = await legacy(['report', String(last?.number)]);
    expect(out).toContain(`# Run ${last?.number}: mdw, full`);
    expect(out).toMatch(/\| dispatch_patient \| 60 \|/);
    const { out: data } = await legacy(['report', String(last?.number), '--json']);
    expect(JSON.parse(data)).toMatchObject({ run: { number: last?.number } });
  });
});

it('the least that a Django system has is brought in, and what was taken instead of the rest is told', async () => {
  const target = await createTestDatabase();
  try {
    await minimal.query(`
      INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined)
        VALUES (1, '!', false, 'ada', 'Ada', 'Small', 'ada@example.org', false, true, '2020-01-01');
      INSERT INTO dispatch_patient (id, user_id, birthdate, sex, updated_at) VALUES (1, 1, '1990-02-03', 'F', '2024-01-01');
      INSERT INTO dispatch_project (id, name) VALUES (1, 'Crown');
      INSERT INTO dispatch_state (id, name, project_id) VALUES (1, 'new', 1), (2, 'done', 1);
      INSERT INTO dispatch_template (id, name, body, state_id) VALUES (1, 'Crowns', 'Cut', 2);`);
    const report = await migrate(target, minimal);
    expect(report.tables.map(({ table, read, kept, refused }) => [table, read, kept, refused])).toEqual([
      ['auth_user', 1, 0, 0],
      ['dispatch_patient', 1, 1, 0],
      ['dispatch_project', 1, 1, 0],
      ['dispatch_state', 2, 2, 0],
      ['dispatch_template', 1, 1, 0],
    ]);
    expect(report.defaults).toMatchObject({ 'dispatch_project.status': 'unknown', 'dispatch_project.version': '1' });
    const again = await migrate(target, minimal);
    for (const each of again.written) expect(each).toMatchObject({ added: 0, updated: 0, adjusted: 0 });
  } finally {
    await target.drop();
  }
});
