/**
 * `npm run faults [-- name… --seed N --short --mutant [name]]`. Each check is run as the product is, and must hold; then
 * against each of its mutants, and must not; the short run takes the first, and leaves those of long checks to the long run. With --mutant only the mutants run, and their failing is the exit code.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Random } from '../../src/seed/random.ts';
import { Cluster } from '../live/cluster.ts';
import { build } from '../program.ts';
import { arrival } from './arrival.ts';
import { backup } from './backup.ts';
import { chaos } from './chaos.ts';
import { dates } from './dates.ts';
import { deadlock } from './deadlock.ts';
import { fefo } from './fefo.ts';
import { graceful } from './graceful.ts';
import { idempotency } from './idempotency.ts';
import { killApi } from './kill-api.ts';
import { killWorker } from './kill-worker.ts';
import { outbox } from './outbox.ts';
import { oversell } from './oversell.ts';
import { legacyKill } from './legacy-kill.ts';
import { lock, pool } from './pool-and-lock.ts';
import { postgresRestart } from './postgres-restart.ts';
import { redisLoss } from './redis-loss.ts';
import { resume } from './resume.ts';
import { simulation } from './simulation.ts';
import { slowConsumer } from './slow-consumer.ts';
import type { Check, Run } from './stage.ts';

const checks: readonly Check[] = [
  ...[oversell, fefo, deadlock, idempotency, killApi, postgresRestart, pool, lock],
  ...[killWorker, outbox, redisLoss, graceful, chaos, dates, resume, slowConsumer],
  ...[backup, simulation, legacyKill, arrival],
];

/** So many at a time of those that wait most of the time. */
const lanes = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, short: { type: 'boolean' }, mutant: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !checks.some((check) => check.name === name));
const seed = values.seed === undefined ? randomInt(1_000_000_000) : Number(values.seed);
if (unknown.length > 0 || !Number.isSafeInteger(seed)) {
  say(`Checks: ${checks.map(({ name }) => name).join(', ')}. --seed N, --short, --mutant.`);
  process.exit(2);
}

const isLeft = ({ name, isDear }: Check) => values.short === true && isDear === true && !positionals.includes(name);
const asked = checks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const chosen = asked.filter((check) => !isLeft(check));
say(`seed ${seed}${values.short === true ? ', short' : ''}`);
for (const { name } of asked.filter(isLeft)) say(`${name.padEnd(18)} is left to the long run`);
const [cluster] = await Promise.all([Cluster.start(), build()]);
let failed = 0;
try {
  const short = values.short === true;
  const sideBySide = chosen.filter(({ waits }) => short && waits === true);
  for (const check of chosen.filter((each) => !sideBySide.includes(each))) failed += await failuresOf(check);
  const lane = async () => {
    for (let check = sideBySide.shift(); check !== undefined; check = sideBySide.shift())
      failed += await failuresOf(check);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
} finally {
  await cluster.stop();
}
say(failed === 0 ? 'All hold, all mutants caught.' : `${failed} not as they should be. Again: --seed ${seed}`);
process.exitCode = failed === 0 ? 0 : 1;

/** Of the check and its mutants, how many did not end as they should. */
async function failuresOf(check: Check): Promise<number> {
  let failures = 0;
  if (values.mutant !== true && (await verdictOf(check, null)) !== 'holds') failures += 1;
  for (const mutant of mutantsOf(check)) {
    const wanted = values.mutant === true ? 'holds' : 'fails';
    if ((await verdictOf(check, mutant)) !== wanted) failures += 1;
  }
  return failures;
}

function mutantsOf(check: Check): readonly string[] {
  if (values.short !== true) return check.mutants;
  if (check.waits !== true || values.mutant === true) return check.mutants.slice(0, 1);
  say(`${check.name.padEnd(18)} its mutants (${check.mutants.join(', ')}) are left to the long run`);
  return [];
}

/** A check that breaks off has shown nothing, with a mutant or without. */
async function verdictOf(check: Check, mutant: string | null): Promise<'holds' | 'fails' | 'broke off'> {
  const began = performance.now();
  const facts: string[] = [];
  const tell = (verdict: string, details: readonly string[]) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    say(`${check.name.padEnd(18)} ${verdict} (${seconds} s) ${facts.join('; ')}`);
    for (const detail of details) say(`    ${detail.slice(0, 2_000)}`);
  };
  const short = values.short === true;
  const run: Run = { cluster, seed, random: new Random(seed), short, mutant, say: (line) => facts.push(line) };
  try {
    const problems = await check.run(run);
    const holds = problems.length === 0;
    if (mutant === null) tell(holds ? 'holds' : 'DOES NOT HOLD', problems.slice(0, 10));
    else tell(`mutant ${mutant} ${holds ? 'NOT CAUGHT' : 'caught'}`, problems.slice(0, 2));
    return holds ? 'holds' : 'fails';
  } catch (error) {
    tell(`${mutant === null ? '' : `mutant ${mutant} `}BROKE OFF`, [stackOf(error)]);
    return 'broke off';
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
