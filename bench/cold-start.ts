/** `lotkeeper start` on a data folder that is there already: until it is ready, and what it holds when it has nothing to do. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { untilReady } from '../test/live/api-process.ts';
import { quantile } from '../test/live/crowd.ts';
import { ms, type Figure } from './figures.ts';

const port = 4_799;
const idleMs = 5_000;

export async function benchColdStart(starts: number): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lotkeeper-cold-'));
  await chmod(folder, 0o755);
  try {
    await withStarted(folder, async () => undefined);
    const times: number[] = [];
    let memory = 0;
    for (let start = 0; start < starts; start += 1) {
      times.push(
        await withStarted(folder, async (child) => {
          if (start === 0) memory = await idleMegabytes(child);
        }),
      );
    }
    const ready = quantile(times, 0.5);
    return [
      {
        bench: 'cold start',
        what: 'ready, data folder made',
        ours: ms(ready),
        other: '',
        ratio: null,
        goal: '≤ 4 s',
        met: ready <= 4_000,
      },
      {
        bench: 'cold start',
        what: 'idle memory of API and workers',
        ours: `${memory.toFixed(0)} MB`,
        other: '',
        ratio: null,
        goal: '≤ 250 MB',
        met: memory <= 250,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function withStarted(folder: string, look: (child: ChildProcess) => Promise<void>): Promise<number> {
  const at = performance.now();
  const child = spawn(process.execPath, ['dist/src/cli.js', 'start'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      PORT: String(port),
      LOTKEEPER_DATA: path.join(folder, 'data'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilReady(`http://127.0.0.1:${port}`, () => child.exitCode !== null, 120_000);
    const ready = performance.now() - at;
    await look(child);
    return ready;
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

/** The process's own resident memory, PostgreSQL's not among it. */
async function idleMegabytes(child: ChildProcess): Promise<number> {
  await delay(idleMs);
  const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1_024;
}
