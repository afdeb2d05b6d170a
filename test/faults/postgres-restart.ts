/**
 * PostgreSQL stops as at a power cut and is away for 3 s; then all its connections are ended at once, again and again.
 * No API process ends, callers hear SERVICE_UNAVAILABLE and that they may try again, and nothing acknowledged is lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { tally } from '../live/crowd.ts';
import { Writers } from './acknowledged.ts';
import { expectWithin, onStage, outcome, type Check, type Run, type Stage } from './stage.ts';

export const postgresRestart: Check = {
  name: 'postgres-restart',
  mutants: ['commit-unflushed', 'loss-unheard'],
  run: async (run) =>
    onStage(run, { apis: 2, clients: 16 }, async (stage) => {
      const writers = await Writers.of(stage, run.random);
      const problems = [...(await restart(run, writers)), ...(await cutAll(run, stage, writers))];
      const ended = endedProcesses(stage);
      if (ended.length > 0) return [...problems, ...ended];
      await writers.settle();
      problems.push(...wrongRefusals(stage, writers), ...(await writers.problems()));
      run.say(`${writers.keys} keys, ${JSON.stringify(tally(writers.answers.map(outcome)))}`);
      return problems;
    }),
};

async function restart(run: Run, writers: Writers): Promise<string[]> {
  writers.begin(16);
  await delay(run.random.between(800, 1_200));
  await run.cluster.stopAtOnce();
  await delay(run.short ? 1_000 : 3_000);
  await run.cluster.startAgain();
  const back = await writers.acknowledgedAfter();
  await writers.rest();
  await writers.settle();
  run.say(`back ${Math.round(back)} ms after the restart`);
  return expectWithin(run, 'back after the restart', back, 2_000);
}

async function cutAll(run: Run, stage: Stage, writers: Writers): Promise<string[]> {
  const times = run.mutant !== null ? 2 : run.short ? 5 : 20;
  let slowest = 0;
  writers.begin(8);
  for (let cut = 0; cut < times && slowest < Number.POSITIVE_INFINITY; cut += 1) {
    await delay(run.random.between(100, 300));
    await run.cluster.asAdmin(
      'postgres',
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${stage.databaseName}' AND pid <> pg_backend_pid()`,
    );
    slowest = Math.max(slowest, await writers.acknowledgedAfter());
  }
  await writers.rest();
  run.say(`${times} times all connections ended, back after at most ${Math.round(slowest)} ms`);
  return expectWithin(run, 'back after all connections were ended', slowest, 2_000);
}

function endedProcesses({ apis }: Stage): string[] {
  return apis
    .filter((api) => api.hasEnded())
    .map((api) => `an API process has ended: ${api.lastWords().slice(0, 200)}`);
}

function wrongRefusals({ apis }: Stage, writers: Writers): string[] {
  const wrong = writers.answers.flatMap((answer) => {
    if (answer.kind === 'done') return [];
    if (answer.kind === 'unanswered') return [`a call was not answered: ${answer.why}`];
    if (answer.code === 'SERVICE_UNAVAILABLE' && answer.retryable) return [];
    return [`${answer.code} (retryable ${String(answer.retryable)}): ${answer.message}`];
  });
  const logs = wrong.some((each) => each.startsWith('INTERNAL')) ? apis.map((api) => api.lastWords()) : [];
  return [...[...new Set(wrong)].slice(0, 5), ...logs];
}
