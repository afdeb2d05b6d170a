/** The real server with the real schema on a database of its own: users of every role at two places, and their tokens. */
import type pg from 'pg';
import type { GraphQLSchema } from 'graphql';
import { v7 as uuid } from 'uuid';
import { roles, type Actor, type Role } from '../../src/actor.ts';
import { inTransaction } from '../../src/db/in-transaction.ts';
import { hashPassword } from '../../src/domain/people/password.ts';
import { recordCount } from '../../src/domain/counts/record-count.ts';
import { startCount } from '../../src/domain/counts/start-count.ts';
import { dispense } from '../../src/domain/dispensing/dispense.ts';
import { settleAlerts } from '../../src/domain/alerts/settle-alerts.ts';
import { issueRecall } from '../../src/domain/recalls/issue-recall.ts';
import { reserveStock } from '../../src/domain/stock/reserve-stock.ts';
import { openFeeds, type LiveFeeds } from '../../src/jobs/live-feeds.ts';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { createLoaders } from '../../src/resolvers/loaders.ts';
import { policy } from '../../src/resolvers/policy.ts';
import { startServer, type ServerConfig } from '../../src/server/http.ts';
import { Identity } from '../../src/server/identity.ts';
import { approveTransfer } from '../../src/domain/transfers/approve-transfer.ts';
import { requestTransfer } from '../../src/domain/transfers/request-transfer.ts';
import { shipTransfer } from '../../src/domain/transfers/ship-transfer.ts';
import { openVial } from '../../src/domain/vials/open-vial.ts';
import { useVial } from '../../src/domain/vials/use-vial.ts';
import type { SocketLimits } from '../../src/server/live-socket.ts';
import { createLogger } from '../../src/server/logs.ts';
import { newKey, TestClinic } from '../clinic.ts';
import { aDuplicate, aProject } from '../migrated.ts';
import { post, testSecret, type Answer } from '../server/small-server.ts';

export const knownPassword = 'correct horse battery staple';

/** One of everything that a call can name, all of it at one location; product and patient are the organisation's. */
export interface Place {
  readonly locationId: string;
  readonly storageUnitId: string;
  readonly excursionId: string;
  readonly stockId: string;
  readonly lotId: string;
  readonly reservationId: string;
  readonly dispenseRecordId: string;
  readonly alertId: string;
  readonly highRiskAlertId: string;
  readonly sessionId: string;
  readonly usageId: string;
  readonly countId: string;
  readonly countLineId: string;
  /** Of a lot of another product, which is here alone. */
  readonly recallId: string;
  readonly recallMatchId: string;
  /** Asked for, from here to a third place. */
  readonly transferId: string;
  /** On its way from there to here, with its line. */
  readonly incomingId: string;
  readonly incomingLineId: string;
  readonly thirdPlaceId: string;
  readonly productId: string;
  readonly patientId: string;
  /** The patient's; with a file, a state, a vector. */
  readonly projectId: string;
  /** Of the patient and another record. */
  readonly candidateId: string;
  readonly userId: string;
}

export interface Person extends Actor {
  readonly token: string;
  readonly email: string;
}

