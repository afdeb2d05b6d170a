/**
 * A whole old system brought in, against the least that its rows cost: those that it has made, through a COPY pipe into a
 * temporary table of another database and from there by INSERT … SELECT into the same tables. In turns; and the highest
 * memory of the process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { systemUserId } from '../src/actor.ts';
import type { Report } from '../src/legacy/report.ts';
import type { TestDatabase } from '../test/database.ts';
import { makeOldSystem, type OldSystem } from '../test/legacy/old-system.ts';
import { quantile } from '../test/live/crowd.ts';
import type { Cluster } from '../test/live/cluster.ts';
import type { Figure } from './figures.ts';

const mostTimes = 4;
const mostMegabytes = 300;
const mostSeconds = 60;

/** What the rows become: parents before children. */
const tables = [
  'people.user',
  'people.patient',
  'workflow.project',
  'workflow.project_file',
  'workflow.instruction_state',
  'workflow.workflow_template',
  'workflow.workflow_template_task',
  'workflow.workflow_performance',
];

export async function benchLegacy(cluster: Cluster, patients: number, rounds: number): Promise<Figure[]> {
  const server = (await cluster.newDatabase()).adminUrl.replace(/\/[^/]*$/, '');
  const old = await makeOldSystem(server, { patients, seed: 1 });
  const plain: number[] = [];
  const small: Migrated[] = [];
  const large: Migrated[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const database = await cluster.newDatabase();
      large.push(await migrate(database, old, '10000'));
      plain.push(await insertSelect(cluster, database));
      await database.drop();
      const other = await cluster.newDatabase();
      small.push(await migrate(other, old, '100'));
      await other.drop();
    }
  } finally {
    await old.drop();
  }
  const of = `${patients.toLocaleString('en')} patients, ${(patients * 2).toLocaleString('en')} states`;
  const base = quantile(plain, 0.5);
  const memory = Math.max(...[...small, ...large].map(({ megabytes }) => megabytes));
  const doubles = quantile(
    large.map(({ doubles: each }) => each),
    0.5,
  );
  return [
    timed(`${of}, batches of 10 000`, large, base),
    timed(`${of}, batches of 100`, small, base),
    {
      ...{ bench: 'legacy', what: `highest memory, ${of}`, ours: `${memory.toFixed(0)} MB`, other: '', ratio: null },
      ...{ goal: `≤ ${mostMegabytes} MB`, met: memory <= mostMegabytes },
    },
    {
      ...{
        bench: 'legacy',
        what: `deduplication of ${patients.toLocaleString('en')}`,
        ours: `${doubles.toFixed(1)} s`,
        other: '',
      },
      ...{ ratio: null, goal: `≤ ${mostSeconds} s for 100 000`, met: doubles <= mostSeconds },
    },
  ];
}

/** Deduplication has a goal of its own. */
function timed(what: string, runs: readonly Migrated[], base: number): Figure {
  const ours = quantile(
    runs.map(({ seconds, doubles }) => seconds - doubles),
    0.5,
  );
  return {
    ...{ bench: 'legacy', what, ours: `${ours.toFixed(1)} s`, other: `${base.toFixed(1)} s`, ratio: ours / base },
    ...{ goal: `≤ ${mostTimes} × INSERT … SELECT`, met: ours / base <= mostTimes },
  };
}

/** The rows that a migration has made, out of its database into another one like it. */
async function insertSelect(cluster: Cluster, made: TestDatabase): Promise<number> {
  const database = await cluster.newDatabase();
  const [from, to] = [
    new pg.Client({ connectionString: made.ownerUrl }),
    new pg.Client({ connectionString: database.ownerUrl }),
  ];
  await Promise.all([from.connect(), to.connect()]);
  try {
    const began = performance.now();
    for (const table of tables) {
      const name = table
        .split('.')
        .map((part) => `"${part}"`)
        .join('.');
      const { rows } = await to.query<{ columns: string }>(
        `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'merged_into'`,
        [name],
      );
      const columns = rows[0]?.columns ?? '';
      await to.query(`CREATE TEMP TABLE piped AS SELECT ${columns} FROM ${name} LIMIT 0`);
      const isSystem = table === 'people.user' ? ` WHERE id <> '${systemUserId}'` : '';
      await pipeline(
        from.query(copyTo(`COPY (SELECT ${columns} FROM ${name}${isSystem}) TO STDOUT`)),
        to.query(copyFrom('COPY piped FROM STDIN')),
      );
      await to.query(`INSERT INTO ${name} (${columns}) SELECT ${columns} FROM piped`);
      await to.query('DROP TABLE piped');
    }
    return (performance.now() - began) / 1000;
  } finally {
    await Promise.all([from.end(), to.end()]);
    await database.drop();
  }
}

interface Migrated {
  /** Of all phases, from the run's own report. */
  readonly seconds: number;
  /** Of deduplication alone. */
  readonly doubles: number;
  readonly megabytes: number;
}

/** The built program, as users run it. */
async function migrate(database: TestDatabase, old: OldSystem, batchSize: string): Promise<Migrated> {
  const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-bench-legacy-'));
  try {
    const args = ['legacy', 'mdw', '--no-ai', '--batch-size', batchSize, '--report', folder];
    const child = spawn(process.execPath, ['dist/src/cli.js', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: database.ownerUrl,
        LEGACY_DATABASE_URL: old.url,
        MIGRATION_LOG_LEVEL: 'error',
      },
    });
    let megabytes = 0;
    const watch = setInterval(() => {
      void residentMegabytes(child.pid ?? 0).then((now) => (megabytes = Math.max(megabytes, now)));
    }, 50);
    const [code] = (await once(child, 'close')) as [number | null];
    clearInterval(watch);
    if (code !== 3) throw new Error(`lotkeeper legacy ended with ${String(code)}`);
    const report = JSON.parse(await readFile(join(folder, 'run-1', 'report.json'), 'utf8')) as Report;
    const seconds = report.phases.reduce((sum, phase) => sum + phase.seconds, 0);
    const doubles = report.phases.find(({ phase }) => phase === 'deduplication')?.seconds ?? 0;
    return { seconds, doubles, megabytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
