/** The README's session, by copy and paste, against everything that `npm start` runs. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program } from './program.ts';

const run = promisify(execFile);
let folder: string;
let server: ChildProcess;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-readme-'));
  // Started by root, PostgreSQL runs as another user, who has to get there.
  await chmod(folder, 0o755);
  server = spawn(process.execPath, [program, 'start'], {
    env: { ...process.env, NODE_ENV: 'development', LOTKEEPER_DATA: path.join(folder, 'data'), PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await printed(server, /(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
}, 120_000);

afterAll(async () => {
  if (server.exitCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  expect(server.exitCode).toBe(0);
  await rm(folder, { recursive: true, force: true });
}, 30_000);

function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const match = pattern.exec(seen);
      if (match?.[1] !== undefined && seen.includes('Stop')) resolve(match[1]);
    });
    child.once('exit', () => {
      reject(new Error(`ended before it was ready: ${seen}`));
    });
  });
}

it('gives the answers that it shows', async () => {
  const readme = await readFile('README.md', 'utf8');
  const steps = [...readme.matchAll(/<!-- session -->\s+```sh\n([^]*?)```\s+```json\n([^]*?)```/g)];
  expect(steps.length).toBeGreaterThanOrEqual(6);
  const marker = '---- next step ----';
  const script = steps
    .map(([, commands]) => commands)
    .join(`\necho '${marker}'\n`)
    .replaceAll('http://127.0.0.1:4000', address);
  const { stdout } = await run('bash', ['-c', script], { timeout: 60_000 });
  const answers = stdout.split(`${marker}\n`).map((answer) => JSON.parse(answer) as unknown);
  expect(answers).toEqual(steps.map(([, , shown]) => JSON.parse(shown ?? '') as unknown));
}, 90_000);
