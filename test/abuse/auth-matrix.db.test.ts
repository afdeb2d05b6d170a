/** Every query and mutation, asked by nobody and by each role, for the caller's own location and for another. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles, type Role } from '../../src/actor.ts';
import { buildApiSchema } from '../../src/resolvers/build-schema.ts';
import { fingerprint, openApi, type Place, type TestApi } from './api.ts';
import { codeOf, type Answer } from '../server/small-server.ts';
import { expectationOf, mayCall } from './expectations.ts';
import { documentOf, rootFields, type Arguments, type RootField } from './walk.ts';

const fields = rootFields(buildApiSchema());
const callers: readonly (Role | null)[] = [null, ...roles];
/** What a call that got past the door may be answered: never that it was malformed, or that its own things are missing. */
const stopped = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'INTERNAL',
  'SERVICE_UNAVAILABLE',
  'SERVER_BUSY',
];
let api: TestApi;
let cells = 0;

beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  process.stdout.write(`auth matrix: ${cells} cells\n`);
  await api.close();
});

/** Locations are made on the way. */
async function tokenOf(name: string, role: Role | null): Promise<string | null> {
  if (role === null) return null;
  const { everywhere, fromProvider } = expectationOf(name);
  if (fromProvider === true) {
    const person = await api.person([role]);
    await api.clinic.owner.query('UPDATE people."user" SET password_hash = NULL WHERE id = $1', [person.id]);
    return person.token;
  }
  if (everywhere !== true) return api.people[role].token;
  const places = await api.clinic.all<{ id: string }>('SELECT id FROM people.location');
  const overseer = await api.person(
    [role],
    places.map(({ id }) => id),
  );
  return overseer.token;
}

async function call(root: RootField, role: Role | null, args: Arguments): Promise<Answer> {
  return api.ask(await tokenOf(root.name, role), documentOf(api.schema, root, args), args);
}

describe.each(fields.map((root) => [root.name, root] as const))('%s', (name, root) => {
  test('is refused to whom it should, and changes nothing then', async () => {
    const before = await fingerprint(api.clinic.owner);
    for (const at of [api.here, api.elsewhere]) {
      for (const role of callers.filter((each) => !mayCall(name, each))) {
        const args = expectationOf(name).args(at);
        const token = role === null ? null : api.people[role].token;
        const answer = await api.ask(token, documentOf(api.schema, root, args), args);
        expect(codeOf(answer), `${name} by ${role ?? 'nobody'}`).toBe(role === null ? 'UNAUTHENTICATED' : 'FORBIDDEN');
        expect(answer.data?.[root.field.name] ?? null).toBeNull();
        cells += 1;
      }
    }
    expect(await fingerprint(api.clinic.owner)).toEqual(before);
  });

  test('is open to whom it should, at the own location', async () => {
    for (const role of callers.filter((each) => mayCall(name, each))) {
      const answer = await call(root, role, expectationOf(name).args(api.here));
      expect(stoppers(answer), `${name} by ${role ?? 'nobody'}`).toEqual([]);
      expect(JSON.stringify(answer.data ?? null)).not.toMatch(namesOf(api.elsewhere));
      cells += 1;
    }
  });

  test('answers for another location as for what does not exist', async () => {
    const { scope, args } = expectationOf(name);
    const before = await fingerprint(api.clinic.owner);
    for (const role of callers.filter((each) => mayCall(name, each))) {
      if (scope === 'ORGANISATION') {
        expect(stoppers(await call(root, role, args(api.elsewhere))), `${name} by ${role ?? 'nobody'}`).toEqual([]);
      } else {
        const answer = await call(root, role, args(api.elsewhere));
        const missing = await call(root, role, args(nowhere(api.elsewhere)));
        expect(withoutIds(answer), `${name} by ${role ?? 'nobody'}`).toEqual(withoutIds(missing));
      }
      cells += 1;
    }
    if (scope !== 'ORGANISATION') expect(await fingerprint(api.clinic.owner)).toEqual(before);
  });
});

test('a recall is closed by who works at every place, and by nobody else', async () => {
  const root = fields.find(({ name }) => name === 'Mutation.closeRecall');
  if (root === undefined) throw new Error('No recall can be closed');
  const args = expectationOf(root.name).args(api.here);
  const before = await fingerprint(api.clinic.owner);
  const answer = await api.ask(api.people.MANAGER.token, documentOf(api.schema, root, args), args);
  expect(codeOf(answer)).toBe('FORBIDDEN');
  expect(await fingerprint(api.clinic.owner)).toEqual(before);
});

test('a refusal to a known user is on record', async () => {
  const { clinic } = api;
  // A new one: only so many refusals a minute are put on record for each person.
  const analyst = await api.person(['ANALYST']);
  await api.ask(analyst.token, '{ users { id } }');
  const { count } = await clinic.one<{ count: string }>(
    `SELECT count(*) FROM audit.audit_entry WHERE entity = 'refusal' AND entity_id = 'users' AND action = 'FORBIDDEN' AND actor_id = $1`,
    [analyst.id],
  );
  expect(Number(count)).toBe(1);
});

/**
 * Below the root field, FORBIDDEN is a matter of patients' data, which has tests of its own. A listing that is gone is
 * missed by who came after the first. Who has not asked for a transfer and is no MANAGER is told that it is not theirs to
 * cancel.
 */
function stoppers({ errors = [] }: Answer): unknown[] {
  return errors.filter(({ path = [], extensions: { code, context } }) => {
    if (code === 'FORBIDDEN') return path.length <= 1 && context['requestedBy'] === undefined;
    return stopped.includes(code) && context['what'] !== 'listing';
  });
}

/** The same things, of a place that does not exist; the organisation's own stay. */
function nowhere(at: Place): Place {
  const [locationId, storageUnitId, stockId, lotId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  return {
    ...at,
    locationId,
    storageUnitId,
    stockId,
    lotId,
    reservationId: randomUUID(),
    dispenseRecordId: randomUUID(),
    alertId: randomUUID(),
    sessionId: randomUUID(),
    usageId: randomUUID(),
    countId: randomUUID(),
    countLineId: randomUUID(),
    recallId: randomUUID(),
    transferId: randomUUID(),
    incomingId: randomUUID(),
    incomingLineId: randomUUID(),
  };
}

/** Lots and the names of places belong to the organisation; what lies there does not. */
function namesOf(at: Place): RegExp {
  const { storageUnitId, stockId, reservationId, dispenseRecordId, alertId, sessionId, usageId } = at;
  const { countId, countLineId, transferId, incomingId, incomingLineId } = at;
  const ids = [storageUnitId, stockId, reservationId, dispenseRecordId, alertId, sessionId, usageId];
  ids.push(countId, countLineId, transferId, incomingId, incomingLineId);
  return new RegExp(ids.join('|'));
}

function withoutIds({ status, data, errors }: Answer): unknown {
  const text = JSON.stringify({ status, data, errors });
  const alike = text
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'an id')
    // The one figure that tells when it was asked for.
    .replace(/"lastCalculatedAt":"[^"]*"/g, '"lastCalculatedAt":"a moment ago"');
  return JSON.parse(alike);
}
