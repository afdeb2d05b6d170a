/** Names that were planted: shown to whom they may be shown, each time on record, and found nowhere else. */
import { randomUUID } from 'node:crypto';
import { getNamedType, isObjectType, type GraphQLOutputType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles, type Role } from '../../src/actor.ts';
import { openVial } from '../../src/domain/vials/open-vial.ts';
import { useVial } from '../../src/domain/vials/use-vial.ts';
import { recordWaste } from '../../src/domain/waste/record-waste.ts';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { codeOf } from '../server/small-server.ts';
import { aDuplicate } from '../migrated.ts';
import { giveWithHighRisk, openApi, type Place, type TestApi } from './api.ts';
import { expectationOf, mayCall } from './expectations.ts';
import { callOf, rootFields, selectionOf, type Arguments, type RootField } from './walk.ts';

const readers: readonly Role[] = ['ADMIN', 'MANAGER', 'PHARMACIST', 'PROVIDER'];
const canary = {
  firstName: 'Zebulonka',
  lastName: 'Quixwarth',
  birthDate: '1957-03-09',
  sex: 'canarysex',
  email: 'zq@canary.example',
  phone: '+1 555 0177 4242',
  address: '77 Canarygasse',
  insuranceInfo: { policy: 'POL-CANARY-90210' },
  externalIds: { emr: 'EMR-CANARY-31337' },
};
const planted = /zebulonka|quixwarth|1957-03-09|canarysex|zq@canary|0177 4242|canarygasse|canary-90210|canary-31337/i;

interface Way {
  readonly selection: string;
  /** The last two steps of it. */
  readonly door: string;
}

/** From a root field to a patient, no type twice on one way. */
function waysTo(type: GraphQLOutputType, above: readonly string[] = []): Way[] {
  const named = getNamedType(type);
  if (!isObjectType(named) || above.includes(named.name)) return [];
  if (named.name === 'Patient') return [{ selection: selectionOf(named, 0), door: above.slice(-2).join(' ') }];
  return Object.values(named.getFields()).flatMap((field) =>
    field.name === 'edges'
      ? []
      : waysTo(field.type, [...above, named.name]).map((way) => ({
          ...way,
          selection: `{ ${field.name} ${way.selection} }`,
        })),
  );
}

/** Through each door the shortest: which rooms are passed before it makes no difference to what it shows. */
function shortestWays(type: GraphQLOutputType, withExposed: boolean): string[] {
  const shortest = new Map<string, string>();
  for (const { selection, door } of waysTo(type)) {
    if (exposed.test(door) && !withExposed) continue;
    const known = shortest.get(door);
    if (known === undefined || selection.split('{').length < known.split('{').length) shortest.set(door, selection);
  }
  return [...shortest.values()];
}

