import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer, ask } from '../../test/api.ts';
import { TestClinic } from '../../test/clinic.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

const runOf = '{ id name state progress startedAt finishedAt error result }';

test('who asks for a refresh can follow its run; other people see nothing of it, an ADMIN does', async () => {
  const manager = await clinic.actor(['MANAGER']);
  const asked = await answer<{ refreshStockMetrics: { jobId: string } }>(
    clinic,
    manager,
    'mutation { refreshStockMetrics { jobId } }',
  );
  const { jobId } = asked.refreshStockMetrics;
  const follow = async (roles: Parameters<TestClinic['actor']>[0]) => {
    const source = `query ($id: ID!) { job(id: $id) ${runOf} }`;
    return (await answer<{ job: unknown }>(clinic, await clinic.actor(roles), source, { id: jobId })).job;
  };
  const waiting = {
    id: jobId,
    name: 'refresh-stock-metrics',
    state: 'WAITING',
    progress: null,
    error: null,
    result: null,
  };
  const mine = await answer<{ job: unknown }>(clinic, manager, `query ($id: ID!) { job(id: $id) ${runOf} }`, {
    id: jobId,
  });
  expect(mine.job).toEqual({ ...waiting, startedAt: null, finishedAt: null });
  expect(await follow(['ADMIN'])).toMatchObject(waiting);
  expect(await follow(['MANAGER'])).toBeNull();
  expect(
    await clinic.all(
      `SELECT topic, payload FROM ops.outbox UNION ALL SELECT action, jsonb_build_object('by', actor_id) FROM audit.audit_entry WHERE entity_id = $1`,
      [jobId],
    ),
  ).toEqual([
    { topic: 'job.requested', payload: { name: 'refresh-stock-metrics', runId: jobId } },
    { topic: 'refreshStockMetrics', payload: { by: manager.id } },
  ]);
  expect(
    (await ask(clinic, await clinic.actor(['PHARMACIST']), 'mutation { refreshStockMetrics { jobId } }')).errors,
  ).toEqual(['FORBIDDEN refreshStockMetrics']);
});

test('an ADMIN sees each job with its last run, what waits and what failed', async () => {
  await clinic.owner.query(
    `INSERT INTO ops.job (name, queue, schedule, next_run_at) VALUES ('a', 'alerts', 'every minute', '2030-01-01T00:00:00Z'), ('b', 'alerts', 'every hour', NULL);
     INSERT INTO ops.job_run (id, name, queue_job_id, state, requested_at, started_at, finished_at, error) VALUES
       (gen_random_uuid(), 'a', '1', 'FAILED', now() - interval '2 hours', now() - interval '2 hours', now() - interval '2 hours', 'the shop is closed'),
       (gen_random_uuid(), 'a', '2', 'FAILED', now() - interval '20 days', now() - interval '20 days', now() - interval '20 days', 'long ago'),
       (gen_random_uuid(), 'a', '3', 'COMPLETED', now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour' + interval '1.5 seconds', NULL),
       (gen_random_uuid(), 'b', '4', 'ACTIVE', now(), now(), NULL, NULL);
     INSERT INTO ops.dirty_work (job, key) VALUES ('a', 'x'), ('a', 'y')`,
  );
  const { jobs } = await answer<{ jobs: unknown }>(
    clinic,
    await clinic.actor(['ADMIN']),
    '{ jobs { name schedule lastRunAt lastDurationMs lastOutcome lastError waiting active failed nextRunAt } }',
  );
  const times = { lastRunAt: expect.any(String) as string };
  expect(jobs).toEqual([
    {
      ...times,
      name: 'a',
      schedule: 'every minute',
      lastDurationMs: 1500,
      lastOutcome: 'COMPLETED',
      lastError: null,
      waiting: 2,
      active: 0,
      failed: 1,
      nextRunAt: '2030-01-01T00:00:00.000Z',
    },
    {
      ...times,
      name: 'b',
      schedule: 'every hour',
      lastDurationMs: null,
      lastOutcome: 'ACTIVE',
      lastError: null,
      waiting: 0,
      active: 1,
      failed: 0,
      nextRunAt: null,
    },
  ]);
  expect((await ask(clinic, await clinic.actor(['MANAGER']), '{ jobs { name } }')).errors).toEqual(['FORBIDDEN jobs']);
});
