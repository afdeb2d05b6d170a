/** Sockets against the real schema: who may follow what by a walk over it, and crowds that open more than they should. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { roles, type Role } from '../../src/actor.ts';
import { lookAtFeed } from '../../src/domain/alerts/number-alerts.ts';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { raiseAlerts } from '../alerts.ts';
import { patience, settled } from '../server/settled.ts';
import { SocketClient } from '../server/socket-client.ts';
import { giveWithHighRisk, openApi, type TestApi } from './api.ts';
import { expectationOf, mayCall } from './expectations.ts';
import { documentOf, subscriptionFields, type RootField } from './walk.ts';

const fields = subscriptionFields(buildApiSchema());
let api: TestApi;
let cells = 0;
const clients: SocketClient[] = [];

beforeAll(async () => {
  api = await openApi();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  process.stdout.write(`auth matrix of subscriptions: ${cells} cells\n`);
  await api.close();
});

async function connected(token?: string): Promise<SocketClient> {
  const client = await SocketClient.connect(api.url, token === undefined ? {} : { token });
  clients.push(client);
  return client;
}

/** What makes a subscription tell of one thing elsewhere, then of one here. */
const happen: Readonly<Record<string, () => Promise<void>>> = {
  'Subscription.alertRaised': async () => {
    const places = [api.elsewhere, api.here].map(({ locationId }) => ({ locationId }));
    await raiseAlerts(api.clinic.owner, places);
  },
  'Subscription.highRiskAlertRaised': async () => {
    for (const { locationId, patientId } of [api.elsewhere, api.here]) {
      await giveWithHighRisk(api.clinic, locationId, patientId);
    }
  },
  'Subscription.stockChanged': async () => {
    api.feeds.stock.hear([api.elsewhere.stockId, api.here.stockId]);
  },
};

describe.each(fields.map((root) => [root.name, root] as const))('%s', (name, root: RootField) => {
  const { args } = expectationOf(name);
  const permitted = roles.filter((role) => mayCall(name, role));
  const follow = (client: SocketClient, given: Readonly<Record<string, unknown>>) =>
    client.subscribe(documentOf(api.schema, root, given), given);

  test('is refused to whom it should', async () => {
    for (const at of [api.here, api.elsewhere]) {
      for (const role of roles.filter((each) => !permitted.includes(each))) {
        const told = follow(await connected(api.people[role].token), args(at));
        await settled(() => told.code, 'FORBIDDEN');
        cells += 1;
      }
      const nobody = await connected();
      follow(nobody, args(at));
      expect(await nobody.closed).toMatchObject({ code: 4401 });
      cells += 1;
    }
  });

  test.each(permitted)('tells %s of the own location, whatever it asks of another', async (role: Role) => {
    const client = await connected(api.people[role].token);
    const [own, everything, other] = [args(api.here), {}, args(api.elsewhere)].map((given) => follow(client, given));
    const lengths = () => [own, everything].map((told) => told?.next.length);
    // A subscription may still be on its way when the first things happen.
    await vi.waitFor(async () => {
      await happen[name]?.();
      expect(lengths()).not.toContain(0);
    }, patience);
    const answers = JSON.stringify([own?.next, everything?.next]);
    expect(answers).toContain(api.here.locationId);
    expect(answers).not.toContain(api.elsewhere.locationId);
    expect([own, everything].flatMap((told) => told?.next.flatMap(({ errors = [] }) => errors))).toEqual([]);
    expect([other?.next, other?.error]).toEqual([[], null]);
    cells += 2;
  });

  test('tells who works at both places of both', async () => {
    const { token } = await api.person(['MANAGER'], [api.here.locationId, api.elsewhere.locationId]);
    const told = follow(await connected(token), {});
    await vi.waitFor(async () => {
      await happen[name]?.();
      expect(JSON.stringify(told.next)).toContain(api.elsewhere.locationId);
    }, patience);
  });
});

describe('a patient, reached from an alert of an opened vial,', () => {
  const query = `subscription ($after: String) {
    alertRaised(after: $after) { id session { usages { patient { id firstName } } } } }`;
  const readers: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'];

  test.each(roles.filter((role) => mayCall('Subscription.alertRaised', role)))(
    'is shown to %s only where the role may, and each time on record',
    async (role) => {
      const { owner } = api.clinic;
      const reader = await api.person([role]);
      const client = await connected(reader.token);
      const told = client.subscribe(query, { after: (await lookAtFeed(api.clinic.db)).head });
      const { locationId, sessionId, patientId } = api.here;
      const [id] = await raiseAlerts(owner, [{ locationId, sessionId }]);
      const ofIt = () => told.next.filter(({ data }) => JSON.stringify(data).includes(id ?? ''));
      await settled(() => ofIt().length, 1);
      const { rows } = await owner.query<{ patient: string }>(
        'SELECT patient_id AS patient FROM audit.phi_access_log WHERE actor_id = $1',
        [reader.id],
      );
      const isReader = readers.includes(role);
      expect(rows).toEqual(isReader ? [{ patient: patientId }] : []);
      expect(JSON.stringify(ofIt()).includes('"firstName":"Pat"')).toBe(isReader);
      expect(ofIt()[0]?.errors?.map(({ extensions }) => extensions.code)).toEqual(isReader ? undefined : ['FORBIDDEN']);
      expect(client.ws.readyState).toBe(client.ws.OPEN);
    },
  );
});

describe('crowds', () => {
  test('a thousand sockets that never sign in hurt nobody who does', async () => {
    const half = await Promise.all(Array.from({ length: 1_000 }, () => connected()));
    const client = await connected(api.people.TECHNICIAN.token);
    const told = client.subscribe('subscription ($after: String) { alertRaised(after: $after) { id } }', {
      after: (await lookAtFeed(api.clinic.db)).head,
    });
    const [id] = await raiseAlerts(api.clinic.owner, [{ locationId: api.here.locationId }]);
    await settled(() => told.values, [{ id }]);
    expect((await api.ask(api.people.TECHNICIAN.token, '{ me { id } }')).status).toBe(200);
    await settled(() => half.filter(({ ws }) => ws.readyState === ws.OPEN).length <= 500, true);
  });

  test('of a hundred subscriptions on one socket twenty run, the others are told so', async () => {
    const client = await connected(api.people.TECHNICIAN.token);
    const after = (await lookAtFeed(api.clinic.db)).head;
    const query = 'subscription ($after: String) { alertRaised(after: $after) { id } }';
    const all = Array.from({ length: 100 }, () => client.subscribe(query, { after }));
    await settled(() => all.filter(({ code }) => code === 'RATE_LIMITED').length, 80);
    const [id] = await raiseAlerts(api.clinic.owner, [{ locationId: api.here.locationId }]);
    await settled(() => all.filter(({ values }) => JSON.stringify(values) === JSON.stringify([{ id }])).length, 20);
  });

  test('cursors and ids that are none are refused in words', async () => {
    const client = await connected(api.people.TECHNICIAN.token);
    const bad = [{ after: 'x' }, { after: '999999999' }, { after: '-1' }, { locationId: 'here' }];
    for (const given of bad) {
      const told = client.subscribe(
        'subscription ($after: String, $locationId: ID) { alertRaised(after: $after, locationId: $locationId) { id } }',
        given,
      );
      await settled(() => told.code, 'BAD_USER_INPUT');
    }
    const told = client.subscribe('subscription { stockChanged(productId: "x") { id } }');
    await settled(() => told.code, 'BAD_USER_INPUT');
  });
});
