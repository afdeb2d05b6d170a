/** The program as users run it: built, it starts in a third of the time that its sources take. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const program = 'dist/src/cli.js';

/** For Node, to run it; what a mutant takes away it takes from the sources. */
export function programOf(mutant: string | null): string[] {
  return mutant === null ? [program] : ['--import', 'tsx', '--import', './test/faults/mutate.ts', 'src/cli.ts'];
}

/** Without the dashboard. Before whatever starts it. */
export async function build(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await promisify(execFile)('npm', ['run', '--silent', 'tsc', '--', '-p', 'tsconfig.build.json'], { cwd: root });
}
