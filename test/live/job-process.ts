/** The process of job-main.ts, with a protection taken away where a mutant is named. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface JobProcess {
  /** Waits until it is done. */
  run(name: string): Promise<void>;
  stop(): Promise<void>;
}

export function startJobs(databaseUrl: string, mutant: string | null): JobProcess {
  const preload = mutant === null ? [] : ['--import', './test/faults/mutate.ts'];
  const child = spawn(process.execPath, ['--import', 'tsx', ...preload, 'test/live/job-main.ts'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      ...(mutant === null ? {} : { LOTKEEPER_MUTANT: mutant }),
    },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2_000)));
  const ended = new Promise<void>((settle) => {
    child.once('exit', () => {
      settle();
    });
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async run(name) {
      const done = new Promise<boolean>((settle) => {
        lines.once('line', () => {
          settle(true);
        });
        void ended.then(() => {
          settle(false);
        });
      });
      child.stdin.write(`${name}\n`);
      if (!(await done)) throw new Error(`The process of jobs has ended: ${words}`);
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
