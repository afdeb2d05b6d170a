/** Real sockets at the door of a small server: who is let in, how many, how long. */
import { randomUUID } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { patience, settled } from '../../test/server/settled.ts';
import { SocketClient } from '../../test/server/socket-client.ts';
import { addUser, startSmallServer, testSecret, type SmallServer } from '../../test/server/small-server.ts';

let server: SmallServer;
let userId: string;
let token: string;
const clients: SocketClient[] = [];

beforeAll(async () => {
  const sockets = { sockets: 60, pending: 20, socketsOfUser: 5, subscriptionsOfSocket: 3, messagesPerMinute: 200 };
  server = await startSmallServer({ sockets: { ...sockets, sweepMs: 20, accessMs: 50, pingMs: 100 } });
  userId = await addUser(server.db, ['PHARMACIST']);
  token = await tokenOf(userId);
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await server.stop();
});

const tokenOf = async (id: string) => (await server.identity.signToken({ id })).token;
const connected = async (options: Parameters<typeof SocketClient.connect>[1] = { token }, to = server) => {
  const client = await SocketClient.connect(to.url, options);
  clients.push(client);
  return client;
};

describe('the door', () => {
  const upgrade = (options: Parameters<typeof SocketClient.connect>[1], to = server) =>
    SocketClient.connect(to.url, options);

  test('is open to no page of another origin, save those that the settings name', async () => {
    await expect(upgrade({ origin: 'https://evil.example.org' })).rejects.toThrow('403');
    await expect(upgrade({ origin: 'null' })).rejects.toThrow('403');
    await (await upgrade({ origin: server.url })).close();
    const open = await startSmallServer({ config: { corsOrigins: ['https://app.example.org'] }, sockets: {} });
    await (await upgrade({ origin: 'https://app.example.org' }, open)).close();
    await expect(upgrade({ origin: 'https://app.example.org:8443' }, open)).rejects.toThrow('403');
    await open.stop();
  });

  test('is at one address', async () => {
    await expect(SocketClient.connect(`${server.url}/elsewhere`)).rejects.toThrow('404');
  });

  test('is not where those are sent who offer another protocol with what they ask over HTTP', async () => {
    const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
    const headers = { ...offer, 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(`${server.url}/graphql`, { method: 'POST', headers, agent: false }, resolve);
      asked.on('error', reject).end('{"query":"{ ping }"}');
    });
    expect([answer.statusCode, await text(answer)]).toEqual([200, '{"data":{"ping":"pong"}}']);
  });

  test('does not stay half open for who is refused and keeps their side open', async () => {
    const { hostname, port } = new URL(server.url);
    const raw = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    raw.write(
      'GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    let isReset = false;
    raw.on('error', () => (isReset = true)).resume();
    await new Promise((resolve) => raw.once('end', resolve));
    await vi.waitFor(() => {
      raw.write('still here');
      expect(isReset).toBe(true);
    }, patience);
    raw.destroy();
  });

  test.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['no token', 'Basic abc'],
    ['no text', 5],
    ['a token of nobody', 'Bearer a.b.c'],
  ])('is closed to who shows %s', async (_what, authorization) => {
    const client = await connected({});
    client.send({ type: 'connection_init', payload: { authorization } });
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  test('takes the parameter in any case', async () => {
    const client = await connected({});
    client.send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    await settled(() => client.isAcknowledged, true);
  });

  test.each<[string, (client: SocketClient) => void, number]>([
    ['asks before it signs in', (client) => client.subscribe('subscription { ticks { number } }'), 4401],
    [
      'sends no JSON',
      (client) => {
        client.ws.send('hello');
      },
      4400,
    ],
    [
      'sends what the protocol has not',
      (client) => {
        client.send({ type: 'hello' });
      },
      4400,
    ],
    [
      'says what only servers say',
      (client) => {
        client.send({ type: 'next', id: '1', payload: { data: {} } });
      },
      4400,
    ],
    [
      'sends half a subscription',
      (client) => {
        client.send({ type: 'subscribe', id: '1', payload: {} });
      },
      4400,
    ],
    [
      'sends a frame of a megabyte',
      (client) => {
        client.ws.send('x'.repeat(1_048_576));
      },
      1009,
    ],
  ])('who %s is out', async (_what, act, code) => {
    const client = await connected({});
    act(client);
    expect(await client.closed).toMatchObject({ code });
  });

  test('who speaks another protocol is out', async () => {
    const client = await connected({ protocol: 'graphql-transport-ws' });
    expect(client.ws.protocol).toBe('graphql-transport-ws');
    await expect(SocketClient.connect(server.url, { protocol: 'graphql-ws' })).rejects.toThrow();
  });
});

