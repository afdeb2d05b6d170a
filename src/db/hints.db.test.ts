import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { cuttable } from '../../test/server/cuttable.ts';
import { withBackend, type RedisServer } from '../../test/with-backend.ts';
import { pingMs } from './carrier.ts';
import { openHints, parseHint, type Hint, type Hints } from './hints.ts';

const patience = { timeout: 15_000, interval: 10 };

withBackend('hints', (startRedis) => {
  let database: TestDatabase;
  let redis: RedisServer | null;
  const open: Hints[] = [];
  const errors: unknown[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await startRedis();
  });
  beforeEach(() => {
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(async () => {
    await redis?.stop();
    await database.drop();
  });

  const options = () => ({
    directUrl: database.appUrl,
    redisUrl: redis?.url ?? null,
    onError: (error: unknown) => errors.push(error),
  });
  /** A process that hears; ready when it does. */
  const hearer = async () => {
    const heard: Hint[] = [];
    let listening = 0;
    const hints = openHints({
      ...options(),
      listen: { onHint: (hint) => heard.push(hint), onListening: () => (listening += 1) },
    });
    open.push(hints);
    await vi.waitFor(() => {
      expect(listening).toBe(1);
    }, patience);
    return { hints, heard, times: () => listening };
  };
  const speaker = () => {
    const hints = openHints({ ...options(), listen: null });
    open.push(hints);
    return hints;
  };
  const cutAll = async () => {
    if (redis !== null) {
      const admin = new Redis(redis.url);
      await admin.client('KILL', 'SKIPME', 'yes');
      admin.disconnect();
      return;
    }
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lotkeeper-hints' AND datname = current_database()`,
    );
    await admin.end();
  };
  /** Says it until it is heard: a speaker's first connection may still be on its way, and nothing waits for it. */
  const untilHeard = async (say: () => void, heard: readonly Hint[], wanted: Hint) => {
    await vi.waitFor(() => {
      say();
      expect(heard).toContainEqual(wanted);
    }, patience);
  };

  test('reach every process that listens, the speaker too', async () => {
    const [here, there] = [await hearer(), await hearer()];
    await untilHeard(
      () => {
        here.hints.alertsUpTo('7');
      },
      there.heard,
      { alertsUpTo: '7', stockIds: [] },
    );
    expect(here.heard).toContainEqual({ alertsUpTo: '7', stockIds: [] });
    expect(errors).toEqual([]);
  });

  test('come from one that does not listen', async () => {
    const { heard } = await hearer();
    const id = randomUUID();
    const hints = speaker();
    await untilHeard(
      () => {
        hints.stockChanged([id]);
      },
      heard,
      { alertsUpTo: null, stockIds: [id] },
    );
  });

  test('that follow each other closely go together, the newest number only, and many ids in parts', async () => {
    const { hints, heard } = await hearer();
    await untilHeard(
      () => {
        hints.alertsUpTo('1');
      },
      heard,
      { alertsUpTo: '1', stockIds: [] },
    );
    const before = heard.length;
    const ids = Array.from({ length: 500 }, () => randomUUID());
    for (let seq = 2; seq <= 1_000; seq += 1) hints.alertsUpTo(String(seq));
    hints.stockChanged(ids);
    hints.stockChanged(ids);
    await vi.waitFor(() => {
      expect(heard.flatMap(({ stockIds }) => stockIds)).toHaveLength(500);
    }, patience);
    expect(new Set(heard.flatMap(({ stockIds }) => stockIds))).toEqual(new Set(ids));
    expect(heard.slice(before).length).toBeLessThan(20);
    expect(heard.map(({ alertsUpTo }) => alertsUpTo)).toContain('1000');
  });

  test('after a lost connection are heard again, and the listener is told that it may have missed some', async () => {
    const { hints, heard, times } = await hearer();
    await cutAll();
    await vi.waitFor(() => {
      expect(times()).toBe(2);
    }, patience);
    await untilHeard(
      () => {
        hints.alertsUpTo('99');
      },
      heard,
      { alertsUpTo: '99', stockIds: [] },
    );
  });

  test('that cannot leave keep nobody waiting, and are complained of once', async () => {
    const nowhere = { directUrl: 'postgresql://nobody@127.0.0.1:1/none', redisUrl: redis && 'redis://127.0.0.1:1' };
    const hints = openHints({ ...options(), ...nowhere, listen: null });
    hints.alertsUpTo('1');
    await vi.waitFor(() => {
      expect(errors.length).toBeGreaterThan(0);
    }, patience);
    hints.alertsUpTo('2');
    await hints.close();
    expect(errors).toHaveLength(1);
  });
});

test('a connection that is lost while it is asked whether it lives is made anew once, not twice', async () => {
  const database = await createTestDatabase();
  const wire = await cuttable(database.appUrl);
  let listening = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const hints = openHints({
    ...{ directUrl: wire.url, redisUrl: null, onError: () => undefined },
    listen: { onHint: () => undefined, onListening: () => (listening += 1) },
  });
  const hasListened = (times: number) =>
    vi.waitFor(() => {
      expect(listening).toBe(times);
    }, patience);
  await hasListened(1);
  vi.advanceTimersByTime(pingMs);
  wire.hangUp();
  await hasListened(2);
  vi.useRealTimers();
  await hints.close();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await vi.waitFor(async () => {
    const { rows } = await admin.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'lotkeeper-hints' AND datname = current_database()`,
    );
    expect(rows).toEqual([]);
  }, patience);
  await admin.end();
  await database.drop();
});

describe('parseHint', () => {
  test.each([
    'no JSON',
    '7',
    'null',
    '{}',
    '{"alertsUpTo":7,"stockIds":[]}',
    '{"alertsUpTo":"-1","stockIds":[]}',
    '{"alertsUpTo":null,"stockIds":["x"]}',
    '{"alertsUpTo":null,"stockIds":"x"}',
    `{"alertsUpTo":"${'9'.repeat(19)}","stockIds":[]}`,
  ])('takes nothing from %s', (message) => {
    expect(parseHint(message)).toBeNull();
  });

  test('takes what we say', () => {
    const hint = { alertsUpTo: '12', stockIds: [randomUUID()] };
    expect(parseHint(JSON.stringify(hint))).toEqual(hint);
  });
});
