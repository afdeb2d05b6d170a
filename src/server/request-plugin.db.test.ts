import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addPatient,
  addUser,
  ask,
  codeOf,
  startSmallServer,
  type SmallServer,
} from '../../test/server/small-server.ts';
import type { Role } from '../actor.ts';

let server: SmallServer;
beforeAll(async () => {
  server = await startSmallServer();
});
afterAll(async () => {
  await server.stop();
});

async function signedIn(...roles: Role[]): Promise<{ id: string; token: string }> {
  const id = await addUser(server.db, roles);
  return { id, ...(await server.identity.signToken({ id })) };
}

const accessRows = (requestId: string) =>
  server.db.query<unknown[]>(
    'SELECT actor_id, patient_id, operation FROM audit.phi_access_log WHERE request_id = $1 ORDER BY patient_id',
    [requestId],
  );
const refusalRows = (actorId: string) =>
  server.db.query<unknown[]>(
    `SELECT entity_id, action, after, request_id FROM audit.audit_entry WHERE entity = 'refusal' AND actor_id = $1 ORDER BY occurred_at, id`,
    [actorId],
  );

describe('patient data', () => {
  const query = 'query($a: String!, $b: String!) { a: patient(id: $a) again: patient(id: $a) b: patient(id: $b) }';

  test('leaves after its access rows are committed: one for each patient, with who and in which request', async () => {
    const { id, token } = await signedIn('PHARMACIST');
    const [a, b] = [await addPatient(server.db), await addPatient(server.db)].sort();
    const requestId = `phi-${randomUUID()}`;
    const answer = await ask(server, { query, variables: { a, b }, token, headers: { 'x-request-id': requestId } });
    expect(answer.data).toEqual({ a: 'Ada Canary', again: 'Ada Canary', b: 'Ada Canary' });
    const operation = 'patient,patient,patient';
    expect(await accessRows(requestId)).toEqual([
      { actor_id: id, patient_id: a, operation },
      { actor_id: id, patient_id: b, operation },
    ]);
  });

  test('stays here when its access cannot be logged, and neither answer nor log holds it', async () => {
    const { token } = await signedIn('PHARMACIST');
    const requestId = `phi-${randomUUID()}`;
    const unknown = randomUUID();
    const known = await addPatient(server.db);
    const variables = { a: known, b: unknown };
    for (let round = 0; round < 2; round += 1) {
      const answer = await ask(server, { query, variables, token, headers: { 'x-request-id': requestId } });
      expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
      expect(answer.data).toBeUndefined();
      expect(JSON.stringify(answer)).not.toContain('Canary');
    }
    expect(await accessRows(requestId)).toEqual([]);
    expect(server.logs()).toContain('patient data withheld');
    expect(server.logs()).not.toContain('Canary');
  });

  test('is on record under the field that showed it, also where that stands in a fragment', async () => {
    const { id, token } = await signedIn('PHARMACIST');
    const a = await addPatient(server.db);
    const requestId = `phi-${randomUUID()}`;
    const within =
      'query($a: String!) { ...one } fragment one on Query { ping ... on Query { ...two } } fragment two on Query { a: patient(id: $a) }';
    await ask(server, { query: within, variables: { a }, token, headers: { 'x-request-id': requestId } });
    expect(await accessRows(requestId)).toEqual([{ actor_id: id, patient_id: a, operation: 'ping,patient' }]);
  });

  test('is not shown to another role, nor to nobody, and leaves no row', async () => {
    const a = await addPatient(server.db);
    const requestId = `phi-${randomUUID()}`;
    const { token } = await signedIn('ANALYST');
    const headers = { 'x-request-id': requestId };
    expect(codeOf(await ask(server, { query, variables: { a, b: a }, token, headers }))).toBe('FORBIDDEN');
    expect(codeOf(await ask(server, { query, variables: { a, b: a }, headers }))).toBe('UNAUTHENTICATED');
    expect(await accessRows(requestId)).toEqual([]);
  });
});

