/**
 * Fifty who follow alerts at two API processes are cut off again and again, and come back with their cursors wherever
 * chance sends them, while 24 writers commit alerts late, early or not at all. Everybody hears all of their own, in order,
 * once; nobody hears another place's. The same over Redis.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Random } from '../../src/seed/random.ts';
import { numberAtInsert, raiseAlert } from '../alerts.ts';
import { ownerPool } from '../database.ts';
import { tokenFor } from '../live/api-process.ts';
import { Subscriber, whatIsWrong } from '../live/subscriber.ts';
import { hasRedis, RedisServer } from '../redis-server.ts';
import { onStage, type Check, type Run, type Stage } from './stage.ts';

const inDatabase = 'numbered-at-insert';
const subscribers = 50;
const writers = 24;

export const resume: Check = {
  name: 'resume',
  mutants: [inDatabase, 'places-forgotten'],
  waits: true,
  run: async (run) => {
    const problems = await over(run, null);
    if (run.mutant !== null || !hasRedis) return problems;
    const redis = await RedisServer.start();
    try {
      return [...problems, ...(await over(run, redis.url))];
    } finally {
      await redis.stop();
    }
  },
};

async function over(run: Run, redisUrl: string | null): Promise<string[]> {
  const env = redisUrl === null ? {} : { REDIS_URL: redisUrl };
  // What is mutated in the database needs nothing of the processes.
  const staged = run.mutant === inDatabase ? { ...run, mutant: null } : run;
  return onStage(staged, { apis: 2, clients: 1, env }, async (stage) => {
    if (run.mutant === inDatabase) await stage.clinic.owner.query(numberAtInsert);
    const alerts = run.mutant !== null ? 300 : run.short ? 400 : 2_000;
    const seconds = run.mutant !== null ? 8 : run.short ? 10 : 120;
    return cutAndCompare(run, stage, { alerts, seconds, carrier: redisUrl === null ? 'PostgreSQL' : 'Redis' });
  });
}

interface Extent {
  readonly alerts: number;
  readonly seconds: number;
  readonly carrier: string;
}

async function cutAndCompare(run: Run, stage: Stage, { alerts, seconds, carrier }: Extent): Promise<string[]> {
  const { clinic } = stage;
  const places = [[clinic.locationId], [clinic.elsewhereId], [clinic.locationId, clinic.elsewhereId]];
  const everybody = await Promise.all(
    Array.from({ length: subscribers }, async (_none, index) => {
      const own = places[index % places.length] ?? [];
      const token = await tokenFor((await clinic.actor(['TECHNICIAN'], own)).id);
      const url = () => run.random.pick(stage.apis).url;
      return { own, who: new Subscriber({ token, url, after: '0', awayMs: () => run.random.between(0, 500) }) };
    }),
  );
  const state = { goesOn: true };
  let cuts = 0;
  const cutting = (async () => {
    while (state.goesOn) {
      run.random.pick(everybody).who.cut();
      cuts += 1;
      await delay(run.random.between(10, 80));
    }
  })();
  await write(stage, run.random, alerts, seconds * 1_000);
  state.goesOn = false;
  await cutting;
  const told = await numbered(stage);
  const wanted = everybody.map(({ own }) => told.filter(({ place }) => own.includes(place)).map(({ id }) => id));
  await untilHeard(
    everybody.map(
      ({ who }, index) =>
        () =>
          who.told.length >= (wanted[index]?.length ?? 0),
    ),
  );
  await Promise.all(everybody.map(({ who }) => who.close()));
  const heard = everybody.reduce((sum, { who }) => sum + who.told.length, 0);
  run.say(`${carrier}: ${alerts} alerts, ${cuts} cuts, ${heard} heard`);
  return everybody.flatMap(({ who }, index) =>
    whatIsWrong(`${carrier}: subscriber ${index}`, who, wanted[index] ?? []),
  );
}

/** Each in a transaction of its own that may stay open a while, and every fifth is taken back. */
async function write({ clinic }: Stage, random: Random, alerts: number, ms: number): Promise<void> {
  const each = Math.ceil(alerts / writers);
  const pool = ownerPool(clinic.database, writers);
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let written = 0; written < each;) {
        const keeps = !random.chance(0.2);
        const [locationId, openMs, restMs] = [
          random.pick([clinic.locationId, clinic.elsewhereId]),
          random.between(0, 150),
          random.between(0, (2 * ms) / each / 1.25),
        ];
        await inItsOwnTime(pool, locationId, openMs, keeps);
        if (keeps) written += 1;
        await delay(Math.max(0, restMs - openMs));
      }
    }),
  );
  await pool.end();
}

async function inItsOwnTime(pool: pg.Pool, locationId: string, openMs: number, keeps: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await raiseAlert(client, { locationId });
    await delay(openMs);
    await client.query(keeps ? 'COMMIT' : 'ROLLBACK');
  } finally {
    client.release();
  }
}

/** In the order of their numbers, when all have one. */
async function numbered({ clinic }: Stage): Promise<{ readonly id: string; readonly place: string }[]> {
  const waiting = 'SELECT FROM inventory.alert_feed WHERE seq IS NULL LIMIT 1';
  while ((await clinic.all(waiting)).length > 0) await delay(20);
  return clinic.all('SELECT alert_id AS id, location_id AS place FROM inventory.alert_feed ORDER BY seq');
}

/** Those who lack something are given twenty seconds to hear it. */
async function untilHeard(all: readonly (() => boolean)[]): Promise<void> {
  const until = performance.now() + 20_000;
  while (performance.now() < until && !all.every((hasHeard) => hasHeard())) await delay(50);
}
