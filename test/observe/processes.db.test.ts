/** Real processes, as an operator runs them: what they tell of themselves, also while their database is away. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { TestClinic } from '../clinic.ts';
import { startApi, tokenFor } from '../live/api-process.ts';
import { cuttable } from '../server/cuttable.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { program } from '../program.ts';

let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const waits = { timeout: 40_000, interval: 100 };
/** Processes take their time to begin and, without a database, to end. */
const patience = 120_000;

interface WorkerProcess {
  readonly metricsUrl: string;
  stop(): Promise<number | null>;
}

async function startWorker(databaseUrl: string): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [program, 'worker'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      LOG_LEVEL: 'fatal',
      DATABASE_URL: databaseUrl,
      METRICS_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    metricsUrl: await metricsUrlOf(child),
    async stop() {
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

async function metricsUrlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('It has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /(http:\/\/\S+)\/metrics/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('It ended before it said where its metrics are');
}

async function get(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

test(
  'a worker tells of its jobs, its queues and the outbox; without a database it is not ready and still answers',
  { timeout: patience },
  async () => {
    const wire = await cuttable(clinic.database.appUrl);
    const worker = await startWorker(wire.url);
    await vi.waitFor(async () => {
      const { status, text } = await get(`${worker.metricsUrl}/metrics`);
      expect(status).toBe(200);
      expect(text).toMatch(/^lotkeeper_job_duration_seconds_count\{job_name="expire-reservations"\} [1-9]/m);
      expect(text).toMatch(/^lotkeeper_queue_jobs\{queue="maintenance",state="waiting"\} \d/m);
      expect(text).toMatch(/^lotkeeper_outbox_unsent \d/m);
      expect(text).toMatch(/^lotkeeper_pool_connections\{pool="lotkeeper-worker",state="total"\} [1-9]/m);
    }, waits);
    expect(await get(`${worker.metricsUrl}/readyz`)).toEqual({ status: 200, text: '{"status":"ready"}' });
    wire.cut();
    await vi.waitFor(async () => {
      const { status, text } = await get(`${worker.metricsUrl}/metrics`);
      expect(status).toBe(200);
      for (const source of ['outbox', 'queues']) expect(text).toContain(`lotkeeper_source_up{source="${source}"} 0`);
      expect(text).not.toMatch(/^lotkeeper_(outbox|queue_jobs)/m);
      expect(text).toContain('process_resident_memory_bytes');
    }, waits);
    expect(await get(`${worker.metricsUrl}/readyz`)).toMatchObject({ status: 503 });
    expect(await get(`${worker.metricsUrl}/livez`)).toEqual({ status: 200, text: '{"status":"live"}' });
    expect(await worker.stop()).toBe(0);
  },
);

test('an API sends its traces and logs its slow statements where it is told to', { timeout: patience }, async () => {
  const receiver = await startOtlpReceiver();
  const { id } = await clinic.actor(['ADMIN']);
  const api = await startApi({
    databaseUrl: clinic.database.appUrl,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, SLOW_STATEMENT_MS: '1', LOG_LEVEL: 'warn' },
  });
  const holder = await clinic.owner.connect();
  await holder.query('BEGIN');
  await holder.query('LOCK TABLE people.location IN ACCESS EXCLUSIVE MODE');
  const answer = fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await tokenFor(id)}` },
    body: JSON.stringify({ query: '{ locations { id name } }' }),
  });
  await vi.waitFor(async () => {
    const { waiting } = await clinic.one<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_locks l JOIN pg_database d ON d.oid = l.database
       WHERE l.relation = 'people.location'::regclass AND NOT l.granted AND d.datname = current_database()`,
    );
    expect(waiting).toBe(1);
  }, waits);
  await holder.query('ROLLBACK');
  holder.release();
  expect(await (await answer).json()).not.toHaveProperty('errors');
  await vi.waitFor(() => {
    expect(api.lastWords()).toContain('"msg":"slow statement"');
  }, waits);
  expect(await api.stop()).toBe(0);
  const names = receiver.spans().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['query locations', 'SELECT people.location']));
  expect(receiver.bodies()).toContain('lotkeeper-api');
  await receiver.stop();
});