describe('what one may use is bounded', () => {
  test('subscriptions of a socket', async () => {
    const client = await connected();
    const all = Array.from({ length: 100 }, () => client.subscribe('subscription { ticks { number } }'));
    await settled(
      () => all.map(({ code }) => code ?? 'runs'),
      [...Array<string>(3).fill('runs'), ...Array<string>(97).fill('RATE_LIMITED')],
    );
    const [first] = all;
    client.complete(first?.id ?? '');
    await vi.waitFor(async () => {
      const told = client.subscribe('subscription { ticks { number } }');
      await settled(() => told.values, [{ number: 1 }]);
    }, patience);
  });

  test('messages of a socket', async () => {
    const client = await connected();
    for (let sent = 0; sent < 300; sent += 1) client.send({ type: 'ping' });
    expect(await client.closed).toMatchObject({ code: 4429 });
  });

  test('sockets of a user, and one that goes makes room', async () => {
    const id = await addUser(server.db, ['PHARMACIST']);
    const own = await tokenOf(id);
    const five = await Promise.all(Array.from({ length: 5 }, () => connected({ token: own })));
    const sixth = await connected({ token: own });
    expect(await sixth.closed).toMatchObject({ code: 4429 });
    await five[0]?.close();
    await vi.waitFor(async () => {
      expect((await connected({ token: own })).isAcknowledged).toBe(true);
    }, patience);
  });

  test('half-open sockets make room for the next, and for who signs in', async () => {
    const half = await Promise.all(Array.from({ length: 30 }, () => connected({})));
    const told = (await connected()).subscribe('subscription { ticks { number } }');
    await settled(() => told.values, [{ number: 1 }]);
    await settled(() => half.filter(({ ws }) => ws.readyState === ws.OPEN).length <= 20, true);
    expect(half.at(-1)?.ws.readyState).toBe(1);
  });

  test('sockets of the process', async () => {
    const small = await startSmallServer({ sockets: { sockets: 2 } });
    const both = [await SocketClient.connect(small.url), await SocketClient.connect(small.url)];
    await expect(SocketClient.connect(small.url)).rejects.toThrow('503');
    await Promise.all(both.map((client) => client.close()));
    await small.stop();
  });

  test('the time to sign in', async () => {
    const hasty = await startSmallServer({ sockets: { initMs: 20 } });
    const client = await SocketClient.connect(hasty.url);
    expect(await client.closed).toMatchObject({ code: 4408 });
    await hasty.stop();
  });
});

describe('who is on a socket', () => {
  test('is out when the token ends', async () => {
    const short = await new SignJWT({ iss: 'lotkeeper', aud: 'lotkeeper', sub: userId })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.now() / 1000) + 2)
      .sign(new TextEncoder().encode(testSecret));
    const client = await connected({ token: short });
    const told = client.subscribe('subscription { ticks { number } }');
    await settled(() => told.values, [{ number: 1 }]);
    expect(await client.closed).toEqual({ code: 4401, reason: 'The token has expired' });
  });

  test('is out when switched off, though nothing happens', async () => {
    const id = await addUser(server.db, ['PHARMACIST']);
    const client = await connected({ token: await tokenOf(id) });
    await server.db.query('UPDATE people."user" SET active = false WHERE id = $1', [id]);
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  test('is cut off when the line is dead', async () => {
    const { hostname, port } = new URL(server.url);
    const deaf = connect(Number(port), hostname);
    const ended = new Promise((resolve) => deaf.once('close', resolve));
    const handshake = [
      'GET /graphql HTTP/1.1',
      `Host: ${hostname}:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.from(randomUUID().slice(0, 16)).toString('base64')}`,
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    ];
    deaf.write(`${handshake.join('\r\n')}\r\n\r\n`);
    // It reads, and answers nothing: no pong.
    deaf.resume();
    await ended;
  });

  test('is told to come back elsewhere when the server ends, and it ends soon', async () => {
    const ending = await startSmallServer({ sockets: {} });
    const id = await addUser(ending.db, ['PHARMACIST']);
    const client = await SocketClient.connect(ending.url, { token: (await ending.identity.signToken({ id })).token });
    const told = client.subscribe('subscription { ticks { number } }');
    await settled(() => told.values, [{ number: 1 }]);
    const stopped = ending.stop();
    expect(await client.closed).toMatchObject({ code: 1001 });
    await stopped;
  });
});

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
}

test('sockets and subscriptions are counted, and none is left over', async () => {
  const before = await metric('lotkeeper_sockets');
  const client = await connected();
  const told = client.subscribe('subscription { ticks { number } }');
  await settled(() => told.values, [{ number: 1 }]);
  expect(Number(await metric('lotkeeper_subscriptions'))).toBeGreaterThan(0);
  expect(Number(await metric('lotkeeper_sockets'))).toBe(Number(before) + 1);
  await client.close();
  await vi.waitFor(async () => {
    expect(await metric('lotkeeper_subscriptions')).toBe('0');
    expect(await metric('lotkeeper_sockets')).toBe(before);
  }, patience);
});
