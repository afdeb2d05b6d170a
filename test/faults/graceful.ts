/**
 * An API process is told to end while calls are under way and sockets open: it is not ready any more while they still are,
 * each call is done, each socket is told to go elsewhere, and it ends well within 10 s. A worker with a job under way:
 * what can be finished is, what takes too long is left to another, and either way it ends well in time and the effect
 * is there once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { requestJob } from '../../src/domain/jobs/request-job.ts';
import { tally } from '../live/crowd.ts';
import type { CliProcess } from '../live/cli-process.ts';
import type { Answer } from '../live/api-client.ts';
import { raiseAlert } from '../alerts.ts';
import { Subscriber } from '../live/subscriber.ts';
import { dueReservations, stockUp, wrongReservations } from './shelf.ts';
import {
  brokenBooks,
  callDispense,
  expectEqual,
  expectWithin,
  onStage,
  outcome,
  type Check,
  type Run,
  type Stage,
} from './stage.ts';
import { hold, until, untilSettled } from './waiting.ts';

export const graceful: Check = { name: 'graceful', mutants: ['ends-at-once'], waits: true, run: runGraceful };

/** What is under way stays under way for as long as we want. */
const settings = [`lock_timeout = '0'`, `statement_timeout = '0'`];
const limitMs = 10_000;
const sockets = 5;

async function runGraceful(run: Run): Promise<string[]> {
  const stores = run.mutant === null ? [false, true] : [false];
  const problems = await Promise.all([
    onStage(run, { apis: 1, clients: 8, settings }, (stage) => endApi(run, stage)),
    ...stores.map((withRedis) => onStage(run, { workers: 1, withRedis, settings }, (stage) => endWorkers(run, stage))),
  ]);
  return problems.flat();
}

async function endApi(run: Run, stage: Stage): Promise<string[]> {
  const productIds = await stockUp(stage.clinic, 8);
  const [api] = stage.apis;
  if (api === undefined) throw new Error('There is no API to end');
  const subscribers = await follow(stage, api.url);
  const rows = await hold(stage, 'SELECT FROM inventory.stock FOR UPDATE');
  const underWay = productIds.map((productId) => take(stage, productId));
  await rows.untilWaitedFor(productIds.length);
  const end = endOf(api);
  const wasReady = await untilNotReady(api.url);
  const stillUnderWay = !api.hasEnded();
  await rows.release();
  const answers = await Promise.all(underWay);
  const { code, ms } = await end;
  await Promise.all(subscribers.map((each) => each.close()));
  const counts = tally(answers.map(outcome));
  run.say(
    `API: ${JSON.stringify(counts)} of ${answers.length} calls under way, ${sockets} sockets; ended with ${code} after ${Math.round(ms)} ms`,
  );
  return [
    ...expectEqual('calls under way', counts, { done: productIds.length }),
    ...(stillUnderWay && wasReady ? [] : ['it ended before it was seen not to be ready']),
    ...expectEqual('how the sockets ended', tally(subscribers.map(({ ends }) => String(ends[0]))), { 1001: sockets }),
    ...expectEqual('exit code of the API', code, 0),
    ...expectWithin(run, 'end of the API', ms, limitMs),
    ...(await brokenBooks(stage)),
  ];
}

/** Sockets that have heard something: they are open. */
async function follow({ clinic, token }: Stage, url: string): Promise<Subscriber[]> {
  await raiseAlert(clinic.owner, { locationId: clinic.locationId });
  const all = Array.from({ length: sockets }, () => new Subscriber({ token, url: () => url, after: '0' }));
  await until(
    () => 'all sockets have heard an alert',
    async () => all.every(({ told }) => told.length === 1),
  );
  return all;
}

function take(stage: Stage, productId: string): Promise<Answer> {
  const lines = [{ productId, quantity: '1' }];
  return callDispense(stage, 0, { idempotencyKey: uuid(), locationId: stage.clinic.locationId, lines });
}

/** A balancer that asks anew finds it not ready, or finds nobody. */
async function untilNotReady(url: string): Promise<boolean> {
  await until(
    () => 'the API is not ready any more',
    async () => {
      const answer = await fetch(`${url}/readyz`, { headers: { connection: 'close' } }).catch(() => null);
      await answer?.arrayBuffer();
      return answer?.status !== 200;
    },
  );
  return true;
}

async function endWorkers(run: Run, stage: Stage): Promise<string[]> {
  return [...(await endWhile('it can be finished', run, stage)), ...(await endWhile('it takes too long', run, stage))];
}

async function endWhile(how: 'it can be finished' | 'it takes too long', run: Run, stage: Stage): Promise<string[]> {
  await untilSettled(stage);
  const ids = await dueReservations(stage.clinic, 3);
  const [worker] = stage.workers.splice(0);
  if (worker === undefined) throw new Error('There is no worker to end');
  const table = await hold(stage, 'LOCK TABLE inventory.inventory_transaction IN SHARE MODE');
  const actor = await stage.clinic.actor(['MANAGER']);
  await stage.clinic.as(actor, (tx) => requestJob(tx, 'runJob', 'expire-reservations'));
  await table.untilWaitedFor();
  const { id } = await stage.clinic.one<{ id: string }>(
    `SELECT queue_job_id AS id FROM ops.job_run WHERE name = 'expire-reservations' AND state = 'ACTIVE'`,
  );
  const end = endOf(worker);
  if (how === 'it can be finished') {
    await delay(500);
    await table.release();
  }
  const { code, ms } = await end;
  if (how === 'it takes too long') await table.release();
  await stage.addWorker();
  await untilSettled(stage);
  const { attempts } = await stage.clinic.one<{ attempts: number }>(
    'SELECT attempt AS attempts FROM ops.job_run WHERE queue_job_id = $1',
    [id],
  );
  const store = stage.redis === null ? 'PostgreSQL' : 'Redis';
  run.say(`worker on ${store}, ${how}: ended with ${code} after ${Math.round(ms)} ms, ${attempts} attempts`);
  return [
    ...expectEqual(`attempts of a job on ${store}, ${how}`, attempts, how === 'it can be finished' ? 1 : 2),
    ...expectEqual(`exit code of a worker on ${store}, ${how}`, code, 0),
    ...expectWithin(run, `end of a worker on ${store}, ${how}`, ms, limitMs),
    ...(await wrongReservations(stage.clinic, ids)),
    ...(await brokenBooks(stage)),
  ];
}

async function endOf(process: CliProcess): Promise<{ code: number | null; ms: number }> {
  const asked = performance.now();
  const code = await process.stop();
  return { code, ms: performance.now() - asked };
}
