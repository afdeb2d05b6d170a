import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ask, startSmallServer, type SmallServer } from '../../test/server/small-server.ts';
import { Gate } from '../db/gate.ts';
import { poolOf } from '../db/prepared.ts';
import { countPool } from '../observe/metrics.ts';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
  countPool('test', poolOf(server.db));
});
afterAll(async () => {
  await server.stop();
});

async function scrape({ url }: SmallServer = server): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  return response.text();
}

/** The value of a line; undefined where there is none. */
function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('what is counted', () => {
  test('each operation under its root field, each refusal under its code', async () => {
    const before = await scrape();
    const growth = async (series: string) => (valueOf(await scrape(), series) ?? 0) - (valueOf(before, series) ?? 0);
    const count = (operation: string) => `lotkeeper_graphql_duration_seconds_count{operation="${operation}"}`;
    await ask(server, { query: 'query Whatever { ping }' });
    await ask(server, { query: '{ ping refuse }' });
    await ask(server, { query: '{ __typename }' });
    await ask(server, { query: '{ nothingOfTheKind }' });
    await fetch(`${server.url}/nothing`);
    expect(await growth(count('ping'))).toBe(1);
    expect(await growth(count('several'))).toBe(1);
    expect(await growth(count('introspection'))).toBe(1);
    expect(await growth(count('none'))).toBe(1);
    expect(await growth('lotkeeper_refusals_total{code="INSUFFICIENT_INVENTORY"}')).toBe(1);
    expect(await growth('lotkeeper_refusals_total{code="BAD_USER_INPUT"}')).toBe(1);
    expect(await growth('lotkeeper_refusals_total{code="NOT_FOUND"}')).toBe(1);
  });

  test('connections of the pool, who waits at a gate, and the process itself', async () => {
    await server.db.query('SELECT 1');
    const finish: (() => void)[] = [];
    const gate = new Gate(1);
    const works = [1, 2, 3].map(() => gate.run('hot', () => new Promise<void>((resolve) => finish.push(resolve))));
    const text = await scrape();
    expect(valueOf(text, 'lotkeeper_gate_waiting')).toBe(2);
    expect(valueOf(text, 'lotkeeper_pool_connections{pool="test",state="total"}')).toBeGreaterThan(0);
    expect(valueOf(text, 'lotkeeper_pool_connections{pool="test",state="waiting"}')).toBe(0);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    for (let done = 0; done < works.length; done += 1) {
      await vi.waitFor(() => {
        expect(finish).toHaveLength(done + 1);
      });
      finish[done]?.();
    }
    await Promise.all(works);
    expect(valueOf(await scrape(), 'lotkeeper_gate_waiting')).toBe(0);
  });

  test('a thousand names of operations, fields and aliases add no series', async () => {
    const call = async (query: string) => {
      await server.app.inject({ method: 'POST', url: '/graphql', payload: { query } });
    };
    await call('{ ping }');
    await call('{ unknown }');
    const series = (text: string) => text.split('\n').filter((line) => line.startsWith('lotkeeper_')).length;
    const before = series(await scrape());
    const names = Array.from({ length: 1_000 }, () => `n${randomBytes(8).toString('hex')}`);
    for (let at = 0; at < names.length; at += 100) {
      const some = names.slice(at, at + 100);
      await Promise.all(
        some.map((name, each) => call(each % 4 === 0 ? `{ ${name} }` : `query ${name} { ${name}: ping }`)),
      );
    }
    const text = await scrape();
    expect(series(text)).toBe(before);
    expect(names.filter((name) => text.includes(name))).toEqual([]);
    expect(valueOf(text, 'lotkeeper_graphql_duration_seconds_count{operation="ping"}')).toBeGreaterThanOrEqual(750);
  });
});

describe('who may read them', () => {
  const status = async (
    { app }: SmallServer,
    headers: Record<string, string> = {},
    remoteAddress = '127.0.0.1',
  ): Promise<number> => (await app.inject({ url: '/metrics', headers, remoteAddress })).statusCode;

  test.each([
    ['this machine', '127.0.0.1', {}, 200],
    ['this machine over IPv6', '::1', {}, 200],
    ['this machine as a dual-stack socket writes it', '::ffff:127.0.0.1', {}, 200],
    ['another machine', '203.0.113.9', {}, 403],
    ['another machine of the same network', '10.0.0.7', {}, 403],
    ['another machine that says it is this one', '203.0.113.9', { 'x-forwarded-for': '127.0.0.1' }, 403],
    ['a proxy on this machine', '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, 403],
    ['another kind of proxy on this machine', '127.0.0.1', { forwarded: 'for=203.0.113.9' }, 403],
  ])('%s', async (_who, address, headers, expected) => {
    expect(await status(server, headers, address)).toBe(expected);
  });

  test('where there is a token, who shows it, from anywhere, and nobody else', async () => {
    const token = randomBytes(24).toString('hex');
    const open = await startSmallServer({ config: { metricsToken: token } });
    expect(await status(open, { authorization: `Bearer ${token}` }, '203.0.113.9')).toBe(200);
    expect(await status(open)).toBe(401);
    expect(await status(open, { authorization: `Bearer ${token}x` })).toBe(401);
    expect(await status(open, { authorization: token })).toBe(401);
    await open.stop();
  });
});
