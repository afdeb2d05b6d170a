/** `lotkeeper events import` at the terminal: its words and exit codes, the list of refused rows, and going on after a kill. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { TestClinic } from './clinic.ts';
import { outsidePharmacy } from './received-events.ts';
import { program } from './program.ts';

/** Commands start slowly where much else runs. */
const patience = 120_000;
let clinic: TestClinic;
let pharmacyId: string;
let folder: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacyId = await outsidePharmacy(clinic);
  folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-events-'));
});
afterAll(async () => {
  await clinic.close();
  await rm(folder, { recursive: true, force: true });
});

/** Neither of its outputs is a terminal. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'events', 'import', ...args], {
    env: {
      ...process.env,
      NODE_ENV: 'development',
      LOTKEEPER_DATA: path.join(folder, 'data'),
      DATABASE_URL: clinic.database.appUrl,
      JWT_SECRET: 'x'.repeat(32),
      PATIENT_KEY: 'y'.repeat(32),
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, ...said }));
  return { child, ended };
}

const header = 'dispenseRecordId,timestamp,pharmacyId,userId,drugId,drugName,patientKey,isPrescription';
const row = (id: string, at = '2026-03-01T10:00:00Z') => `${id},${at},${pharmacyId},u-1,d-1,Paracetamol 500 mg,p-1,yes`;

async function file(name: string, rows: readonly string[]): Promise<string> {
  const at = path.join(folder, name);
  await writeFile(at, [header, ...rows, ''].join('\n'));
  return at;
}

const kept = async (like: string) =>
  (
    await clinic.one<{ n: number }>(`SELECT count(*)::int AS n FROM dpap.event_key WHERE dispense_record_id LIKE $1`, [
      like,
    ])
  ).n;

it(
  'tells what was added in one line, and nothing else where nobody looks',
  async () => {
    const events = await file('good.csv', [row('good-1'), row('good-2')]);
    expect(await start(events).ended).toEqual({
      code: 0,
      out: '2 events added, 0 of them of high risk; 0 known already, 0 refused.\n',
      err: '',
    });
    expect(existsSync(`${events}.refused.csv`)).toBe(false);
    const { code, out } = await start(events, '--json').ended;
    expect({ code, told: JSON.parse(out) as unknown }).toEqual({
      code: 0,
      told: { accepted: 0, duplicates: 2, highRisk: 0, refused: 0, refusedFile: null },
    });
  },
  patience,
);

it(
  'names the refused lines in a file, with exit code 1, and takes the others',
  async () => {
    const events = await file('mixed.csv', [row('mixed-1'), row('mixed-2', 'yesterday'), row('mixed-3')]);
    const refused = path.join(folder, 'why.csv');
    const { code, out, err } = await start(events, '--refused', refused).ended;
    expect({ code, out }).toEqual({
      code: 1,
      out: '2 events added, 0 of them of high risk; 0 known already, 1 refused.\n',
    });
    expect(err).toBe(`  ${refused} names the lines that were refused, and why\n`);
    expect(await readFile(refused, 'utf8')).toMatch(
      /^line,code,reason\n3,BAD_USER_INPUT,"timestamp must be [^\n]+"\n$/,
    );
  },
  patience,
);

it.each([
  ['what is not there', ['/nowhere/events.csv'], /cannot be read/],
  ['a file of another kind', ['package.json'], /Say what package.json is: --format csv or ndjson/],
])(
  'refuses %s in one sentence',
  async (_words, args, sentence) => {
    const { code, out, err } = await start(...args).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(sentence);
    expect(err.trim().split('\n')).toHaveLength(1);
  },
  patience,
);

it(
  'goes on where it was killed, and doubles nothing',
  async () => {
    const rows = 6_000;
    const events = await file(
      'long.csv',
      Array.from({ length: rows }, (_none, index) => row(`long-${index}`)),
    );
    const { child, ended } = start(events);
    const begun = async () => {
      expect(await kept('long-%')).toBeGreaterThan(0);
    };
    await vi.waitFor(begun, { timeout: 60_000, interval: 5 });
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    const before = await kept('long-%');
    expect(before).toBeLessThan(rows);
    const { code, out } = await start(events, '--json').ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ accepted: rows - before, duplicates: before, refused: 0 });
    expect(await kept('long-%')).toBe(rows);
  },
  patience,
);
