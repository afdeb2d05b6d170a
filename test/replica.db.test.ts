/** Lists and figures from a real streaming standby whose replay can be stopped: what it answers, and what never. */
import { Kind, parse } from 'graphql';
import pg from 'pg';
import { v7 as uuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDataSource } from '../ormconfig.ts';
import { withClosers } from '../src/cli/closers.ts';
import { replicaFindings } from '../src/cli/doctor-replica.ts';
import { serveApi } from '../src/cli/serve.ts';
import { readConfig } from '../src/config.ts';
import { Replica } from '../src/db/replica.ts';
import { parsePosition } from '../src/db/wal-position.ts';
import { openFeeds, type LiveFeeds } from '../src/jobs/live-feeds.ts';
import { registry } from '../src/observe/metrics.ts';
import { buildApiSchema } from '../src/resolvers/build-schema.ts';
import { createLoaders } from '../src/resolvers/loaders.ts';
import { policy } from '../src/resolvers/policy.ts';
import { askedFields } from '../src/server/asked-fields.ts';
import { startServer, type RunningServer } from '../src/server/http.ts';
import { listsAndFigures } from '../src/server/may-read-replica.ts';
import { Identity } from '../src/server/identity.ts';
import { createLogger } from '../src/server/logs.ts';
import { raiseAlert } from './alerts.ts';
import { TestClinic } from './clinic.ts';
import { countStatements } from './count-statements.ts';
import { patience, settled } from './server/settled.ts';
import { SocketClient } from './server/socket-client.ts';
import { ask, testSecret, type Answer } from './server/small-server.ts';
import { PrimaryAndStandby } from './standby.ts';

const header = 'lotkeeper-position';
const list = 'query ($name: String) { products(filter: { search: $name }) { nodes { name brand { name } } } }';
const create = 'mutation ($input: ProductInput!) { createProduct(input: $input) { product { id name } } }';

let servers: PrimaryAndStandby;
let clinic: TestClinic;
let feeds: LiveFeeds;
let replica: Replica;
let server: RunningServer;
let token: string;
const troubles: string[] = [];

const connect = (url: string) => async () =>
  createDataSource(url, { applicationName: 'lotkeeper-api-replica' }).initialize();
const replicaAt = (url: string) =>
  new Replica({
    ...{ primary: clinic.db, connect: connect(url), patienceMs: 10_000 },
    onTrouble: (reason) => troubles.push(String(reason)),
  });

async function serve(answering: Replica | null): Promise<RunningServer> {
  const identity = new Identity({ db: clinic.db, secret: testSecret, tokenTtlMinutes: 30, oidc: null });
  const actor = await clinic.actor(['ADMIN', 'MANAGER', 'PHARMACIST']);
  ({ token } = await identity.signToken(actor));
  return startServer({
    ...{ schema: buildApiSchema(), policy, createLoaders, db: clinic.db, identity, feeds, committed: feeds.committed },
    ...(answering === null ? {} : { replica: answering }),
    patientKey: 'the key of the patients of a test',
    logger: createLogger('silent'),
    config: {
      ...{ host: '127.0.0.1', port: 0, production: false, trustedProxies: 0, corsOrigins: [] },
      ...{ rateLimitPerMinute: 1_000_000, metricsToken: null },
    },
  });
}

beforeAll(async () => {
  servers = await PrimaryAndStandby.start();
  clinic = await TestClinic.in(servers.database);
  const onError = () => undefined;
  feeds = await openFeeds({ db: clinic.db, directUrl: servers.database.appUrl, redisUrl: null, onError });
  replica = replicaAt(servers.replicaUrl);
  server = await serve(replica);
  await servers.caughtUp();
});
afterAll(async () => {
  await server.close();
  await feeds.close();
  await clinic.close();
  await servers.stop();
});

/** "replica replayed", "primary behind": who has answered the queries, and why. */
async function readBy(work: () => Promise<unknown>): Promise<string[]> {
  const before = await counted();
  await work();
  const after = await counted();
  return [...after].flatMap(([label, n]) => Array<string>(n - (before.get(label) ?? 0)).fill(label));
}

async function counted(): Promise<Map<string, number>> {
  const metric = await registry.getSingleMetric('lotkeeper_reads_total')?.get();
  const values = metric?.values ?? [];
  return new Map(values.map(({ labels, value }) => [`${labels['server'] ?? ''} ${labels['reason'] ?? ''}`, value]));
}