describe('refusals of a known user', () => {
  test('leave a row: the field, the code, the figures, the request', async () => {
    const { id, token } = await signedIn('TECHNICIAN');
    const requestId = `refused-${randomUUID()}`;
    await ask(server, { query: '{ mine: secretThing refuse ping }', token, headers: { 'x-request-id': requestId } });
    const request_id = requestId;
    expect(await refusalRows(id)).toEqual(
      expect.arrayContaining([
        { entity_id: 'secretThing', action: 'FORBIDDEN', after: { roles: ['MANAGER', 'ADMIN'] }, request_id },
        {
          entity_id: 'refuse',
          action: 'INSUFFICIENT_INVENTORY',
          after: { available: '3', requested: '5' },
          request_id,
        },
      ]),
    );
    expect(await refusalRows(id)).toHaveLength(2);
  });

  test('leave it under the name of the field from within a fragment too, whatever the caller calls it there', async () => {
    const { id, token } = await signedIn('TECHNICIAN');
    const alias = Array.from({ length: 300 }, () => `a${randomUUID().replaceAll('-', '')}`).join('');
    await ask(server, { query: `{ ...more } fragment more on Query { ${alias}: refuse AdaCanary: refuse }`, token });
    expect(await refusalRows(id)).toMatchObject([{ entity_id: 'refuse' }, { entity_id: 'refuse' }]);
  });

  test('passing conditions, malformed requests and faults leave none', async () => {
    const { id, token } = await signedIn('TECHNICIAN');
    for (const query of [
      '{ busy }',
      '{ crash }',
      '{ nothing }',
      '{ boxes(first: 99999) { nodes { name } } }',
      '{ missing }',
    ]) {
      expect(codeOf(await ask(server, { query, token }))).toBeDefined();
    }
    expect(await refusalRows(id)).toEqual([]);
  });

  test('are recorded thirty times a minute at most, and answered all the same', async () => {
    const { id, token } = await signedIn('TECHNICIAN');
    const query = `{ ${Array.from({ length: 20 }, (_, index) => `r${index}: refuse`).join(' ')} }`;
    for (let round = 0; round < 3; round += 1) expect((await ask(server, { query, token })).errors).toHaveLength(20);
    expect(await refusalRows(id)).toHaveLength(30);
  });
});

test('the log calls an operation and a field by our names: those that the caller has given them are free text', async () => {
  const { token } = await signedIn('TECHNICIAN');
  const requestId = `fault-${randomUUID()}`;
  const query = 'query AdaCanary { ofAdaCanary: crash ...more } fragment more on Query { alsoOfAdaCanary: crash }';
  const answer = await ask(server, { query, token, headers: { 'x-request-id': requestId } });
  expect(answer.errors).toHaveLength(2);
  const lines = server
    .logs()
    .split('\n')
    .filter((line) => line.includes(requestId) && line.includes('request failed'));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('"operation":"several","field":"crash"');
  expect(lines.join('')).not.toContain('AdaCanary');
});

test('a token that is not good refuses the whole request, also what is public', async () => {
  for (const token of ['a.b.c', 'x']) {
    expect(await ask(server, { query: '{ ping }', token })).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  }
});

test('without its database the server goes on answering: refusals as they are, the rest as passing conditions', async () => {
  const lonely = await startSmallServer();
  const id = await addUser(lonely.db, ['TECHNICIAN']);
  const { token } = await lonely.identity.signToken({ id });
  expect(await ask(lonely, { query: '{ ping }', token })).toMatchObject({ status: 200 });
  lonely.cutDatabase();
  expect(codeOf(await ask(lonely, { query: '{ refuse }', token }))).toBe('INSUFFICIENT_INVENTORY');
  expect(lonely.logs()).toContain('a refusal could not be recorded');
  lonely.identity.forgetActor(id);
  for (let round = 0; round < 2; round += 1) {
    const answer = await ask(lonely, { query: '{ ping }', token });
    expect(answer).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', context: { retryable: true } } }],
    });
  }
  expect(await ask(lonely, { query: '{ ping }' })).toMatchObject({ status: 200 });
  await lonely.stop();
});
