/** The process that makes the load: one job comes in, its figures go out. It shares nothing with what it measures. */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Pool } from 'undici';
import { v7 as uuid } from 'uuid';
import { beginning } from '../src/db/beginning.ts';
import { quantile } from '../test/live/crowd.ts';
import { replayOf, type Replay } from './replay.ts';
import type { BareJob, HttpJob, Job, Measured } from './work.ts';

const any = <T>(list: readonly T[]): T => {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

interface Load {
  readonly clients: number;
  readonly seconds: number;
  readonly perSecond?: number;
}

/** Where calls have their time, a call's own begins with it: one that had to wait for the call before was slow. */
async function measure({ clients, seconds, perSecond }: Load, call: () => Promise<void>): Promise<Measured> {
  const times: number[] = [];
  let failure: string | null = null;
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let turn = client; failure === null && performance.now() < end; turn += clients) {
        const at = perSecond === undefined ? performance.now() : begun + (turn / perSecond) * 1_000;
        if (at >= end) return;
        if (at > performance.now()) await delay(at - performance.now());
        await call().catch((error: unknown) => (failure ??= String(error)));
        times.push(performance.now() - at);
      }
    }),
  );
  const served = times.length / ((performance.now() - begun) / 1_000);
  return {
    perSecond: served,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
    failure,
  };
}

async function overHttp(job: HttpJob): Promise<Measured> {
  const pool = new Pool(job.url, { connections: job.clients, pipelining: 1 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${job.token}` };
  const templates = job.variables.map((variables) => JSON.stringify({ query: job.query, variables }));
  try {
    return await measure(job, async () => {
      const body = any(templates).replace('$key', uuid()).replace('$lot', uuid());
      const answer = await pool.request({ path: '/graphql', method: 'POST', headers, body });
      const json = await answer.body.text();
      if (answer.statusCode !== 200 || json.includes('"errors"')) throw new Error(json.slice(0, 500));
    });
  } finally {
    await pool.close();
  }
}

async function withoutUs(job: BareJob): Promise<Measured> {
  const pool = new pg.Pool({ connectionString: job.databaseUrl, max: 10 });
  pool.on('error', () => undefined);
  const tokens = [...job.newIds, ...job.newTexts, ...(job.pair ?? []), ...(job.batch ?? [])];
  const texts = [...new Set(job.calls.flat().map(({ text }) => text))];
  const calls = job.calls.map((call) => call.map((sent) => replayOf(sent, texts.indexOf(sent.text), tokens)));
  try {
    return await measure(job, () => (job.parallel ? readOnce(pool, any(calls)) : writeOnce(pool, any(calls), job)));
  } finally {
    await pool.end();
  }
}

async function readOnce(pool: pg.Pool, [first, ...rest]: readonly Replay[]): Promise<void> {
  if (first === undefined) return;
  const ask = (replay: Replay) =>
    pool.query({ name: replay.name, text: replay.text, values: replay.values(new Map()) });
  await ask(first);
  await Promise.all(rest.map(ask));
}

async function writeOnce(pool: pg.Pool, call: readonly Replay[], job: BareJob): Promise<void> {
  const swap = new Map<string, string>([...job.newIds, ...job.newTexts].map((token) => [token, uuid()]));
  if (job.pair !== null) any(job.pairs).forEach((id, index) => swap.set(job.pair?.[index] ?? '', id));
  const client = await pool.connect();
  let broken = true;
  try {
    for (const replay of call) {
      if (replay.text === beginning || replay.text === 'COMMIT') {
        await client.query(replay.text);
        continue;
      }
      const { rows } = await client.query<Record<string, string>>({
        name: replay.name,
        text: replay.text,
        values: replay.values(swap),
      });
      if (job.batch !== null && !swap.has(job.batch[0])) {
        const [first] = rows.sort((a, b) => ((a['lotExpiresOn'] ?? '') < (b['lotExpiresOn'] ?? '') ? -1 : 1));
        swap.set(job.batch[0], first?.['id'] ?? '').set(job.batch[1], first?.['lotId'] ?? '');
      }
    }
    broken = false;
  } finally {
    client.release(broken);
  }
}

process.once('message', (job: Job) => {
  void (job.kind === 'http' ? overHttp(job) : withoutUs(job)).then(
    (measured) =>
      process.send?.(measured, () => {
        process.disconnect();
      }),
    (error: unknown) => {
      process.send?.({ perSecond: 0, p50: 0, p95: 0, p99: 0, failure: String(error) } satisfies Measured, () => {
        process.disconnect();
      });
    },
  );
});
