import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemUserId } from '../actor.ts';
import { TestClinic } from '../../test/clinic.ts';
import { countStatements } from '../../test/count-statements.ts';
import { makePartitions } from './make-partitions.ts';
import { purge } from './purge.ts';

let clinic: TestClinic;

beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

test('old keys go, but a dispense is remembered for good; what was sent long ago goes, what was not stays', async () => {
  await clinic.owner.query(
    `INSERT INTO ops.idempotency_key (actor_id, mutation, key, input_hash, created_at)
     SELECT $1, m, 'a key of ' || m || age, '', now() - make_interval(days => age) FROM unnest('{intake,dispense}'::text[]) m, unnest('{89,91}'::integer[]) age`,
    [systemUserId],
  );
  await clinic.owner.query(
    `INSERT INTO ops.outbox (id, topic, payload, created_at, sent_at) VALUES
      (gen_random_uuid(), 'sent long ago', '{}', now() - interval '9 days', now() - interval '8 days'),
      (gen_random_uuid(), 'sent', '{}', now(), now()), (gen_random_uuid(), 'never sent', '{}', now() - interval '9 days', NULL)`,
  );
  await clinic.owner.query(
    `INSERT INTO people.sign_in_failure (email_key, failures, last_failed_at) VALUES ('long ago', 4, now() - interval '25 hours'), ('now', 1, now())`,
  );
  await clinic.owner.query(
    `INSERT INTO ops.job_run (id, name, queue_job_id, state, started_at, requested_at, finished_at) VALUES
      (gen_random_uuid(), 'done long ago', 'a', 'COMPLETED', now(), now(), now() - interval '3 days'),
      (gen_random_uuid(), 'failed lately', 'b', 'FAILED', now(), now(), now() - interval '3 days'),
      (gen_random_uuid(), 'lost', 'c', 'ACTIVE', now() - interval '2 days', now() - interval '2 days', NULL),
      (gen_random_uuid(), 'going on', 'd', 'ACTIVE', now(), now() - interval '2 days', NULL)`,
  );
  await clinic.owner.query(
    `INSERT INTO ops.delivery (id, leader_id, kind, target, digest_on, state, sent_at, created_at)
     SELECT id, id, 'DIGEST', state || age, '2026-01-01', state::ops.delivery_state, CASE state WHEN 'SENT' THEN now() END, now() - age * interval '1 day'
     FROM (SELECT gen_random_uuid() AS id, state, age FROM unnest('{SENT,DEAD,WAITING}'::text[]) state, unnest('{29,31,91}'::int[]) age) AS d`,
  );
  expect(await purge(clinic.db)).toEqual({
    keys: 1,
    outbox: 1,
    lostRuns: 1,
    runs: 1,
    deliveries: 3,
    signInFailures: 1,
  });
  expect(await clinic.all('SELECT target FROM ops.delivery ORDER BY target')).toEqual(
    ['DEAD29', 'DEAD31', 'SENT29', 'WAITING29', 'WAITING31', 'WAITING91'].map((target) => ({ target })),
  );
  expect(await clinic.all('SELECT name, state FROM ops.job_run ORDER BY name')).toEqual([
    { name: 'failed lately', state: 'FAILED' },
    { name: 'going on', state: 'ACTIVE' },
    { name: 'lost', state: 'FAILED' },
  ]);
  const keys = await clinic.owner.query('SELECT key FROM ops.idempotency_key ORDER BY key');
  expect(keys.rows.map(({ key }: { key: string }) => key)).toEqual([
    'a key of dispense89',
    'a key of dispense91',
    'a key of intake89',
  ]);
  const failures = await clinic.owner.query('SELECT email_key FROM people.sign_in_failure');
  expect(failures.rows).toEqual([{ email_key: 'now' }]);
  const topics = await clinic.owner.query('SELECT topic FROM ops.outbox ORDER BY topic');
  expect(topics.rows.map(({ topic }: { topic: string }) => topic)).toEqual(['never sent', 'sent']);
  expect(await purge(clinic.db)).toEqual({
    keys: 0,
    outbox: 0,
    lostRuns: 0,
    runs: 0,
    deliveries: 0,
    signInFailures: 0,
  });
});

test('months ahead are made by the application itself, guarded like the others, once', async () => {
  await clinic.owner.query(`DO $$ BEGIN
    EXECUTE format('DROP TABLE inventory.inventory_transaction_%s', to_char(now() + interval '2 months', 'YYYY_MM')); END $$`);
  expect(await makePartitions(clinic.db)).toBe(1);
  expect(await makePartitions(clinic.db)).toBe(0);
  const { rows } = await clinic.owner.query(
    `SELECT count(*)::integer AS guards FROM pg_trigger WHERE tgname LIKE 'append_only%'
     AND tgrelid = to_regclass('inventory.inventory_transaction_' || to_char(now() + interval '2 months', 'YYYY_MM'))`,
  );
  expect(rows).toEqual([{ guards: 2 }]);
});

test('two workers that begin together make a month once, and neither fails', async () => {
  await clinic.owner.query(`DO $$ BEGIN
    EXECUTE format('DROP TABLE inventory.inventory_transaction_%s', to_char(now() + interval '2 months', 'YYYY_MM')); END $$`);
  const first = clinic.db.createQueryRunner();
  await first.startTransaction();
  expect(await makePartitions(first.manager)).toBe(1);
  const second = makePartitions(clinic.db);
  await vi.waitFor(async () => {
    const waiting = await clinic.all(
      'SELECT FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())',
    );
    expect(waiting).toHaveLength(1);
  });
  await first.commitTransaction();
  await first.release();
  expect(await second).toBe(0);
});

test('keys of dispenses, which stay, are not read through for those that go', async () => {
  await clinic.owner.query(
    `INSERT INTO ops.idempotency_key (actor_id, mutation, key, input_hash, created_at)
     SELECT $1, 'dispense', 'the dispense number ' || n, '', now() - interval '1 year' FROM generate_series(1, 5000) n`,
    [systemUserId],
  );
  await clinic.owner.query('ANALYZE ops.idempotency_key');
  const { statements } = await countStatements(() => purge(clinic.db));
  const [look] = statements.filter((text) => text.includes('DELETE FROM ops.idempotency_key'));
  expect(JSON.stringify(await clinic.all(`EXPLAIN ${look ?? ''}`))).toContain('Scan using idempotency_key_age');
});
