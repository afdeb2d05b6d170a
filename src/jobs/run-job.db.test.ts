import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { Refusal } from '../refusal.ts';
import { TerminalError, type Job } from './job.ts';
import { recordDead, runJob } from './run-job.ts';

let clinic: TestClinic;
let name: string;
const nothing = () => undefined;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
beforeEach(() => {
  name = `test-${randomUUID()}`;
});
afterAll(() => clinic.close());

const run = (handle: Job['handle'], { id = 'a', isLastAttempt = false } = {}) =>
  runJob(
    { name, queue: 'alerts', schedule: { words: 'never' }, handle },
    { id: name + id, isLastAttempt },
    { db: clinic.db, logger: pino({ level: 'silent' }), committed: nothing, stopping: new AbortController().signal },
  );
const runs = () =>
  clinic.all('SELECT state, attempt, error, result FROM ops.job_run WHERE name = $1 ORDER BY requested_at', [name]);

test('an attempt that fails is recorded and left to the next one; the last one is the end', async () => {
  const fail = () => Promise.reject(new Error('the shop is closed'));
  await expect(run(fail)).rejects.toThrow('the shop is closed');
  expect(await runs()).toEqual([{ state: 'WAITING', attempt: 1, error: 'the shop is closed', result: null }]);
  await expect(run(fail, { isLastAttempt: true })).rejects.toThrow('the shop is closed');
  expect(await runs()).toEqual([{ state: 'FAILED', attempt: 2, error: 'the shop is closed', result: null }]);
  await run(async () => ({ bought: 3 }));
  expect(await runs()).toEqual([{ state: 'COMPLETED', attempt: 3, error: null, result: { bought: 3 } }]);
});

test.each([
  ['what says so', new TerminalError('no such shop'), 'UnrecoverableError'],
  ['a refusal', new Refusal('NOT_FOUND', 'no such shop'), 'UnrecoverableError'],
  ['a refusal that says it passes', new Refusal('LOCK_TIMEOUT', 'no such shop'), 'Error'],
  ['anything else', new Error('no such shop'), 'Error'],
])('%s tells whether the queue tries again', async (_what, error, thrown) => {
  await expect(run(() => Promise.reject(error))).rejects.toMatchObject({ name: thrown, message: 'no such shop' });
  expect(await runs()).toMatchObject([{ state: thrown === 'Error' ? 'WAITING' : 'FAILED' }]);
});

test('of the database’s words, which may repeat a row’s values, neither the record nor the queue gets any', async () => {
  const failing = run(async ({ db }) => {
    await db.query(`SELECT 'Jane Example'::uuid`);
    return {};
  });
  await expect(failing).rejects.toMatchObject({ message: 'The database refused: 22P02' });
  expect(await runs()).toMatchObject([{ error: 'The database refused: 22P02' }]);
});

test('a worker that was thought lost has no say over the one that has taken its job', async () => {
  await expect(
    run(async () => {
      await run(async () => ({ by: 'the other' }));
      throw new Error('the connection was lost');
    }),
  ).rejects.toThrow('the connection was lost');
  expect(await runs()).toEqual([{ state: 'COMPLETED', attempt: 2, error: null, result: { by: 'the other' } }]);
});

test('a job that the queue has given up by itself is recorded, whether a run of it had begun or not', async () => {
  await expect(run(() => Promise.reject(new Error('the worker was killed')), { id: 'begun' })).rejects.toThrow();
  await recordDead(clinic.db, { id: `${name}begun`, name }, new Error('it took its workers with it'));
  await recordDead(clinic.db, { id: `${name}never`, name }, new Error('nobody knows it'));
  expect(await runs()).toEqual([
    { state: 'FAILED', attempt: 1, error: 'it took its workers with it', result: null },
    { state: 'FAILED', attempt: 0, error: 'nobody knows it', result: null },
  ]);
});

test('what is done stays done', async () => {
  await run(async () => ({ bought: 3 }));
  await recordDead(clinic.db, { id: `${name}a`, name }, new Error('late'));
  expect(await runs()).toMatchObject([{ state: 'COMPLETED', error: null }]);
});
