/** Rounds of both sides in turn, so that what disturbs the machine disturbs both; the median of each. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { quantile } from '../test/live/crowd.ts';
import type { Job, Measured } from './work.ts';

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
}

async function run(job: Job): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  });
  child.send(job);
  const [measured] = (await once(child, 'message')) as [Measured];
  await once(child, 'exit');
  if (measured.failure !== null) throw new Error(`${job.kind}: ${measured.failure}`);
  return measured;
}

type Untimed<J> = J extends unknown ? Omit<J, 'seconds'> : never;

/** The median of each side, in the order of the jobs; the first second of each is a warm-up of its own. */
export async function inTurns({ rounds, seconds }: Rounds, jobs: readonly Untimed<Job>[]): Promise<Measured[]> {
  const results: Measured[][] = jobs.map(() => []);
  for (const job of jobs) await run({ ...job, seconds: Math.min(seconds, 2) });
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, job] of jobs.entries()) results[index]?.push(await run({ ...job, seconds }));
  }
  return results.map(medians);
}

function medians(measured: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => quantile(measured.map(pick), 0.5);
  return {
    perSecond: of((m) => m.perSecond),
    p50: of((m) => m.p50),
    p95: of((m) => m.p95),
    p99: of((m) => m.p99),
    failure: null,
  };
}
