import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQueues } from '../../src/jobs/queues.ts';
import { relayBatch } from '../../src/jobs/outbox-relay.ts';
import { runJob } from '../../src/jobs/run-job.ts';
import { purgeJob } from '../../src/jobs/purge.ts';
import { startOtlp } from '../../src/observe/otlp.ts';
import { openApi, type TestApi } from '../abuse/api.ts';
import { codeOf } from '../server/small-server.ts';
import { attributeOf, startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from './otlp-receiver.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

/** What arrives at a receiver of what is done meanwhile. */
async function traced(work: () => Promise<unknown>): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver();
  const exporting = startOtlp({
    endpoint: receiver.url,
    serviceName: 'lotkeeper-test',
    version: '0',
    onError: (words) => expect.unreachable(words),
  });
  await work();
  await exporting.close();
  await receiver.stop();
  return receiver;
}

function only(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [found, ...others] = spans.filter((span) => span.name === name);
  if (found === undefined || others.length > 0) throw new Error(`not one ${name}: ${spans.map((s) => s.name).join()}`);
  return found;
}

const childrenOf = (spans: readonly ReceivedSpan[], parent: ReceivedSpan) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);

const dispense = 'mutation Zebulonka($input: DispenseInput!) { dispense(input: $input) { records { id quantity } } }';

describe('a request', () => {
  test('goes on the trace of its caller; transaction and statements lie beneath it; nothing tells a value', async () => {
    const [traceId, callerId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const { locationId, productId, patientId } = api.here;
    const input = { idempotencyKey: randomUUID(), locationId, patientId, lines: [{ productId, quantity: '1.2345' }] };
    const { token, id } = api.people.PHARMACIST;
    const receiver = await traced(async () => {
      const answer = await api.ask(token, dispense, { input }, { traceparent: `00-${traceId}-${callerId}-01` });
      expect(codeOf(answer)).toBeUndefined();
    });
    const spans = receiver.spans();
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const request = only(spans, 'mutation dispense');
    expect(request.parentSpanId).toBe(callerId);
    const transaction = only(spans, 'transaction');
    expect(transaction.parentSpanId).toBe(request.spanId);
    const statements = childrenOf(spans, transaction).map(({ name }) => name);
    expect(statements.length).toBeGreaterThanOrEqual(2);
    expect(statements.join()).toMatch(/INSERT inventory\.inventory_transaction|UPDATE inventory\.stock/);
    for (const value of [input.idempotencyKey, locationId, productId, patientId, id, token, '1.2345', 'Zebulonka']) {
      expect(receiver.bodies()).not.toContain(value);
    }
  });

  test('without a caller’s trace has one of its own, and the loaders’ statements lie in it', async () => {
    const receiver = await traced(() =>
      api.ask(api.people.MANAGER.token, '{ stocks(first: 2) { nodes { id product { name } lot { lotCode } } } }'),
    );
    const spans = receiver.spans();
    const request = only(spans, 'query stocks');
    expect(request.parentSpanId).toBeUndefined();
    expect(childrenOf(spans, request).length).toBeGreaterThanOrEqual(3);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('that is refused names the code; a header that is no trace is left alone', async () => {
    const { locationId, productId } = api.here;
    const input = { idempotencyKey: randomUUID(), locationId, lines: [{ productId, quantity: '100000' }] };
    const receiver = await traced(() =>
      api.ask(api.people.PHARMACIST.token, dispense, { input }, { traceparent: "00-'; DROP TABLE-01" }),
    );
    const request = only(receiver.spans(), 'mutation dispense');
    expect(attributeOf(request, 'lotkeeper.refusal')).toBe('INSUFFICIENT_INVENTORY');
    expect(request.parentSpanId).toBeUndefined();
    expect(receiver.bodies()).not.toContain('DROP TABLE');
  });

  test('whose statement fails tells its code, and none of the database’s words', async () => {
    const { owner } = api.clinic;
    await owner.query(`ALTER TABLE people.patient ADD CONSTRAINT unlucky CHECK (address IS NULL) NOT VALID`);
    const document = 'mutation ($input: PatientInput!) { createPatient(input: $input) { patient { id } } }';
    const input = { firstName: 'Zebulonka', lastName: 'Quixwarth', birthDate: '1957-03-09', address: 'Canarygasse 7' };
    const receiver = await traced(async () => {
      expect(codeOf(await api.ask(api.people.PROVIDER.token, document, { input }))).toBe('INTERNAL');
    });
    await owner.query('ALTER TABLE people.patient DROP CONSTRAINT unlucky');
    const failed = receiver.spans().filter((span) => attributeOf(span, 'error.type') === '23514');
    expect(failed.map(({ name }) => name)).toContain('transaction');
    expect(receiver.bodies()).not.toMatch(/zebulonka|quixwarth|1957-03-09|canarygasse/i);
  });

  test('is answered while the receiver is away', async () => {
    const complaints: string[] = [];
    const exporting = startOtlp({
      endpoint: 'http://127.0.0.1:1',
      serviceName: 'lotkeeper-test',
      version: '0',
      onError: (words) => complaints.push(words),
    });
    expect(codeOf(await api.ask(api.people.MANAGER.token, '{ me { id } }'))).toBeUndefined();
    await exporting.close();
    expect(complaints.join()).toContain('ECONNREFUSED');
  });
});

describe('a worker', () => {
  const runner = () => ({
    db: api.clinic.db,
    logger: pino({ level: 'silent' }),
    committed: () => undefined,
    stopping: new AbortController().signal,
  });

  test('has a trace for each run of a job, and for each batch that is relayed', async () => {
    const queues = openQueues({ directUrl: api.clinic.database.appUrl, redisUrl: null, onError: () => undefined });
    await api.clinic.owner.query('UPDATE ops.outbox SET sent_at = now()');
    await api.clinic.owner.query(`INSERT INTO ops.outbox (id, topic, payload) VALUES ($1, 'patient.changed', '{}')`, [
      randomUUID(),
    ]);
    const receiver = await traced(async () => {
      await runJob(purgeJob, { id: 'traced', isLastAttempt: true }, runner());
      await relayBatch(api.clinic.db, { queues });
      await relayBatch(api.clinic.db, { queues });
    });
    await queues.close();
    const spans = receiver.spans();
    const run = only(spans, 'job purge');
    const transactions = childrenOf(spans, run);
    expect(transactions.map(({ name }) => name)).toContain('transaction');
    const relay = only(spans, 'relay');
    expect(relay.traceId).not.toBe(run.traceId);
    expect(childrenOf(spans, relay).map(({ name }) => name)).toContain('UPDATE ops.outbox');
    expect(spans.filter(({ traceId }) => traceId !== run.traceId && traceId !== relay.traceId)).toEqual([]);
  });
});

test('OpenTelemetry is loaded only by the one file that is loaded only where traces are asked for', async () => {
  const root = path.resolve(import.meta.dirname, '../../src');
  const importers: string[] = [];
  for (const file of await readdir(root, { recursive: true })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    const source = await readFile(path.join(root, file), 'utf8');
    if (/from '@opentelemetry/.test(source)) importers.push(file);
    expect(source, file).not.toMatch(/^import [^;]*\/otlp\.ts'/m);
  }
  expect(importers).toEqual(['observe/otlp.ts']);
});
