import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { TerminalError, type Job } from './job.ts';
import { startWorkers } from './workers.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

test('workers begin and end while Redis is away', async () => {
  const workers = await startWorkers({
    db: clinic.db,
    directUrl: clinic.database.appUrl,
    redisUrl: 'redis://127.0.0.1:1',
    logger: pino({ level: 'silent' }),
  });
  await workers.close();
});

test('a job that fails is told in the log by its name, and its run says why; what no attempt can mend is not tried again', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => lines.push(line) });
  const failing = (name: string, error: Error): Job => ({
    name,
    queue: 'maintenance',
    schedule: { words: 'every hour', everyMs: 3_600_000 },
    handle: () => Promise.reject(error),
  });
  const jobs = [
    failing('passing', new Error('the shop is closed')),
    failing('hopeless', new TerminalError('no such shop')),
  ];
  const workers = await startWorkers({
    db: clinic.db,
    directUrl: clinic.database.appUrl,
    redisUrl: null,
    logger,
    jobs,
  });
  const run = (name: string) =>
    clinic.one(
      'SELECT state, error, attempt > 0 AS tried FROM ops.job_run WHERE name = $1 ORDER BY requested_at LIMIT 1',
      [name],
    );
  await vi.waitFor(
    async () => {
      expect(await run('hopeless')).toEqual({ state: 'FAILED', error: 'no such shop', tried: true });
      expect(await run('passing')).toMatchObject({ error: 'the shop is closed', tried: true });
    },
    { timeout: 15_000, interval: 20 },
  );
  const told = lines.map((line): unknown => JSON.parse(line));
  expect(told).toContainEqual(
    expect.objectContaining({ job: 'passing', msg: 'job failed', level: 50, isTerminal: false }),
  );
  expect(told).toContainEqual(expect.objectContaining({ job: 'hopeless', msg: 'job failed', isTerminal: true }));
  await workers.close();
});
