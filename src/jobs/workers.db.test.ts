import { pino } from 'pino';
import { createDataSource } from '../../ormconfig.ts';
import { cuttable } from '../../test/server/cuttable.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { poolOf } from '../db/prepared.ts';
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

test('a lost database is told of in one line, however many connections meet it', async () => {
  const wire = await cuttable(clinic.database.appUrl);
  const lines: string[] = [];
  const db = await createDataSource(wire.url).initialize();
  poolOf(db).on('error', () => undefined);
  const workers = await startWorkers({
    db,
    directUrl: wire.url,
    redisUrl: null,
    logger: pino({ level: 'warn' }, { write: (line) => lines.push(line) }),
    jobs: [],
  });
  await vi.waitFor(
    async () => {
      const found = await clinic.one<{ count: number }>(
        `SELECT count(*)::integer AS count FROM pg_stat_activity WHERE application_name = 'lotkeeper-queue' AND datname = current_database()`,
      );
      expect(found.count).toBeGreaterThanOrEqual(6);
    },
    { timeout: 15_000, interval: 20 },
  );
  wire.cut();
  await vi.waitFor(
    async () => {
      expect(lines.join('')).toContain('trying again');
      await expect(db.query('SELECT 1')).rejects.toThrow();
    },
    { timeout: 15_000, interval: 20 },
  );
  await wire.mend();
  await workers.close();
  await db.destroy();
  expect(lines).toHaveLength(1);
});
