/**
 * `lotkeeper legacy mdw` is killed (SIGKILL) at random points of its work and resumed each time: what it leaves is, row for row,
 * what an undisturbed run leaves, and taken back it leaves nothing.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { contentsOf } from '../legacy/contents.ts';
import { makeOldSystem, type OldSystem } from '../legacy/old-system.ts';
import type { TestDatabase } from '../database.ts';
import { programOf } from '../program.ts';
import { expectEqual, type Check, type Run } from './stage.ts';

export const legacyKill: Check = { name: 'legacy-kill', mutants: ['steps-ahead'], run: runLegacyKill };

const root = fileURLToPath(new URL('../..', import.meta.url));
const doneWithRefusals = 3;

async function runLegacyKill(run: Run): Promise<string[]> {
  const isLong = !run.short && run.mutant === null;
  const [undisturbed, killed] = [await run.cluster.newDatabase(), await run.cluster.newDatabase()];
  const server = undisturbed.adminUrl.slice(0, undisturbed.adminUrl.lastIndexOf('/'));
  const old = await makeOldSystem(server, { patients: isLong ? 4_000 : 150, seed: run.random.between(1, 1_000_000) });
  const folder = await mkdtemp(join(tmpdir(), 'lotkeeper-legacy-kill-'));
  const tools: Tools = { run, old, folder };
  try {
    const wanted = await expectExit(tools, undisturbed, [], doneWithRefusals, null);
    // Without it there is nothing to compare with, and a mutant that is met by this is not caught.
    if (wanted.length > 0) throw new Error(wanted.join('\n'));
    const empty = await onDatabase(killed, contentsOf);
    const points = run.mutant === null ? await randomPoints(run, undisturbed, isLong ? 20 : 3) : [amidStates];
    const problems = await killAtPoints(tools, killed, points);
    if (problems.length > 0) return problems;
    if (await onDatabase(killed, (client) => answer(client, isUnfinished)))
      problems.push(...(await expectExit(tools, killed, ['--resume'], doneWithRefusals, run.mutant)));
    problems.push(...(await differences(undisturbed, killed)));
    if (problems.length > 0) return problems;
    const back = await expectExit(tools, killed, ['rollback', '1'], 0, null);
    const after = await onDatabase(killed, contentsOf);
    return [...back, ...tablesThatDiffer(empty, after).map((table) => `taken back, ${table} is not as it was`)];
  } finally {
    await rm(folder, { recursive: true, force: true });
    await old.drop();
    await undisturbed.drop();
    await killed.drop();
  }
}

interface Tools {
  readonly run: Run;
  readonly old: OldSystem;
  readonly folder: string;
}

function legacy(
  { old, folder }: Tools,
  database: TestDatabase,
  args: readonly string[],
  mutant: string | null,
): { process: ChildProcess; words: () => string } {
  const command = args[0] === 'rollback' ? args : ['mdw', '--batch-size', '5', '--report', folder, ...args];
  const child = spawn(process.execPath, [...programOf(mutant), 'legacy', ...command], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: database.ownerUrl,
      LEGACY_DATABASE_URL: old.url,
      ...(mutant === null ? {} : { LOTKEEPER_MUTANT: mutant }),
    },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  return { process: child, words: () => words };
}

async function expectExit(
  tools: Tools,
  database: TestDatabase,
  args: readonly string[],
  wanted: number,
  mutant: string | null,
): Promise<string[]> {
  const { process: child, words } = legacy(tools, database, args, mutant);
  const [code] = (await once(child, 'close')) as [number | null];
  return code === wanted ? [] : [`legacy ${args.join(' ')} ended with ${String(code)}: ${words().slice(-500)}`];
}

/** Where a run is to be killed: SQL for whether it is there. */
type Point = string;

/** The mutant tells of rows that are not written yet. */
const amidStates: Point = `EXISTS (SELECT FROM legacy.step WHERE name = 'write states' AND done > 0 AND finished_at IS NULL)`;

/** Rows of all steps that are done are how far a run is, in its own measure. */
async function randomPoints(run: Run, undisturbed: TestDatabase, kills: number): Promise<Point[]> {
  const total = await onDatabase(undisturbed, async (client) => {
    const { rows } = await client.query<{ done: number }>('SELECT sum(done)::float8 AS done FROM legacy.step');
    return rows[0]?.done ?? 0;
  });
  return Array.from({ length: kills }, () => run.random.between(0, Math.floor(total)))
    .sort((a, b) => a - b)
    .map((rows) => `(SELECT coalesce(sum(done), 0) FROM legacy.step) >= ${rows}`);
}

const isUnfinished = `EXISTS (SELECT FROM ops.migration_run WHERE status = 'RUNNING')`;
const isUnderWay = `EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'lotkeeper-legacy' AND datname = current_database())
  AND ${isUnfinished}`;

async function killAtPoints(tools: Tools, database: TestDatabase, points: readonly Point[]): Promise<string[]> {
  const { run } = tools;
  const met: string[] = [];
  const problems = await onDatabase(database, async (watcher) => {
    for (const point of points) {
      const begun = await answer(watcher, 'EXISTS (SELECT FROM ops.migration_run)');
      const { process: child, words } = legacy(tools, database, begun ? ['--resume'] : [], run.mutant);
      while (child.exitCode === null && !(await answer(watcher, `${isUnderWay} AND ${point}`))) await delay(2);
      if (child.exitCode !== null)
        return [`it ended with ${child.exitCode} before it was killed: ${words().slice(-500)}`];
      const ended = once(child, 'close');
      if (run.mutant === null) await delay(run.random.between(0, 20));
      child.kill('SIGKILL');
      await ended;
      const { rows } = await watcher.query<{ phase: string | null }>('SELECT phase FROM ops.migration_run');
      met.push(rows[0]?.phase ?? 'preparation');
      if (run.mutant !== null && !words().includes('mutant applied')) throw new Error('The mutant has found nothing');
      // A point may lie so close to the end that the run was complete before it was killed.
      if (!(await answer(watcher, isUnfinished))) break;
    }
    return [];
  });
  run.say(
    `killed in ${[...new Set(met)].map((phase) => `${phase} ${met.filter((each) => each === phase).length} ×`).join(', ')}`,
  );
  return problems;
}

async function answer(watcher: pg.Client, condition: string): Promise<boolean> {
  const { rows } = await watcher.query<{ holds: boolean }>(`SELECT ${condition} AS holds`);
  return rows[0]?.holds ?? false;
}

async function differences(one: TestDatabase, other: TestDatabase): Promise<string[]> {
  const [a, b] = [await onDatabase(one, contentsOf), await onDatabase(other, contentsOf)];
  return Object.keys(a).flatMap((table) => {
    const [ours, theirs] = [a[table] ?? [], new Set(b[table])];
    const missing = ours.find((row) => !theirs.has(row));
    const lengths = expectEqual(`${table}: rows`, theirs.size, ours.length);
    return missing === undefined ? lengths : [...lengths, `${table}: not as undisturbed: ${missing.slice(0, 200)}`];
  });
}

const tablesThatDiffer = (a: Record<string, string[]>, b: Record<string, string[]>) =>
  Object.keys(a).filter((table) => JSON.stringify(a[table]) !== JSON.stringify(b[table]));

async function onDatabase<T>({ ownerUrl }: TestDatabase, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
