/** From the commit of an alert to a hundred sockets at two API processes, with hints over PostgreSQL and over Redis. */
import { setTimeout as delay } from 'node:timers/promises';
import { poolOf } from '../src/db/prepared.ts';
import { raiseAlert } from '../test/alerts.ts';
import { TestClinic } from '../test/clinic.ts';
import { startApi, tokenFor } from '../test/live/api-process.ts';
import type { Cluster } from '../test/live/cluster.ts';
import { quantile } from '../test/live/crowd.ts';
import { Subscriber, whatIsWrong } from '../test/live/subscriber.ts';
import { hasRedis, RedisServer } from '../test/redis-server.ts';
import { ms, type Figure } from './figures.ts';

const sockets = 100;
const atMostMs = 250;

export async function benchAlerts(cluster: Cluster, alerts: number): Promise<Figure[]> {
  const figures = [await measured(cluster, alerts, null)];
  if (!hasRedis) return figures;
  const redis = await RedisServer.start();
  try {
    return [...figures, await measured(cluster, alerts, redis.url)];
  } finally {
    await redis.stop();
  }
}

async function measured(cluster: Cluster, alerts: number, redisUrl: string | null): Promise<Figure> {
  const times = await latencies(cluster, alerts, redisUrl);
  const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
  return {
    bench: 'alerts',
    what: `commit → ${sockets} sockets, over ${redisUrl === null ? 'PostgreSQL' : 'Redis'}`,
    ours: `p50 ${ms(p50)}, p95 ${ms(p95)}`,
    other: '',
    ratio: null,
    goal: `p95 ≤ ${atMostMs} ms`,
    met: p95 <= atMostMs,
  };
}

/** Alerts are committed past the API, as by somebody whose commit wakes nobody: they wait for the next look. */
async function latencies(cluster: Cluster, alerts: number, redisUrl: string | null): Promise<number[]> {
  const database = await cluster.newDatabase();
  const clinic = await TestClinic.in(database);
  for (const pool of [clinic.owner, poolOf(clinic.db)]) pool.on('error', () => undefined);
  const env = redisUrl === null ? {} : { REDIS_URL: redisUrl };
  const options = { databaseUrl: database.appUrl, env };
  const apis = [await startApi(options), await startApi(options)];
  const everybody = await Promise.all(
    Array.from({ length: sockets }, async (_none, index) => {
      const token = await tokenFor((await clinic.actor(['TECHNICIAN'])).id);
      const selection = 'type severity title message location { name }';
      return new Subscriber({ token, selection, after: '0', url: () => apis[index % apis.length]?.url ?? '' });
    }),
  );
  try {
    const committedAt = new Map<string, number>();
    for (let raised = 0; raised < alerts + warmUp; raised += 1) {
      const id = await raiseAlert(clinic.owner, { locationId: clinic.locationId });
      committedAt.set(id, performance.now());
      await delay(50 + Math.random() * 100);
      if (raised === warmUp - 1) await untilAllHeard(everybody, warmUp);
    }
    await untilAllHeard(everybody, committedAt.size);
    const ids = [...committedAt.keys()];
    const wrong = everybody.flatMap((each, index) => whatIsWrong(`socket ${index}`, each, ids));
    if (wrong.length > 0) throw new Error(wrong.join('; '));
    return everybody.flatMap(({ told }) => told.slice(warmUp).map(({ id, at }) => at - (committedAt.get(id) ?? 0)));
  } finally {
    await Promise.all(everybody.map((each) => each.close()));
    await Promise.all(apis.map((api) => api.stop()));
    await clinic.close();
  }
}

const warmUp = 20;

async function untilAllHeard(all: readonly Subscriber[], count: number): Promise<void> {
  const until = performance.now() + 30_000;
  while (all.some(({ told }) => told.length < count)) {
    if (performance.now() > until) throw new Error(`Not everybody has heard ${count} alerts`);
    await delay(20);
  }
}
