import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Actor } from '../../actor.ts';
import { TestClinic } from '../../../test/clinic.ts';
import { countStatements } from '../../../test/count-statements.ts';
import type { Stock } from '../../entities/stock.ts';
import { followStock, type StockWish } from './follow-stock.ts';
import { StockTail } from './stock-tail.ts';

const patience = { timeout: 15_000, interval: 5 };
const never = 3_600_000;
let clinic: TestClinic;
let tail: StockTail;
let clerk: Actor;
const ends: AbortController[] = [];

beforeAll(async () => {
  clinic = await TestClinic.open();
  clerk = await clinic.actor(['TECHNICIAN']);
});
beforeEach(() => {
  tail = openTail();
});
afterEach(async () => {
  for (const end of ends.splice(0)) end.abort();
  await clinic.owner.query('DELETE FROM ops.outbox');
});
afterAll(async () => {
  await clinic.close();
});

function openTail(kept?: number): StockTail {
  const onError = (error: unknown) => {
    throw error;
  };
  return new StockTail({ db: clinic.db, onError, lookMs: never, ...(kept === undefined ? {} : { kept }) });
}

const batch = async (locationId = clinic.locationId, productId?: string) =>
  (await clinic.stock({ productId: productId ?? (await clinic.product()), locationId })).stockId;
const annotate = (stockId: string, notes: string) =>
  clinic.owner.query(
    `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)) UPDATE inventory.stock SET notes = $2 FROM audited WHERE id = $1`,
    [stockId, notes],
  );
/** The outbox's row of a change, as the relay leaves it; the hint about it is lost. */
const sentUnheard = (stockId: string, query: Pick<TestClinic['owner'], 'query'> = clinic.owner) =>
  query.query(
    `INSERT INTO ops.outbox (id, topic, payload, sent_at) VALUES ($1, 'stock.changed', $2, clock_timestamp())`,
    [randomUUID(), { stockId }],
  );

async function follow(wish: StockWish = {}, actor = clerk, from = tail) {
  const who = { actor };
  const end = new AbortController();
  ends.push(end);
  const stream = await followStock(from, wish, { access: async () => who.actor, signal: end.signal });
  return { stream, who, end };
}

/** One who takes all that comes. */
async function listen(wish: StockWish = {}, actor = clerk, from = tail) {
  const told: Stock[] = [];
  const { stream, ...more } = await follow(wish, actor, from);
  void (async () => {
    for await (const row of stream) told.push(row);
  })();
  return { told, ids: () => told.map(({ id }) => id), ...more };
}

const has = async (found: () => unknown, wanted: unknown) => {
  await vi.waitFor(() => {
    expect(found()).toEqual(wanted);
  }, patience);
};

describe('a subscriber', () => {
  test('is told of a change: the row as it is now', async () => {
    const id = await batch();
    const { told } = await listen();
    await annotate(id, 'changed');
    tail.hear([id]);
    await has(() => told.map((row) => [row.id, row.notes]), [[id, 'changed']]);
  });

  test('is told only what it wants', async () => {
    const productId = await clinic.product();
    const wanted = await batch(clinic.locationId, productId);
    const others = [await batch(), await batch(clinic.elsewhereId, productId)];
    const actor = await clinic.actor(['TECHNICIAN'], [clinic.locationId, clinic.elsewhereId]);
    const product = await listen({ productId }, actor);
    const both = await listen({ productId, locationId: clinic.locationId }, actor);
    tail.hear([...others, wanted]);
    await has(() => product.ids().sort(), [wanted, others[1]].sort());
    await has(both.ids, [wanted]);
  });

  test('is told only of its own places, as they are at each event', async () => {
    const [own, other] = [await batch(), await batch(clinic.elsewhereId)];
    const { ids, who } = await listen();
    tail.hear([other, own]);
    await has(ids, [own]);
    who.actor = { ...clerk, locationIds: [clinic.elsewhereId] };
    tail.hear([own, other]);
    await has(ids, [own, other]);
  });

  test('that takes its time is told the newest of each row once', async () => {
    const [first, second] = [await batch(), await batch()];
    const { stream } = await follow();
    for (const notes of ['one', 'two', 'three']) {
      await annotate(first, notes);
      tail.hear([first, second]);
      const before = tail.last;
      await vi.waitFor(() => {
        expect(tail.last).toBe(before + 2);
      }, patience);
    }
    const told = [await stream.next(), await stream.next()].map(({ value }) => value as Stock);
    expect(told.map(({ id, notes }) => [id, notes]).sort()).toEqual(
      [
        [first, 'three'],
        [second, null],
      ].sort(),
    );
    await annotate(second, 'last');
    tail.hear([second]);
    expect((await stream.next()).value).toMatchObject({ id: second, notes: 'last' });
  });

  test('for whom rows were dropped is told that it has to read anew', async () => {
    const short = openTail(2);
    const { stream } = await follow({}, clerk, short);
    const ids = await Promise.all(Array.from({ length: 6 }, () => batch()));
    short.hear(ids);
    await vi.waitFor(() => {
      expect(short.last).toBe(6);
    }, patience);
    await expect(stream.next()).rejects.toMatchObject({ code: 'SERVER_BUSY', context: { retryable: true } });
  });
});

describe('a lost hint', () => {
  test('is made up for from the outbox', async () => {
    const id = await batch();
    const { ids } = await listen();
    await sentUnheard(id);
    tail.catchUp();
    await has(ids, [id]);
  });

  test('also where the relay committed after the last look', async () => {
    const [late, sign] = [await batch(), await batch()];
    const relay = await clinic.owner.connect();
    const { ids } = await listen();
    await relay.query('BEGIN');
    await sentUnheard(late, relay);
    await sentUnheard(sign);
    tail.catchUp();
    await has(ids, [sign]);
    await relay.query('COMMIT');
    relay.release();
    tail.catchUp();
    await has(ids, [sign, late]);
  });

  test('is found by looking now and then', async () => {
    const id = await batch();
    const often = new StockTail({ db: clinic.db, onError: () => undefined, lookMs: 10 });
    const { ids } = await listen({}, clerk, often);
    await sentUnheard(id);
    await has(ids, [id]);
  });

  test('what was heard is not told again', async () => {
    const [heard, sign] = [await batch(), await batch()];
    const { ids } = await listen();
    await sentUnheard(heard);
    tail.hear([heard]);
    await has(ids, [heard]);
    await sentUnheard(sign);
    tail.catchUp();
    await has(ids, [heard, sign]);
    await sentUnheard(heard);
    tail.catchUp();
    await has(ids, [heard, sign, heard]);
  });
});

test('while nobody follows nothing is read', async () => {
  const id = await batch();
  const { statements } = await countStatements(async () => {
    tail.hear([id]);
    tail.catchUp();
    const { end } = await follow();
    end.abort();
    tail.hear([id]);
  });
  expect(statements).toHaveLength(1);
});

test('ids that are none are refused', async () => {
  await expect(follow({ locationId: 'here' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(follow({ productId: 'this' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('of two rows that change faster than a slow follower takes them, both are told', async () => {
  const both = [await batch(), await batch()];
  const { stream } = await follow();
  const told = new Set<string>();
  for (let takes = 0; takes < 60 && told.size < 2; takes += 1) {
    const before = tail.last;
    tail.hear(both);
    await has(() => tail.last, before + 2);
    const next = await stream.next();
    if (next.done !== true) told.add(next.value.id);
  }
  expect(told.size).toBe(2);
});