/** Ways on which there is nobody: of a vial that has just been opened, or what a call did not make. */
const nobodyThere: Readonly<Record<string, RegExp>> = {
  'Mutation.openVial': /^/,
  'Mutation.useVial': /^\{ waste /,
  'Mutation.closeVial': /^\{ usage /,
  'Mutation.reverseVialUsage': /^\{ waste /,
  // Its lot is not recalled.
  'Query.lot': /^\{ recall /,
  // Nobody got anything of the lots of these.
  'Query.recalls': / lots /,
};

/** Whoever got something of a lot is reached from every lot, and so from nearly everywhere: it is tried from these. */
const exposed = /PatientExposure$/;
const triedFrom = new Set(['Query.lot', 'Query.recall', 'Query.recalls', 'Mutation.acknowledgeRecall']);

const ways = rootFields(buildApiSchema()).flatMap((root) =>
  shortestWays(root.field.type, triedFrom.has(root.name))
    .filter((way) => nobodyThere[root.name]?.test(way) !== true)
    .map((way) => [root.name, root, way] as const),
);

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
  await plant(api.here);
});
afterAll(async () => {
  await api.close();
});

async function plant({ patientId, sessionId, alertId }: Place): Promise<void> {
  const provider = await api.person(['PROVIDER']);
  await api.clinic.as(provider, (tx) =>
    recordWaste(tx, { idempotencyKey: randomUUID(), sessionId, quantity: '1', reason: 'SPILLED' }),
  );
  await api.clinic.owner.query('UPDATE inventory.inventory_alert SET session_id = $2 WHERE id = $1', [
    alertId,
    sessionId,
  ]);
  await api.clinic.owner.query(
    `UPDATE people.patient SET first_name = $2, last_name = $3, birth_date = $4, sex = $5, email = $6, phone = $7, address = $8,
       insurance_info = $9, external_ids = $10 WHERE id = $1`,
    [patientId, ...Object.values(canary)],
  );
}

test('the walk finds the ways to a patient', () => {
  const names = new Set(ways.map(([name]) => name));
  expect([...names]).toEqual(
    expect.arrayContaining([
      'Query.patient',
      'Query.patients',
      'Query.dispenseRecord',
      'Query.dispenseRecords',
      'Mutation.dispense',
    ]),
  );
});

describe.each(ways)('%s', (name, root, way) => {
  test.each([null, ...roles])(`${way.slice(0, 60)} asked by %s`, async (role) => {
    const args = await argumentsOf(root);
    const requestId = `phi-${randomUUID()}`;
    const token = role === null ? null : api.people[role].token;
    const answer = await api.ask(token, callOf(root, args, way), args, { 'x-request-id': requestId });
    const shown = planted.test(JSON.stringify(answer.data ?? null));
    expect(shown, JSON.stringify(answer.errors)).toBe(role !== null && readers.includes(role) && mayCall(name, role));
    expect(JSON.stringify(answer.errors ?? null)).not.toMatch(planted);
    const { reads } = await api.clinic.one<{ reads: string }>(
      'SELECT count(*) AS reads FROM audit.phi_access_log WHERE request_id = $1 AND actor_id = $2',
      [requestId, role === null ? null : api.people[role].id],
    );
    expect(Number(reads) > 0).toBe(shown);
  });

  test(`${way.slice(0, 60)}: where the reading cannot be put on record, nothing leaves`, async () => {
    const role = readers.find((each) => mayCall(name, each));
    if (role === undefined) throw new Error(`No reader of patients may ask ${name}`);
    const args = await argumentsOf(root);
    await api.clinic.owner.query('REVOKE INSERT ON audit.phi_access_log FROM lotkeeper_app');
    try {
      const answer = await api.ask(api.people[role].token, callOf(root, args, way), args);
      expect([answer.status, codeOf(answer), answer.data ?? null]).toEqual([503, 'SERVICE_UNAVAILABLE', null]);
      expect(JSON.stringify(answer)).not.toMatch(planted);
    } finally {
      await api.clinic.owner.query('GRANT INSERT ON audit.phi_access_log TO lotkeeper_app');
    }
  });
});

test('a fault while a patient is written tells nothing of the patient', async () => {
  const { owner } = api.clinic;
  await owner.query('ALTER TABLE people.patient ADD CONSTRAINT unlucky CHECK (address IS NULL) NOT VALID');
  const document = 'mutation ($input: PatientInput!) { createPatient(input: $input) { patient { id } } }';
  const answer = await api.ask(api.people.PROVIDER.token, document, { input: canary });
  await owner.query('ALTER TABLE people.patient DROP CONSTRAINT unlucky');
  expect(codeOf(answer)).toBe('INTERNAL');
  expect(JSON.stringify(answer)).not.toMatch(planted);
  expect(api.logs()).toMatch(/unlucky/);
});

test('what is malformed is not logged either', async () => {
  const { token } = api.people.PROVIDER;
  const refused = [
    await api.ask(token, 'mutation ($input: PatientInput!) { createPatient(input: $input) { patient { id } } }', {
      input: { ...canary, birthDate: 'Zebulonka' },
    }),
    await api.ask(
      token,
      'mutation { createPatient(input: { firstName: "Zebulonka", lastName: 7 }) { patient { id } } }',
    ),
    await api.ask(token, '{ patients(search: "Quixwarth") { nodes { id '),
    await api.ask(token, '{ patients(search: "Quixwarth", first: 0) { nodes { id } } }'),
    await api.ask(token, '{ patient(id: "Quixwarth") { id Zebulonka } }'),
    await api.ask(token, 'query Zebulonka_Quixwarth { patients(first: 0) { nodes { id } } }'),
    await api.ask(token, 'query Zebulonka { Quixwarth: patients(first: 0) { nodes { id } } }'),
  ];
  expect(refused.map(codeOf)).not.toContain(undefined);
});

test('metrics count these calls and hold nothing of them, nor who called', async () => {
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toMatch(/lotkeeper_graphql_duration_seconds_count\{operation="patients"\} [1-9]/);
  expect(metrics).not.toMatch(planted);
  const { patientId, stockId } = api.here;
  for (const text of [patientId, stockId, api.people.PROVIDER.id, api.people.PROVIDER.email, '@', 'HERE']) {
    expect(metrics).not.toContain(text);
  }
});

test('nothing that was planted lies in a log line or in any table but the patients', async () => {
  expect(api.logs().length).toBeGreaterThan(10_000);
  expect(
    api
      .logs()
      .split('\n')
      .filter((line) => planted.test(line)),
  ).toEqual([]);
  const tables = await api.clinic.all<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ops.outbox', 'audit.audit_entry', 'ops.idempotency_key']),
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const { found } = await api.clinic.one<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM ${name} t WHERE t::text ~* $1) AS found`,
      [planted.source],
    );
    if (found) holding.push(name);
  }
  expect(holding).toEqual(['people.patient']);
});

/** The usual call, of what belongs to the patient whose names were planted. */
async function argumentsOf({ name, field }: RootField): Promise<Arguments> {
  const args = expectationOf(name).args(api.here);
  const { locationId, productId, patientId } = api.here;
  const dispense = { idempotencyKey: randomUUID(), locationId, patientId, lines: [{ productId, quantity: '1' }] };
  if (name === 'Mutation.dispense') return { input: dispense };
  if (name === 'Mutation.reverseDispense') {
    const document = 'mutation ($input: DispenseInput!) { dispense(input: $input) { records { id } } }';
    const { data } = await api.ask(api.people.PHARMACIST.token, document, { input: dispense });
    const made = data as { dispense: { records: { id: string }[] } };
    return { input: { ...Object(args['input']), dispenseRecordId: made.dispense.records[0]?.id } };
  }
  if (name === 'Mutation.acknowledgeAlert' || name === 'Mutation.resolveAlert') await reopenAlert();
  if (name === 'Mutation.reviewHighRiskAlert') {
    const alertId = await giveWithHighRisk(api.clinic, locationId, patientId);
    return { input: { ...Object(args['input']), alertId } };
  }
  if (field.type.toString().startsWith('DuplicatePayload')) {
    const other = await api.clinic.patient();
    const candidateId = await aDuplicate(api.clinic, patientId, other);
    if (name === 'Mutation.unmergePatients') await asMerged(candidateId, patientId, other);
    return { input: { ...Object(args['input']), candidateId } };
  }
  if (vialMutations.has(name)) return { input: { ...Object(args['input']), ...(await aDrawnVial(name)) } };
  return field.type.toString().startsWith('PatientPayload') ? { ...args, input: canary } : args;
}

async function asMerged(candidateId: string, keep: string, other: string): Promise<void> {
  await api.clinic.owner.query('UPDATE people.patient SET merged_into = $1 WHERE id = $2', [keep, other]);
  await api.clinic.owner.query(
    `UPDATE people.duplicate_candidate SET status = 'MERGED', kept_id = $2, decided_by = $3, decided_at = now() WHERE id = $1`,
    [candidateId, keep, api.people.MANAGER.id],
  );
}

/** As it was before anybody saw to it. */
async function reopenAlert(): Promise<void> {
  await api.clinic.owner.query(
    `UPDATE inventory.inventory_alert SET status = 'OPEN', acknowledged_at = NULL, acknowledged_by = NULL, resolved_at = NULL, resolved_by = NULL,
       resolution = NULL WHERE id = $1`,
    [api.here.alertId],
  );
}

const vialMutations: ReadonlySet<string> = new Set([
  'Mutation.useVial',
  'Mutation.closeVial',
  'Mutation.reverseVialUsage',
  'Mutation.recordWaste',
]);

/** A vial of its own for each call, from which the patient has had a dose; as the call's input names it. */
async function aDrawnVial(name: string): Promise<Arguments> {
  const { clinic, here } = api;
  const provider = await clinic.actor(['PROVIDER']);
  const opened = await clinic.as(provider, (tx) =>
    openVial(tx, { idempotencyKey: randomUUID(), stockId: here.stockId }),
  );
  const sessionId = opened['session']?.[0] ?? '';
  const used = await clinic.as(provider, (tx) =>
    useVial(tx, { idempotencyKey: randomUUID(), sessionId, patientId: here.patientId, doses: '1' }),
  );
  if (name === 'Mutation.reverseVialUsage') return { usageId: used['usage']?.[0] ?? '' };
  return name === 'Mutation.recordWaste' ? { sessionId, stockId: null } : { sessionId };
}