const asked = (query: string, variables: object = {}, position: string | null = null) =>
  ask(server, { query, variables, token, headers: position === null ? {} : { [header]: position } });
const namesIn = ({ data }: Answer) => {
  const { nodes } = data?.['products'] as { nodes: { name: string }[] };
  return nodes.map(({ name }) => name);
};
const add = async (name: string) => asked(create, { input: { name, category: 'Test', stockUnit: 'vial' } });
const rootFieldsOf = (document: string) =>
  parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [...askedFields(parse(document), definition).values()] : [],
  );
const positionOf = ({ headers }: Answer) => headers.get(header) ?? '';

describe('with a replica that is behind', () => {
  beforeEach(() => servers.pauseReplay());
  afterEach(() => servers.resumeReplay());

  test('who has written sees it at once, from the primary, and from the replica once that has it', async () => {
    const name = uuid();
    const written = await add(name);
    const position = positionOf(written);
    expect(parsePosition(position)).not.toBeNull();

    let found = await asked(list, { name }, position);
    expect(namesIn(found)).toEqual([name]);
    expect(await readBy(() => asked(list, { name }, position))).toEqual(['primary behind']);

    await servers.resumeReplay();
    await servers.caughtUp();
    expect(
      await readBy(async () => {
        found = await asked(list, { name }, position);
      }),
    ).toEqual(['replica replayed']);
    expect(namesIn(found)).toEqual([name]);
    expect(parsePosition(positionOf(found)) ?? 0n).toBeGreaterThanOrEqual(parsePosition(position) ?? 1n);
  });

  test('who says to have seen nothing is shown the past: it is the position that keeps others from it', async () => {
    const name = uuid();
    await add(name);
    const stale = await asked(list, { name }, '0/0');
    expect(namesIn(stale)).toEqual([]);
  });

  test('who has read from the primary does not go back behind it', async () => {
    const name = uuid();
    await clinic.product({ name });
    const first = await asked(list, { name }, 'nothing yet');
    expect(namesIn(first)).toEqual([name]);
    const second = await asked(list, { name }, positionOf(first));
    expect(namesIn(second)).toEqual([name]);
  });

  test('an event carries a position, with which what it tells of is read', async () => {
    const client = await SocketClient.connect(server.url, { token });
    const told = client.subscribe('subscription { alertRaised { id } }');
    let id = '';
    await vi.waitFor(async () => {
      id = await raiseAlert(clinic.owner, { locationId: clinic.locationId });
      feeds.committed();
      await settled(() => told.next.length > 0, true);
    }, patience);
    const event = told.next.at(-1);
    const position = String(event?.extensions?.['position']);
    expect(parsePosition(position)).not.toBeNull();
    const found = await asked('{ alerts { nodes { id } } }', {}, position);
    expect(found.data?.['alerts']).toMatchObject({ nodes: expect.arrayContaining([{ id }]) as unknown });
    expect(await asked('{ alerts { nodes { id } } }', {}, '0/0')).toMatchObject({ data: { alerts: { nodes: [] } } });
    await client.close();
  });
});

