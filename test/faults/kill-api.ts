/** An API process is killed under load, again and again: every key is done exactly once, nothing acknowledged is lost. */
import { setTimeout as delay } from 'node:timers/promises';
import { tally } from '../live/crowd.ts';
import { Writers } from './acknowledged.ts';
import { expectWithin, onStage, outcome, type Check, type Run } from './stage.ts';

export const killApi: Check = { name: 'kill-api', mutants: ['answer-before-commit'], run: runKillApi };

async function runKillApi(run: Run): Promise<string[]> {
  const cycles = run.mutant !== null ? 2 : run.short ? 2 : 10;
  return onStage(run, { apis: 1, clients: 16 }, async (stage) => {
    const writers = await Writers.of(stage, run.random);
    const problems: string[] = [];
    let slowest = 0;
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      writers.begin(16);
      await delay(run.random.between(500, 1_500));
      await stage.apis.shift()?.kill();
      await writers.rest();
      await stage.clients.shift()?.close();
      const { readyMs } = await stage.addApi();
      slowest = Math.max(slowest, readyMs);
      await writers.settle();
    }
    const counts = JSON.stringify(tally(writers.answers.map(outcome)));
    run.say(`${cycles} kills, ${writers.keys} keys, ${counts}, ready again after at most ${Math.round(slowest)} ms`);
    problems.push(...expectWithin(run, 'ready again', slowest, 5_000), ...(await writers.problems()));
    return problems;
  });
}
