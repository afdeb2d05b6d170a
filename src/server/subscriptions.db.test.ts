/** Subscriptions over real sockets and a schema of a few fields: what leaves, what stays, and the limits before. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { patience, settled } from '../../test/server/settled.ts';
import { SocketClient } from '../../test/server/socket-client.ts';
import { addPatient, addUser, ask, startSmallServer, type SmallServer } from '../../test/server/small-server.ts';
import { limits } from './limits.ts';

let server: SmallServer;
let userId: string;
let token: string;
const clients: SocketClient[] = [];

beforeAll(async () => {
  server = await startSmallServer({ sockets: {} });
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

describe('a subscription', () => {
  test('is answered event by event, compiled or not, and ended by the client', async () => {
    const client = await connected();
    for (let round = 0; round < 3; round += 1) {
      const told = client.subscribe('subscription ($to: Int) { ticks(to: $to) { number who } }', { to: 3 });
      await settled(
        () => told.values,
        [1, 2, 3].map((number) => ({ number, who: userId })),
      );
      client.complete(told.id);
    }
    const again = client.subscribe('subscription { ticks { number } }');
    await settled(() => again.values, [{ number: 1 }]);
  });

  test('is refused like a query: by role, in its own words', async () => {
    const analyst = await connected({ token: await tokenOf(await addUser(server.db, ['ANALYST'])) });
    const told = analyst.subscribe('subscription { ticks { number } }');
    await settled(() => told.code, 'FORBIDDEN');
    const refused = (await connected()).subscribe('subscription { refused { number } }');
    await settled(
      () => refused.error,
      [
        expect.objectContaining({
          message: 'Only 3 are left.',
          extensions: { code: 'INSUFFICIENT_INVENTORY', context: { available: '3' } },
        }),
      ],
    );
    await vi.waitFor(async () => {
      const rows: unknown = await server.db.query(
        `SELECT entity_id, action FROM audit.audit_entry WHERE entity = 'refusal' AND actor_id = $1`,
        [userId],
      );
      expect(rows).toEqual([{ entity_id: 'refused', action: 'INSUFFICIENT_INVENTORY' }]);
    }, patience);
  });

  test.each([
    ['in the payload', '{ ticks { number crash } }'],
    ['of the stream', '{ ticks(breaks: true) { number } }'],
    ['at the begin', '{ broken { number } }'],
  ])('shows nothing of a fault %s but where to look', async (_where, selection) => {
    const told = (await connected()).subscribe(`subscription ${selection}`);
    const errors = () => [...told.next.flatMap(({ errors: found = [] }) => found), ...(told.error ?? [])];
    await vi.waitFor(() => {
      expect(errors()[0]?.extensions).toEqual({
        code: 'INTERNAL',
        context: { requestId: expect.any(String) as string },
      });
    }, patience);
    expect(JSON.stringify(errors())).not.toMatch(/Canary|srv/);
    expect(server.logs()).toContain(String(errors()[0]?.extensions.context['requestId']));
  });

  test('that the database cannot answer now ends the socket, which asks to come back; it is no fault of ours', async () => {
    const faults = () => server.logs().match(/"level":"error"/g)?.length;
    const before = faults();
    const client = await connected();
    client.subscribe('subscription { ticks { number busy } }');
    expect(await client.closed).toMatchObject({ code: 1013 });
    expect(faults()).toBe(before);
  });
});

describe('a patient’s data', () => {
  test('leaves with each event after its access row is committed', async () => {
    const id = await addPatient(server.db);
    const told = (await connected()).subscribe('subscription ($id: String!) { ticks(to: 2) { patient(id: $id) } }', {
      id,
    });
    await settled(() => told.values, [{ patient: 'Ada Canary' }, { patient: 'Ada Canary' }]);
    const rows: unknown = await server.db.query(
      'SELECT actor_id, operation FROM audit.phi_access_log WHERE patient_id = $1',
      [id],
    );
    expect(rows).toEqual(Array(2).fill({ actor_id: userId, operation: 'ticks' }));
  });

  test('stays here where its access cannot be logged', async () => {
    const client = await connected();
    const told = client.subscribe('subscription { ticks { patient(id: "nobody") } }');
    expect(await client.closed).toMatchObject({ code: 1013 });
    expect(told.next).toEqual([]);
  });
});

describe('over a socket the limits are those of HTTP', () => {
  const times = (count: number, text: string) => Array(count).fill(text).join(' ');
  test.each([
    ['a query', '{ ping }', 'BAD_USER_INPUT'],
    ['a mutation', 'mutation { step(name: "a") }', 'BAD_USER_INPUT'],
    ['no GraphQL', 'subscription {', 'BAD_USER_INPUT'],
    ['an unknown field, without a hint', 'subscription { tick { number } }', 'BAD_USER_INPUT'],
    ['two root fields', 'subscription { ticks { number } refused { number } }', 'BAD_USER_INPUT'],
    ['tokens', `subscription { ticks { ${times(limits.tokens, 'number')} } }`, 'BAD_USER_INPUT'],
    ['fields', `subscription { ticks { ${times(limits.fields, 'number')} } }`, 'QUERY_TOO_COMPLEX'],
    [
      'fragments that contain each other',
      'subscription { ...A } fragment A on Subscription { ...A }',
      'QUERY_TOO_COMPLEX',
    ],
    ['NUL', 'subscription { ticks { patient(id: "\\u0000") } }', 'BAD_USER_INPUT'],
    ['an alias of the reserved kind', 'subscription { __proto__: ticks { number } }', 'BAD_USER_INPUT'],
    [
      'an operation that is not there',
      'subscription A { ticks { number } } subscription B { ticks { number } }',
      'BAD_USER_INPUT',
    ],
  ])('%s', async (_what, query, code) => {
    const client = await connected();
    const told = client.subscribe(query);
    await settled(() => told.code, code);
    expect(JSON.stringify(told.error)).not.toContain('ticks"?');
    expect(client.ws.readyState).toBe(client.ws.OPEN);
  });

  test('variables that cannot be stored, nest too deeply, or do not fit', async () => {
    const client = await connected();
    const query = 'subscription ($t: String!) { ticks { patient(id: $t) } }';
    let deep: unknown = 'a';
    for (let level = 0; level < 100; level += 1) deep = [deep];
    for (const t of ['\0', '\ud800', deep, 5, null]) {
      const told = client.subscribe(query, { t });
      await settled(() => told.code, 'BAD_USER_INPUT');
    }
  });

  test('in production the schema is not told', async () => {
    const production = await startSmallServer({ config: { production: true }, sockets: {} });
    const asks = 'subscription { __schema { types { name } } }';
    for (const to of [server, production]) {
      const client = await SocketClient.connect(to.url, {
        token: (await to.identity.signToken({ id: await addUser(to.db, ['PHARMACIST']) })).token,
      });
      const told = client.subscribe(asks);
      await settled(() => told.code, 'BAD_USER_INPUT');
      await client.close();
    }
    await production.stop();
  });

  test('over HTTP a subscription is sent to the socket', async () => {
    expect(await ask(server, { query: 'subscription { ticks { number } }', token })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});
