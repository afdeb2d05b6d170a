/**
 * One socket of 21 stops reading while 20 000 alerts come: the process lives and grows by no more than 50 MB, the other
 * twenty hear each alert as soon as ever, and the slow one, when it reads again, misses nothing.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { raiseAlerts } from '../alerts.ts';
import { tokenFor, type ApiProcess } from '../live/api-process.ts';
import { quantile } from '../live/crowd.ts';
import { Subscriber, whatIsWrong } from '../live/subscriber.ts';
import { expectWithin, onStage, type Check, type Run, type Stage } from './stage.ts';

const healthy = 20;
const growthMb = 50;
const healthyMs = 500;
const inOne = 25;
const warmUp = 2_500;

/** Little room, so that garbage is collected soon and what is held is what is measured; it takes 100 MB with nothing to do. */
const env = { NODE_OPTIONS: '--max-old-space-size=192' };

export const slowConsumer: Check = {
  name: 'slow-consumer',
  mutants: ['backpressure-forgotten'],
  waits: true,
  run: async (run) => onStage(run, { apis: 1, clients: 1, env }, async (stage) => pauseOne(run, stage)),
};

async function pauseOne(run: Run, stage: Stage): Promise<string[]> {
  const { clinic, apis } = stage;
  const [api] = apis;
  if (api === undefined) throw new Error('There is no API');
  const token = await tokenFor((await clinic.actor(['TECHNICIAN'])).id);
  const follow = (selection: string) => new Subscriber({ token, url: () => api.url, after: '0', selection });
  const all = Array.from({ length: healthy }, () => follow('title'));
  // Ten messages in one: what piles up for it is soon more than the process may grow.
  const slow = follow(Array.from({ length: 10 }, (_none, index) => `m${index}: message`).join(' '));
  const writtenAt = new Map<string, number>();
  // What the load itself takes is not the slow one's doing: the heap is as large as it will be before it stops reading.
  const warming = watchMost(api);
  await raise(stage, warmUp, writtenAt);
  await untilAllHeard(api, [...all, slow], writtenAt.size);
  const before = await warming.stop();
  slow.pause();
  const watching = watchMost(api);
  await raise(stage, run.mutant !== null ? 8_000 : run.short ? 5_000 : 20_000, writtenAt);
  await untilAllHeard(api, all, writtenAt.size);
  const grown = (await watching.stop()) - before;
  const paused = slow.told.length;
  slow.resume();
  await untilAllHeard(api, [slow], writtenAt.size);
  await Promise.all([...all, slow].map((each) => each.close()));
  const ids = [...writtenAt.keys()];
  const latencies = all.flatMap(({ told }) => told.slice(warmUp).map(({ id, at }) => at - (writtenAt.get(id) ?? 0)));
  const p99 = quantile(latencies, 0.99);
  const facts = [
    `${ids.length} alerts`,
    `${before.toFixed(0)} MB before, grown by ${grown.toFixed(0)} MB`,
    `healthy p99 ${p99.toFixed(0)} ms`,
  ];
  run.say([...facts, `the slow one had ${paused} when it read again, ended with ${slow.ends.join(', ')}`].join(', '));
  return [
    ...(api.hasEnded() ? [`the process has ended: ${api.lastWords().slice(0, 300)}`] : []),
    ...(grown > growthMb ? [`the process has grown by ${grown.toFixed(0)} MB`] : []),
    ...expectWithin(run, 'healthy p99', p99, healthyMs),
    ...all.flatMap((each, index) => whatIsWrong(`subscriber ${index}`, each, ids)),
    ...whatIsWrong('the slow one', slow, ids),
  ];
}

/** In lots of 25, as a nightly job raises them. */
async function raise({ clinic, apis }: Stage, count: number, writtenAt: Map<string, number>): Promise<void> {
  const message = 'x'.repeat(1_900);
  for (let written = 0; written < count && !apis.some((api) => api.hasEnded()); written += inOne) {
    const ids = await raiseAlerts(
      clinic.owner,
      Array.from({ length: inOne }, () => ({ locationId: clinic.locationId, message })),
    );
    const at = performance.now();
    for (const id of ids) writtenAt.set(id, at);
    await delay(100);
  }
}

/** Or until there is nobody left who could tell. */
async function untilAllHeard(api: ApiProcess, all: readonly Subscriber[], count: number): Promise<void> {
  const until = performance.now() + 120_000;
  while (!api.hasEnded() && performance.now() < until && all.some(({ told }) => told.length < count)) await delay(50);
}

/** The most memory that it has held meanwhile. */
function watchMost(api: ApiProcess) {
  const seen = { most: 0, goesOn: true };
  const watching = (async () => {
    while (seen.goesOn && !api.hasEnded()) {
      seen.most = Math.max(seen.most, await residentMb(api));
      await delay(200);
    }
  })();
  return {
    async stop(): Promise<number> {
      seen.goesOn = false;
      await watching;
      return seen.most;
    },
  };
}

async function residentMb({ pid }: ApiProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
}