export type Ask = (
  token: string | null,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

export interface TestApi {
  readonly url: string;
  readonly schema: GraphQLSchema;
  readonly clinic: TestClinic;
  readonly identity: Identity;
  readonly ask: Ask;
  /** What the sockets follow. */
  readonly feeds: LiveFeeds;
  /** Who works here only, with one role; `knownPassword` signs in. */
  readonly people: Readonly<Record<Role, Person>>;
  readonly here: Place;
  readonly elsewhere: Place;
  /** Every line logged so far. */
  readonly logs: () => string;
  readonly person: (held: readonly Role[], locationIds?: readonly string[]) => Promise<Person>;
  readonly close: () => Promise<void>;
}

export async function openApi(
  config: Partial<ServerConfig> = {},
  socketLimits: Partial<SocketLimits> = {},
): Promise<TestApi> {
  const clinic = await TestClinic.open();
  const onError = (error: unknown) => {
    throw error;
  };
  const feeds = await openFeeds({ db: clinic.db, directUrl: clinic.database.appUrl, redisUrl: null, onError });
  const identity = new Identity({ db: clinic.db, secret: testSecret, tokenTtlMinutes: 30, oidc: null });
  let lines = '';
  const schema = buildApiSchema();
  const server = await startServer({
    schema,
    policy,
    createLoaders,
    db: clinic.db,
    identity,
    patientKey: 'the key of the patients of a test',
    feeds,
    committed: feeds.committed,
    socketLimits,
    logger: createLogger('debug', { write: (line) => (lines += line) }),
    config: {
      host: '127.0.0.1',
      port: 0,
      production: false,
      // Each call comes from an address of its own, so that limits by address stay out of what is not about them.
      trustedProxies: 1,
      corsOrigins: [],
      rateLimitPerMinute: 1_000_000,
      metricsToken: null,
      ...config,
    },
  });
  const person = (held: readonly Role[], locationIds?: readonly string[]) =>
    newPerson(clinic, identity, held, locationIds);
  const people = Object.fromEntries(
    await Promise.all(roles.map(async (role) => [role, await person([role])] as const)),
  ) as Record<Role, Person>;
  const patientId = await clinic.patient();
  await aProject(clinic, { patientId });
  const organisation = {
    productId: await clinic.product({ dosesPerStockUnit: '10' }),
    patientId,
    projectId: await aProject(clinic, { patientId }),
    candidateId: await aDuplicate(clinic, patientId, await clinic.patient()),
    userId: people.PROVIDER.id,
    thirdPlaceId: await thirdPlace(clinic),
  };
  let calls = 0;
  return {
    url: server.url,
    feeds,
    schema,
    clinic,
    identity,
    people,
    here: await furnish(clinic, clinic.locationId, organisation),
    elsewhere: await furnish(clinic, clinic.elsewhereId, organisation),
    logs: () => lines,
    person,
    async ask(token, query, variables = {}, headers = {}) {
      calls += 1;
      return post(server.url, JSON.stringify({ query, variables }), {
        'x-forwarded-for': `10.${(calls >> 16) & 255}.${(calls >> 8) & 255}.${calls & 255}`,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      });
    },
    async close() {
      await server.close();
      await feeds.close();
      await clinic.close();
    },
  };
}

let knownHash: Promise<string> | undefined;

async function newPerson(
  clinic: TestClinic,
  identity: Identity,
  held: readonly Role[],
  locationIds?: readonly string[],
): Promise<Person> {
  const actor = await clinic.actor(held, locationIds);
  knownHash ??= hashPassword(knownPassword);
  await clinic.owner.query('UPDATE people."user" SET password_hash = $2 WHERE id = $1', [actor.id, await knownHash]);
  const { token } = await identity.signToken(actor);
  return { ...actor, token, email: `${actor.id}@example.test` };
}

type Organisation = Pick<Place, 'productId' | 'patientId' | 'projectId' | 'candidateId' | 'userId' | 'thirdPlaceId'>;

/** Where nobody works who calls. */
async function thirdPlace(clinic: TestClinic): Promise<string> {
  const id = uuid();
  await clinic.owner.query(
    `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, 'THIRD', 'A third place', 'WAREHOUSE', 'UTC')`,
    [id],
  );
  return id;
}

async function furnish(clinic: TestClinic, locationId: string, organisation: Organisation): Promise<Place> {
  const pharmacist = await clinic.actor(['PHARMACIST'], [locationId]);
  const { stockId, lotId } = await clinic.stock({
    productId: organisation.productId,
    locationId,
    lotNumber: uuid(),
    quantity: '10000',
  });
  const storageUnitId = uuid();
  await clinic.owner.query(
    `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius) SELECT $1::uuid, $2::uuid, 'Fridge', 2, 8 FROM audited`,
    [storageUnitId, locationId],
  );
  const excursionId = uuid();
  await clinic.owner.query(
    `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)), measured AS (
       INSERT INTO inventory.temperature_reading (storage_unit_id, measured_at, celsius) VALUES ($2, '2020-06-01T12:00:00Z', 9))
     INSERT INTO inventory.temperature_excursion (id, kind, storage_unit_id, started_at, ended_at, min_celsius, max_celsius, minutes_out,
       limit_min_celsius, limit_max_celsius, grace_minutes)
     SELECT $1::uuid, 'CONSECUTIVE', $2::uuid, now() - interval '2 hours', now() - interval '1 hour', 9, 9, 60, 2, 8, 5 FROM audited`,
    [excursionId, storageUnitId],
  );
  const reserved = await clinic.as(pharmacist, (tx) =>
    reserveStock(tx, {
      idempotencyKey: newKey(),
      stockId,
      quantity: '5',
      reservedUntil: new Date(Date.now() + 86_400_000),
    }),
  );
  const dispensed = await clinic.as(pharmacist, (tx) =>
    dispense(tx, {
      idempotencyKey: newKey(),
      locationId,
      patientId: organisation.patientId,
      lines: [{ productId: organisation.productId, quantity: '1' }],
    }),
  );
  const alert = { type: 'LOW_STOCK', severity: 'WARNING', title: 'It is low', message: 'Order more.' } as const;
  const settled = { found: [{ ...alert, locationId, subject: organisation.productId, stockId, lotId }] };
  await inTransaction(clinic.systemSession(), (tx) => settleAlerts(tx, settled));
  const { id: alertId } = await clinic.one<{ id: string }>(
    `SELECT id FROM inventory.inventory_alert WHERE location_id = $1 AND type = 'LOW_STOCK'`,
    [locationId],
  );
  const { sessionId, usageId } = await openedVial(clinic, locationId, stockId, organisation.patientId);
  return {
    ...organisation,
    ...(await transfersAt(clinic, locationId, stockId, organisation)),
    alertId,
    highRiskAlertId: await giveWithHighRisk(clinic, locationId, organisation.patientId),
    sessionId,
    usageId,
    ...(await startedCount(clinic, locationId, stockId)),
    recallId: await recalledLot(clinic, locationId, organisation.patientId),
    recallMatchId: await foundMatch(clinic, organisation.productId, lotId),
    locationId,
    storageUnitId,
    excursionId,
    stockId,
    lotId,
    reservationId: reserved['reservation']?.[0] ?? '',
    dispenseRecordId: dispensed['record']?.[0] ?? '',
  };
}

/** Blind, and half done: one of its two lines has a figure. */
async function startedCount(clinic: TestClinic, locationId: string, stockId: string) {
  const pharmacist = await clinic.actor(['PHARMACIST'], [locationId]);
  await clinic.stock({ productId: await clinic.product(), locationId });
  const { count } = await clinic.as(pharmacist, (tx) => startCount(tx, { locationId }));
  const countId = count?.[0] ?? '';
  const { id: countLineId } = await clinic.one<{ id: string }>(
    'SELECT id FROM inventory.inventory_count_line WHERE count_id = $1 AND stock_id = $2',
    [countId, stockId],
  );
  const lines = [{ lineId: countLineId, counted: '9000' }];
  await clinic.as(pharmacist, (tx) => recordCount(tx, { countId, lines }));
  return { countId, countLineId };
}

/** A controlled product without a prescription; answers the alert of it. */
export async function giveWithHighRisk(clinic: TestClinic, locationId: string, patientId: string): Promise<string> {
  const pharmacist = await clinic.actor(['PHARMACIST'], [locationId]);
  const productId = await clinic.product({ deaSchedule: 'CIV' });
  await clinic.stock({ productId, locationId });
  const lines = [{ productId, quantity: '1', isPrescription: false }];
  const given = await clinic.as(pharmacist, (tx) =>
    dispense(tx, { idempotencyKey: newKey(), locationId, patientId, lines }),
  );
  const { id } = await clinic.one<{ id: string }>(
    'SELECT a.id FROM dpap.high_risk_alert a JOIN dpap.dispensing_event e ON e.id = a.event_id WHERE e.dispense_record_id = $1',
    [given['record']?.[0]],
  );
  return id;
}

/** Of which the patient has had something. */
async function recalledLot(clinic: TestClinic, locationId: string, patientId: string): Promise<string> {
  const pharmacist = await clinic.actor(['PHARMACIST'], [locationId]);
  const productId = await clinic.product();
  await clinic.stock({ productId, locationId });
  const lines = [{ productId, quantity: '1' }];
  await clinic.as(pharmacist, (tx) => dispense(tx, { idempotencyKey: newKey(), locationId, patientId, lines }));
  const told = { reference: 'R-1', recallClass: 'CLASS_II', reason: 'A label is missing', productId } as const;
  const issued = await clinic.as(pharmacist, (tx) =>
    issueRecall(tx, { idempotencyKey: newKey(), lotNumbers: [], ...told }),
  );
  return issued['recall']?.[0] ?? '';
}

async function transfersAt(
  clinic: TestClinic,
  locationId: string,
  stockId: string,
  { productId, thirdPlaceId }: Organisation,
) {
  const [technician, manager] = [
    await clinic.actor(['TECHNICIAN'], [locationId, thirdPlaceId]),
    await clinic.actor(['MANAGER'], [thirdPlaceId]),
  ];
  const ask = async (fromLocationId: string, toLocationId: string, from: string) => {
    const input = { fromLocationId, toLocationId, lines: [{ stockId: from, quantity: '1' }] };
    const asked = await clinic.as(technician, (tx) => requestTransfer(tx, { idempotencyKey: newKey(), ...input }));
    return asked['transfer']?.[0] ?? '';
  };
  const there = await clinic.stock({ productId, locationId: thirdPlaceId, lotNumber: uuid() });
  const incomingId = await ask(thirdPlaceId, locationId, there.stockId);
  for (const verb of [approveTransfer, shipTransfer]) {
    await clinic.as(manager, (tx) => verb(tx, { idempotencyKey: newKey(), transferId: incomingId }));
  }
  const { id: incomingLineId } = await clinic.one<{ id: string }>(
    'SELECT id FROM inventory.inventory_transfer_line WHERE transfer_id = $1',
    [incomingId],
  );
  return { transferId: await ask(locationId, thirdPlaceId, stockId), incomingId, incomingLineId };
}

async function foundMatch(clinic: TestClinic, productId: string, lotId: string): Promise<string> {
  const { id } = await clinic.one<{ id: string }>(
    `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)), notice AS (
       INSERT INTO inventory.recall_notice (id, notice_number, reason, product_description, code_info, names, product_keys, lot_keys, content_hash)
       SELECT $1::uuid, $1::text, 'A label is missing', 'Something', 'Lot 1', '{}', '{}', '{}', '' FROM audited RETURNING id)
     INSERT INTO inventory.recall_match (id, notice_id, kind, product_id, lot_id, evidence)
     SELECT id, id, 'POSSIBLE', $2, $3, '{}' FROM notice RETURNING id`,
    [uuid(), productId, lotId],
  );
  return id;
}

async function openedVial(clinic: TestClinic, locationId: string, stockId: string, patientId: string) {
  const provider = await clinic.actor(['PROVIDER'], [locationId]);
  await clinic.owner.query(
    'UPDATE catalogue.product SET doses_per_stock_unit = 100, label_stability_hours = 24 WHERE id = (SELECT product_id FROM inventory.stock WHERE id = $1)',
    [stockId],
  );
  const opened = await clinic.as(provider, (tx) => openVial(tx, { idempotencyKey: newKey(), stockId }));
  const sessionId = opened['session']?.[0] ?? '';
  const used = await clinic.as(provider, (tx) =>
    useVial(tx, { idempotencyKey: newKey(), sessionId, patientId, doses: '1' }),
  );
  return { sessionId, usageId: used['usage']?.[0] ?? '' };
}

/** Every table's rows as one line each: equal before and after means that nothing was changed. Refusals are put on record. */
export async function fingerprint(owner: pg.Pool): Promise<Record<string, string>> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('people', 'catalogue', 'inventory', 'dpap', 'workflow', 'audit', 'ops') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND format('%I.%I', n.nspname, c.relname) NOT IN ('audit.phi_access_log', 'people.sign_in_failure') ORDER BY 1`,
  );
  const each = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(${printOf(name)}, '|' ORDER BY ${printOf(name)})), '') AS print FROM ${name} t
       ${byItself.get(name) ?? ''}`,
  );
  const { rows } = await owner.query<{ name: string; print: string }>(each.join(' UNION ALL '));
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
}

/** What changes by itself meanwhile: refusals are put on record, and alerts get their numbers. */
const byItself: ReadonlyMap<string, string> = new Map([
  ['audit.audit_entry', `WHERE entity <> 'refusal' AND action NOT IN ('login', 'witness')`],
  ['ops.outbox', `WHERE topic <> 'alerts.numbered'`],
]);

const feeds = ['inventory.alert_feed', 'dpap.high_risk_alert'];
const printOf = (name: string): string => (feeds.includes(name) ? `(to_jsonb(t) - 'seq')::text` : 't::text');
