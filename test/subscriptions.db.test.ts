/** Alerts and stock, told to sockets of two API servers on one database, over both ways in which hints travel. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Actor, Role } from '../src/actor.ts';
import { openFeeds, type LiveFeeds } from '../src/jobs/live-feeds.ts';
import { startWorkers, type Workers } from '../src/jobs/workers.ts';
import { lookAtFeed } from '../src/domain/alerts/number-alerts.ts';
import { buildApiSchema } from '../src/resolvers/build-schema.ts';
import { createLoaders } from '../src/resolvers/loaders.ts';
import { policy } from '../src/resolvers/policy.ts';
import { startServer, type RunningServer } from '../src/server/http.ts';
import { Identity } from '../src/server/identity.ts';
import { createLogger } from '../src/server/logs.ts';
import { raiseAlert, raiseAlerts, type NewAlert } from './alerts.ts';
import { newKey, TestClinic } from './clinic.ts';
import { countStatements } from './count-statements.ts';
import { patience, settled } from './server/settled.ts';
import { SocketClient } from './server/socket-client.ts';
import { ask, testSecret } from './server/small-server.ts';
import { withBackend, type RedisServer } from './with-backend.ts';

interface Node extends RunningServer {
  readonly feeds: LiveFeeds;
  readonly identity: Identity;
}

const raised = 'subscription ($after: String) { alertRaised(after: $after) { id cursor title location { name } } }';
const changed =
  'subscription ($locationId: ID, $productId: ID) { stockChanged(locationId: $locationId, productId: $productId) { id onHand location { id } } }';

withBackend('subscriptions', (startRedis) => {
  let clinic: TestClinic;
  let redis: RedisServer | null;
  let nodes: Node[];
  let workers: Workers;
  const clients: SocketClient[] = [];

  beforeAll(async () => {
    clinic = await TestClinic.open();
    redis = await startRedis();
    nodes = [await startNode(), await startNode()];
    const logger = createLogger('silent');
    const { appUrl } = clinic.database;
    workers = await startWorkers({ db: clinic.db, directUrl: appUrl, redisUrl: redis?.url ?? null, logger, jobs: [] });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  afterAll(async () => {
    await workers.close();
    for (const node of nodes) {
      await node.close();
      await node.feeds.close();
    }
    await redis?.stop();
    await clinic.close();
  });

  async function startNode(): Promise<Node> {
    const { db, database } = clinic;
    const onError = () => undefined;
    const feeds = await openFeeds({ db, directUrl: database.appUrl, redisUrl: redis?.url ?? null, onError });
    const identity = new Identity({ db, secret: testSecret, tokenTtlMinutes: 30, oidc: null });
    const server = await startServer({
      ...{ schema: buildApiSchema(), policy, createLoaders, db, identity, feeds, committed: feeds.committed },
      patientKey: 'the key of the patients of a test',
      logger: createLogger('silent'),
      config: {
        ...{ host: '127.0.0.1', port: 0, production: false, trustedProxies: 0, corsOrigins: [] },
        ...{ rateLimitPerMinute: 1_000_000, metricsToken: null },
      },
    });
    return { ...server, feeds, identity };
  }
  const node = (index: number): Node => {
    const found = nodes[index];
    if (found === undefined) throw new Error(`There is no node ${index}`);
    return found;
  };
  const socketOf = async (actor: Actor, at = 0) => {
    const { token } = await node(at).identity.signToken(actor);
    const client = await SocketClient.connect(node(at).url, { token });
    clients.push(client);
    return client;
  };
  const person = (role: Role, places?: readonly string[]) => clinic.actor([role], places);
  const here = (more: Partial<NewAlert> = {}): NewAlert => ({ locationId: clinic.locationId, ...more });
  const elsewhere = (): NewAlert => ({ locationId: clinic.elsewhereId });
  /** From now on: whatever comes later is told, though the subscription may still be on its way. */
  const following = async (client: SocketClient) =>
    client.subscribe(raised, { after: (await lookAtFeed(clinic.db)).head });
  const idsOf = ({ values }: { readonly values: unknown[] }) => values.map((value) => (value as { id: string }).id);

  test('an alert reaches the sockets of every server, with what belongs to it', async () => {
    const told = await Promise.all([0, 1].map(async (at) => following(await socketOf(await person('TECHNICIAN'), at))));
    const id = await raiseAlert(clinic.owner, here({ title: 'Look' }));
    const cursor = expect.stringMatching(/^\d+$/) as string;
    for (const each of told) {
      await settled(() => each.values, [{ id, cursor, title: 'Look', location: { name: 'Here' } }]);
    }
  });

  test('who was cut off is told at the other server what was missed, in order, once', async () => {
    const actor = await person('TECHNICIAN');
    const first = await socketOf(actor, 0);
    const before = await following(first);
    const seen = await raiseAlert(clinic.owner, here());
    await settled(() => idsOf(before), [seen]);
    await first.close();
    const missed = await raiseAlerts(clinic.owner, [here(), elsewhere(), here()]);
    const { cursor } = before.values[0] as { cursor: string };
    const after = (await socketOf(actor, 1)).subscribe(raised, { after: cursor });
    await settled(() => idsOf(after), [missed[0], missed[2]]);
    const later = await raiseAlert(clinic.owner, here());
    await settled(() => idsOf(after), [missed[0], missed[2], later]);
  });

  test('a place that is taken away is silent from then on, one that is given is heard', async () => {
    const actor = await person('TECHNICIAN');
    const told = await following(await socketOf(actor));
    const [first] = await raiseAlerts(clinic.owner, [here(), elsewhere()]);
    await settled(() => idsOf(told), [first]);
    const move = 'UPDATE people.user_location SET location_id = $2 WHERE user_id = $1';
    await clinic.owner.query(move, [actor.id, clinic.elsewhereId]);
    // As two seconds later, when what is known of a person is read anew.
    node(0).identity.forgetActor(actor.id);
    const [, second] = await raiseAlerts(clinic.owner, [here(), elsewhere()]);
    await settled(() => idsOf(told), [first, second]);
  });

  test('who loses the role, or is switched off, is out at the next event', async () => {
    for (const [change, code] of [
      [`roles = '{ANALYST}'`, 4403],
      ['active = false', 4401],
    ] as const) {
      const actor = await person('TECHNICIAN');
      const client = await socketOf(actor);
      const told = await following(client);
      await clinic.owner.query(`UPDATE people."user" SET ${change} WHERE id = $1`, [actor.id]);
      node(0).identity.forgetActor(actor.id);
      await raiseAlert(clinic.owner, here());
      expect(await client.closed).toMatchObject({ code });
      expect(told.next).toEqual([]);
    }
  });

  test('a hundred sockets cost a handful of statements, not a hundred', async () => {
    const everybody = await Promise.all(Array.from({ length: 20 }, () => person('TECHNICIAN')));
    const told = await Promise.all(
      everybody.flatMap((actor) =>
        Array.from({ length: 5 }, async () => {
          const client = await socketOf(actor);
          return following(client);
        }),
      ),
    );
    const count = async () => {
      const before = told.map(({ next }) => next.length);
      const { statements } = await countStatements(async () => {
        await raiseAlert(clinic.owner, here());
        await settled(
          () => told.map(({ next }) => next.length),
          before.map((length) => length + 1),
        );
      });
      return statements.filter((text) => !text.includes('AS waiting') && !text.includes('advisory'));
    };
    await count();
    // Both servers read the alert, one of them reads twenty people and one place for all: the rest is numbering.
    expect((await count()).length).toBeLessThan(20);
  });

  test('changed stock is told, the row as it is then, where it is wanted', async () => {
    const [productId, otherId] = [await clinic.product(), await clinic.product()];
    const { stockId } = await clinic.stock({ productId, quantity: '1000' });
    const others = [
      await clinic.stock({ productId: otherId }),
      await clinic.stock({ productId, locationId: clinic.elsewhereId }),
    ];
    const manager = await person('MANAGER', [clinic.locationId, clinic.elsewhereId]);
    const [all, some] = [await socketOf(manager, 0), await socketOf(await person('TECHNICIAN'), 1)];
    const told = all.subscribe(changed);
    const ofProduct = some.subscribe(changed, { productId });
    const sell = async (id: string) => {
      const input = { idempotencyKey: newKey(), stockId: id, quantity: '1', referenceType: 'order', referenceId: '1' };
      const query = 'mutation ($input: DecreaseStockInput!) { decreaseStock(input: $input) { stock { onHand } } }';
      const { token } = await node(0).identity.signToken(manager);
      const { data } = await ask(node(0), { query, variables: { input }, token });
      return (data as { decreaseStock: { stock: { onHand: string } } }).decreaseStock.stock.onHand;
    };
    // A subscription may still be on its way when the first is sold.
    await vi.waitFor(
      async () => {
        await sell(stockId);
        expect([told.next.length, ofProduct.next.length]).not.toContain(0);
      },
      { ...patience, interval: 200 },
    );
    const onHand = await sell(stockId);
    for (const each of [told, ofProduct]) {
      await settled(() => each.values.at(-1), { id: stockId, onHand, location: { id: clinic.locationId } });
    }
    for (const { stockId: other } of others) await sell(other);
    await settled(() => new Set(idsOf(told)), new Set([stockId, ...others.map((each) => each.stockId)]));
    const last = await sell(stockId);
    await settled(() => ofProduct.values.at(-1), { id: stockId, onHand: last, location: { id: clinic.locationId } });
    expect(new Set(idsOf(ofProduct))).toEqual(new Set([stockId]));
  });
});
