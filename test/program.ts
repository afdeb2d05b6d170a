/** The program as users run it: built, it starts in a third of the time that its sources take. */
import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const program = 'dist/src/cli.js';

/** For Node, to run it; what a mutant takes away it takes from the sources. */
export function programOf(mutant: string | null): string[] {
  return mutant === null ? [program] : ['--import', 'tsx', '--import', './test/faults/mutate.ts', 'src/cli.ts'];
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** From the sources as they stand; before whatever starts it. */
export async function build(): Promise<void> {
  await npm('run', '--silent', 'tsc', '--', '-p', 'tsconfig.build.json');
  if (await arePagesStale()) await npm('run', '--silent', 'build:web');
}

/** They take longer than the program, and are built anew where one of them is newer than the build. */
async function arePagesStale(): Promise<boolean> {
  const built = await stat(join(root, 'dist/web/index.html')).catch(() => null);
  const files = await readdir(join(root, 'web'), { recursive: true });
  const newest = await Promise.all(
    files
      .filter((file) => !file.startsWith('src/generated'))
      .map(async (file) => (await stat(join(root, 'web', file))).mtimeMs),
  );
  return built === null || built.mtimeMs <= Math.max(...newest);
}

async function npm(...args: readonly string[]): Promise<void> {
  // The tests' own NODE_ENV would make it a development build.
  await promisify(execFile)('npm', args, { cwd: root, env: { ...process.env, NODE_ENV: 'production' } });
}