describe('a replica that has all', () => {
  beforeEach(() => servers.caughtUp());

  test('every list and figure is answered by it, its loaders too', async () => {
    const day = { from: '2026-01-01', to: '2026-01-31' };
    const unit = { id: uuid(), from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    const documents = [
      `{ alerts { nodes { id } } counts { nodes { id } } inventoryTransactions { nodes { id } } lots { nodes { id status } } }`,
      `{ openVials { nodes { id } } products { nodes { id brand { id } } } recallMatches { nodes { id } } recalls { nodes { id } } }`,
      `{ stockMetrics { nodes { stockId } } stocks { nodes { id product { name } location { name } } } vendors { id } }`,
      `{ temperatureExcursions { id } transfers { nodes { id } } wasteRecords { nodes { id } } workflowTemplates { id } }`,
      `{ dispensingEvents { nodes { id } } highRiskAlerts { nodes { id } } outsidePharmacies { id } inventoryOverview { stockRows } stateAnalytics { state } }`,
      `{ dailySummaries(from: "${day.from}", to: "${day.to}") { date } topMedicines(from: "${day.from}", to: "${day.to}") { count }
         prescribingIndicators(from: "${day.from}", to: "${day.to}") { encounters } }`,
      `{ temperatureReadings(storageUnitId: "${unit.id}", from: "${unit.from}", to: "${unit.to}") { celsius } }`,
    ];
    expect(new Set(documents.flatMap(rootFieldsOf))).toEqual(listsAndFigures);
    for (const document of documents) {
      expect(
        await readBy(async () => {
          const { errors } = await asked(document, {}, '0/0');
          expect(errors, document).toBeUndefined();
        }),
        document,
      ).toEqual(['replica replayed']);
    }
  });

  test('what is no list stays with the primary: a write and its payload, an id, a patient, a stranger to positions', async () => {
    const productId = await clinic.product({ name: uuid() });
    const patientId = await clinic.patient();
    await servers.caughtUp();
    const mark = servers.statements.length;
    await asked(list, { name: 'before' }, '0/0');
    await settled(() => servers.statements.slice(mark).some((line) => line.includes('catalogue.product')), true);
    const before = servers.statements.length;
    const written = await add(uuid());
    expect(written.data).toMatchObject({ createProduct: { product: { id: expect.any(String) as unknown } } });
    expect(
      await readBy(async () => {
        await asked('query ($id: ID!) { product(id: $id) { name } }', { id: productId }, '0/0');
        await asked('query ($id: ID!) { patient(id: $id) { lastName } }', { id: patientId }, '0/0');
        await asked('{ recalls { nodes { affectedPatients { patient { id } } } } }', {}, '0/0');
        await asked(
          'query ($id: ID!) { products { nodes { id } } product(id: $id) { name } }',
          { id: productId },
          '0/0',
        );
      }),
    ).toEqual(Array(4).fill('primary operation'));
    expect(
      await readBy(async () => {
        await asked(list, { name: 'no header' });
        await asked(list, { name: 'no position' }, '0/0/0');
      }),
    ).toEqual(Array(2).fill('primary unknown'));
    // Its log is written in order: what came before this one would be in it.
    await asked('{ vendors { id } }', {}, '0/0');
    await settled(() => servers.statements.slice(before).some((line) => line.includes('catalogue.vendor')), true);
    const said = servers.statements
      .slice(before)
      .filter((line) => !/pg_is_in_recovery|current_database|system_identifier/.test(line));
    expect(said).toEqual([expect.stringContaining('catalogue.vendor')]);
  });

  test('what is told: positions to who sends one or has written, and none to strangers', async () => {
    expect(positionOf(await asked(list))).toBe('');
    const stranger = await ask(server, { query: list, headers: { [header]: '0/0' } });
    expect(positionOf(stranger)).toBe('');
    const name = { input: { name: uuid(), category: 'Test', stockUnit: 'vial' } };
    const { result, statements } = await countStatements(async () => asked(create, name));
    expect(parsePosition(positionOf(result))).not.toBeNull();
    expect(statements.filter((text) => text.includes('lsn'))).toHaveLength(1);
    const refused = await asked(create, { input: { name: '', category: '', stockUnit: '' } });
    expect(refused.errors).toBeDefined();
    expect(parsePosition(positionOf(refused))).not.toBeNull();
  });

  test('many who ask at once how far the log goes are told by one question, begun after they asked', async () => {
    const { result, statements } = await countStatements(async () => {
      const first = replica.written();
      await Promise.resolve();
      await clinic.product({});
      const after = await clinic.one<{ at: string }>('SELECT pg_current_wal_insert_lsn()::text AS at');
      const told = await Promise.all([first, ...Array.from({ length: 20 }, () => replica.written())]);
      return { after: parsePosition(after.at) ?? 0n, told: told.map((text) => parsePosition(text ?? '')) };
    });
    expect(statements.filter((text) => text.includes('pg_is_in_recovery'))).toHaveLength(2);
    for (const position of result.told.slice(1)) expect(position).toBeGreaterThanOrEqual(result.after);
  });

  test('how far it is behind is among the metrics', async () => {
    expect(await replica.lagBytes()).toBeLessThan(1_000_000);
  });
});

describe('without a replica', () => {
  test('nothing is asked and nothing told more', async () => {
    const plain = await serve(null);
    const question = { query: list, variables: { name: uuid() }, token };
    await ask(plain, question);
    const { result, statements } = await countStatements(async () =>
      ask(plain, { ...question, headers: { [header]: '0/0' } }),
    );
    expect(positionOf(result)).toBe('');
    expect(statements.filter((text) => /wal|lsn/.test(text))).toEqual([]);
    const written = await ask(plain, {
      query: create,
      variables: { input: { name: uuid(), category: 'Test', stockUnit: 'vial' } },
      token,
    });
    expect(positionOf(written)).toBe('');
    await plain.close();
  });
});

describe('a process that is told of a replica', () => {
  test('connects to it when it is first of use, and shows it in its metrics', async () => {
    const { appUrl, ownerUrl } = servers.database;
    const config = readConfig({
      ...{ DATABASE_URL: appUrl, DATABASE_REPLICA_URL: servers.replicaUrl, PORT: '0' },
      ...{ JWT_SECRET: testSecret, PATIENT_KEY: testSecret },
    });
    await withClosers(async (closers) => {
      const database = { appUrl, ownerUrl, directUrl: appUrl, embedded: null };
      const { url } = await serveApi(config, database, createLogger('silent'), closers);
      const question = { query: list, token, headers: { [header]: '0/0' } };
      // On a busy machine the first connection takes longer than somebody who asks is kept waiting.
      await vi.waitFor(async () => {
        expect(await readBy(() => ask({ url }, question))).toEqual(['replica replayed']);
      }, patience);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(/^lotkeeper_replica_lag_bytes \d+$/m);
      expect(metrics).toMatch(/^lotkeeper_source_up\{source="replica"\} 1$/m);
    });
  });
});

describe('a replica that is not what it should be is left alone', () => {
  test.each([
    { what: 'the primary itself', url: () => servers.database.appUrl, found: /no standby/ },
    { what: 'nobody', url: () => 'postgresql://nobody@127.0.0.1:1/none', found: /ECONNREFUSED|AggregateError/ },
  ])('$what', async ({ url, found }) => {
    troubles.length = 0;
    const other = replicaAt(url());
    expect(await other.upTo(0n)).toBe('away');
    expect(await other.upTo(0n)).toBe('away');
    expect(troubles).toEqual([expect.stringMatching(found)]);
  });
});

describe('the doctor', () => {
  const findings = (url: string) =>
    replicaFindings({ config: readConfig({ DATABASE_REPLICA_URL: url }), db: clinic.db });

  test('finds one well, and one that is none', async () => {
    await servers.caughtUp();
    expect(await findings(servers.replicaUrl)).toEqual([
      { check: 'replica', health: 'OK', found: expect.stringMatching(/^\d+ bytes of the log behind$/) as unknown },
    ]);
    expect(await findings(servers.database.appUrl)).toMatchObject([{ health: 'FAIL' }]);
    expect(await findings('postgresql://nobody@127.0.0.1:1/none')).toMatchObject([{ health: 'WARN' }]);
  });
});

describe('a replica that dies', () => {
  test('in the middle of a query: the primary is asked the whole of it', async () => {
    const name = uuid();
    await clinic.product({ name });
    await servers.caughtUp();
    const holder = new pg.Client({ connectionString: servers.database.ownerUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE catalogue.product IN ACCESS EXCLUSIVE MODE');
    await servers.caughtUp();
    // Locks of this kind are replayed: readers of the standby wait for it too.
    await servers.untilOnStandby(
      `EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND locktype = 'relation')`,
    );
    let found: Answer | undefined;
    const reads = readBy(async () => {
      found = await asked(list, { name }, '0/0');
    });
    await servers.untilOnStandby(`EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')`);
    await servers.killStandby();
    await holder.end();
    expect(await reads).toEqual(['primary failed']);
    expect(found?.errors).toBeUndefined();
    expect(found === undefined ? [] : namesIn(found)).toEqual([name]);
    await servers.startStandby();
    await vi.waitFor(async () => {
      expect(await readBy(() => asked(list, {}, '0/0'))).toEqual(['replica replayed']);
    }, patience);
  });

  test('answers go on: what it had begun is asked of the primary, then it is left alone until it is back', async () => {
    await servers.caughtUp();
    expect(await readBy(() => asked(list, {}, '0/0'))).toEqual(['replica replayed']);
    await servers.killStandby();
    // It was seen alive less than a second ago, and is gone.
    expect(
      await readBy(async () => {
        const { errors, data } = await asked(list, {}, '0/0');
        expect(errors).toBeUndefined();
        expect(data?.['products']).toBeDefined();
      }),
    ).toEqual([expect.stringMatching(/^primary (failed|away)$/)]);
    expect(await readBy(() => asked(list, {}, '0/0'))).toEqual(['primary away']);
    await servers.startStandby();
    await servers.caughtUp();
    await vi.waitFor(async () => {
      expect(await readBy(() => asked(list, {}, '0/0'))).toEqual(['replica replayed']);
    }, patience);
  });
});
