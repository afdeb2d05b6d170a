/**
 * All connections of a process held: callers hear SERVER_BUSY in time. One stock row's lock held: callers for that
 * product hear LOCK_TIMEOUT in time, other products go on, and `/livez` answers as ever.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import type { PoolClient } from 'pg';
import { crowdWhile, quantile, tally } from '../live/crowd.ts';
import type { Answer } from '../live/api-client.ts';
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

export const pool: Check = { name: 'pool', mutants: ['pool-patience'], waits: true, run: runPool };
export const lock: Check = { name: 'lock', mutants: ['lock-patience'], waits: true, run: runLock };

/** The application's role waits for locks as long as need be here, so that ten calls hold ten connections. */
async function runPool(run: Run): Promise<string[]> {
  return onStage(run, { apis: 1, clients: 60, settings: [`lock_timeout = '0'`] }, async (stage) => {
    const productIds: string[] = [];
    for (let made = 0; made < 10; made += 1) productIds.push(await stocked(stage));
    const other = await stocked(stage);
    const held = await holdRows(stage, productIds);
    const holding = Promise.all(productIds.map((productId) => take(stage, productId)));
    await untilWaiting(stage, 10);
    const busy = await Promise.all(Array.from({ length: 40 }, () => take(stage, other)));
    await held.release();
    const slowest = Math.max(...busy.map(({ ms }) => ms));
    run.say(
      `40 calls beside 10 held connections: ${JSON.stringify(tally(busy.map(outcome)))}, at most ${Math.round(slowest)} ms`,
    );
    const after = await take(stage, other);
    return [
      ...expectEqual('with all connections held', tally(busy.map(outcome)), { SERVER_BUSY: 40 }),
      ...(busy.every((answer) => answer.kind === 'refused' && answer.retryable)
        ? []
        : ['SERVER_BUSY is not retryable']),
      ...expectWithin(run, 'SERVER_BUSY', slowest, 2_500),
      ...expectEqual('those that held them', tally((await holding).map(outcome)), { done: 10 }),
      ...expectEqual('afterwards', outcome(after), 'done'),
      ...(await brokenBooks(stage)),
    ];
  });
}

async function runLock(run: Run): Promise<string[]> {
  const heldForMs = run.short || run.mutant !== null ? 6_000 : 30_000;
  return onStage(run, { apis: 1, clients: 40 }, async (stage) => {
    const hot = await stocked(stage);
    const others = [await stocked(stage), await stocked(stage), await stocked(stage)];
    const held = await holdRows(stage, [hot]);
    const until = performance.now() + heldForMs;
    const goesOn = () => performance.now() < until;
    const waiting: Answer[] = [];
    const elsewhere: Answer[] = [];
    const looks: number[] = [];
    const [client] = stage.clients;
    await Promise.all([
      crowdWhile(8, goesOn, async () => waiting.push(await take(stage, hot))),
      crowdWhile(4, goesOn, async () => elsewhere.push(await take(stage, run.random.pick(others)))),
      crowdWhile(1, goesOn, async () => {
        looks.push((await client?.live()) ?? Number.NaN);
        await delay(10);
      }),
    ]);
    await held.release();
    return judgeLock(run, stage, { hot, waiting, elsewhere, looks });
  });
}

interface Seen {
  readonly hot: string;
  readonly waiting: readonly Answer[];
  readonly elsewhere: readonly Answer[];
  readonly looks: readonly number[];
}

async function judgeLock(run: Run, stage: Stage, { hot, waiting, elsewhere, looks }: Seen): Promise<string[]> {
  const slowest = (code: string) =>
    Math.max(0, ...waiting.filter((answer) => outcome(answer) === code).map(({ ms }) => ms));
  const p99 = quantile(looks, 0.99);
  const counts = tally(waiting.map(outcome));
  run.say(
    `for the locked one ${JSON.stringify(counts)}, LOCK_TIMEOUT after at most ${Math.round(slowest('LOCK_TIMEOUT'))} ms, ` +
      `SERVER_BUSY ${Math.round(slowest('SERVER_BUSY'))} ms; ${elsewhere.length} for others; /livez p99 ${p99.toFixed(1)} ms`,
  );
  return [
    ...Object.keys(counts).filter((code) => code !== 'LOCK_TIMEOUT' && code !== 'SERVER_BUSY'),
    ...(counts['LOCK_TIMEOUT'] === undefined ? ['nobody heard LOCK_TIMEOUT'] : []),
    ...expectWithin(run, 'LOCK_TIMEOUT', slowest('LOCK_TIMEOUT'), 3_000),
    ...expectWithin(run, 'SERVER_BUSY', slowest('SERVER_BUSY'), 2_500),
    ...expectWithin(run, '/livez p99', p99, 50),
    ...expectEqual('calls for other products', Object.keys(tally(elsewhere.map(outcome))), ['done']),
    ...expectEqual('the locked one afterwards', outcome(await take(stage, hot)), 'done'),
    ...(await brokenBooks(stage)),
  ];
}

async function stocked({ clinic }: Stage): Promise<string> {
  const productId = await clinic.product();
  await clinic.stock({ productId, quantity: '1000000' });
  return productId;
}

function take(stage: Stage, productId: string): Promise<Answer> {
  const lines = [{ productId, quantity: '1' }];
  return callDispense(stage, 0, { idempotencyKey: uuid(), locationId: stage.clinic.locationId, lines });
}

async function holdRows({ clinic }: Stage, productIds: readonly string[]): Promise<{ release: () => Promise<void> }> {
  const holder: PoolClient = await clinic.owner.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM inventory.stock WHERE product_id = ANY($1) FOR UPDATE', [productIds]);
  return {
    release: async () => {
      await holder.query('ROLLBACK');
      holder.release();
    },
  };
}

/** Until so many of the application's connections wait for a lock. */
async function untilWaiting({ clinic, databaseName }: Stage, wanted: number): Promise<void> {
  const until = performance.now() + 4_000;
  for (;;) {
    const { waiting } = await clinic.one<{ waiting: number }>(
      `SELECT count(DISTINCT l.pid)::integer AS waiting FROM pg_locks l JOIN pg_database d ON d.datname = $1 WHERE NOT l.granted`,
      [databaseName],
    );
    if (waiting >= wanted) return;
    if (performance.now() > until) throw new Error(`Only ${waiting} of ${wanted} connections are held`);
    await delay(20);
  }
}
