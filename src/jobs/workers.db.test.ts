import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDataSource } from '../../ormconfig.ts';
import { TestClinic } from '../../test/clinic.ts';
import { openQueues } from './queues.ts';
import { startSchedule } from './schedule.ts';
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

test('a job that fails is told in the log, by its name', async () => {
  const lines: string[] = [];
  const logger = pino({}, { write: (line) => lines.push(line) });
  const away = await createDataSource(clinic.database.appUrl).initialize();
  await away.destroy();
  const queues = openQueues({ directUrl: clinic.database.appUrl, redisUrl: null, onError: () => undefined });
  const maintenance = startSchedule(away, queues, logger);
  await queues.queue('maintenance').add('purge', {}, { jobId: randomUUID() });
  await vi.waitFor(
    () => {
      const told = lines.map((line): unknown => JSON.parse(line));
      expect(told).toContainEqual(expect.objectContaining({ job: 'purge', msg: 'job failed', level: 50 }));
    },
    { timeout: 15_000, interval: 20 },
  );
  maintenance.close();
  await queues.close();
});
