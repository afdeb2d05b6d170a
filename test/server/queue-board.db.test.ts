import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { addUser, startSmallServer, type SmallServer } from './small-server.ts';
import type { Role } from '../../src/actor.ts';
import { queueNames } from '../../src/jobs/job.ts';
import { openQueues, type Queues } from '../../src/jobs/queues.ts';

let server: SmallServer;
let queues: Queues;
let opened = 0;

beforeAll(async () => {
  server = await startSmallServer({
    server: {
      openQueues: () => {
        opened += 1;
        return queueNames.map((name) => queues.queue(name));
      },
    },
  });
  queues = openQueues({ directUrl: server.databaseUrl, redisUrl: null, onError: () => undefined });
});
afterAll(async () => {
  await queues.close();
  await server.stop();
});

const tokenOf = async (...roles: Role[]) => {
  const id = await addUser(server.db, roles);
  return { id, token: (await server.identity.signToken({ id })).token };
};
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { redirect: 'manual', headers });
const signIn = (token: string) =>
  fetch(`${server.url}/queues/sign-in`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ token }) });
const cookieOf = (answer: Response) => answer.headers.get('set-cookie') ?? '';

test('whoever is not an ADMIN sees the sign-in and nothing else, and no queue is opened for them', async () => {
  const manager = await tokenOf('MANAGER', 'PHARMACIST');
  for (const cookie of ['', `lotkeeper_queues=${manager.token}`, 'lotkeeper_queues=nonsense']) {
    for (const path of [
      '/queues',
      '/queues/',
      '/queues/queue/alerts',
      '/queues/api/queues',
      '/queues/static/js/main.js',
    ]) {
      const answer = await get(path, { cookie });
      expect([path, answer.status, answer.headers.get('location')]).toEqual([path, 302, '/queues/sign-in']);
    }
  }
  const form = await get('/queues/sign-in');
  expect([form.status, await form.text()]).toEqual([200, expect.stringContaining('Token')]);
  for (const token of [manager.token, '', 'nonsense']) {
    const refused = await signIn(token);
    expect([refused.status, cookieOf(refused)]).toEqual([403, '']);
  }
  for (const token of [5, { toString: 1 }, ['x']]) {
    const headers = { 'content-type': 'application/json' };
    const odd = await fetch(`${server.url}/queues/sign-in`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token }),
    });
    expect([token, odd.status]).toEqual([token, 403]);
  }
  expect(opened).toBe(0);
});

test('a bearer token alone opens nothing: a page of another site could not be told from ours', async () => {
  const { token } = await tokenOf('ADMIN');
  expect((await get('/queues/api/queues', { authorization: `Bearer ${token}` })).status).toBe(302);
});

test('an ADMIN sees what failed and why, tries it again, and that is on record', async () => {
  const { id, token } = await tokenOf('ADMIN');
  const answer = await signIn(token);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/queues']);
  expect(cookieOf(answer)).toMatch(/^lotkeeper_queues=[^;]+; Path=\/queues; HttpOnly; SameSite=Strict$/);
  const cookie = cookieOf(answer).split(';')[0] ?? '';
  const page = await get('/queues/', { cookie });
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('Lotkeeper');
  expect(html).not.toContain('https:');

  const jobId = randomUUID();
  let attempts = 0;
  queues.work('maintenance', async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('the shop is closed');
  });
  await queues.queue('maintenance').add('purge', {}, { jobId, attempts: 1 });
  await vi.waitFor(
    async () => {
      const listed = await get('/queues/api/queues?activeQueue=maintenance&status=failed&page=1', { cookie });
      expect(await listed.text()).toContain('the shop is closed');
    },
    { timeout: 10_000 },
  );
  const retried = await fetch(`${server.url}/queues/api/queues/maintenance/${jobId}/retry`, {
    method: 'PUT',
    headers: { cookie },
  });
  expect(retried.status).toBe(204);
  await vi.waitFor(
    () => {
      expect(attempts).toBe(2);
    },
    { timeout: 10_000 },
  );
  const recorded = await server.db.query<unknown[]>(
    `SELECT entity_id, action FROM audit.audit_entry WHERE actor_id = $1 AND entity = 'queue'`,
    [id],
  );
  expect(recorded).toEqual([{ entity_id: `/queues/api/queues/maintenance/${jobId}/retry`, action: 'PUT' }]);
  expect(opened).toBe(1);
});

test('who is an ADMIN no more is out', async () => {
  const { id, token } = await tokenOf('ADMIN');
  const cookie = cookieOf(await signIn(token)).split(';')[0] ?? '';
  expect((await get('/queues/api/queues', { cookie })).status).toBe(200);
  await server.db.query('UPDATE people."user" SET active = false WHERE id = $1', [id]);
  server.identity.forgetActor(id);
  expect((await get('/queues/api/queues', { cookie })).status).toBe(302);
});

test('what goes wrong on the board is in the log, and shows nothing of the inside', async () => {
  const { token } = await tokenOf('ADMIN');
  const cookie = cookieOf(await signIn(token)).split(';')[0] ?? '';
  const answer = await fetch(`${server.url}/queues/api/queues/maintenance/add`, {
    method: 'POST',
    headers: { cookie },
  });
  expect(answer.status).toBe(500);
  const requestId = answer.headers.get('x-request-id') ?? '';
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'INTERNAL', context: { requestId } } }] });
  expect(server.logs()).toMatch(new RegExp(`"error".*"${requestId}".*"request failed"`));
});
