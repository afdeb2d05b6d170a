import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestClinic } from '../../test/clinic.ts';
import { readConfig } from '../config.ts';
import { examine, type Patient } from './doctor.ts';
import { grantFindings, guardFindings, judgeSettings, workFindings } from './doctor-database.ts';

let clinic: TestClinic;
let patient: Patient;
beforeAll(async () => {
  clinic = await TestClinic.open();
  const { appUrl, ownerUrl } = clinic.database;
  const config = readConfig({
    DATABASE_URL: appUrl,
    JWT_SECRET: '9f2c81d47be05a36c4e19d7028fb6a53',
    PATIENT_KEY: 'Vq3zT8_hW-x1mN5rJk7pYb2LsD9fGc4A',
  });
  patient = { config, database: { appUrl, ownerUrl, directUrl: appUrl, embedded: null }, db: clinic.db };
});
afterAll(() => clinic.close());

test('every check answers, and of a sound database only what is true of the one of tests', async () => {
  const findings = await examine(patient);
  const told = findings.filter(({ health }) => health !== 'OK');
  // Months are made by a worker, and there is none; the server of tests gives up durability for speed.
  expect(told.filter(({ check }) => !['partitions', 'settings'].includes(check))).toEqual([]);
  for (const { advice } of told) expect(advice).toMatch(/\.$/);
  expect(new Set(findings.map(({ check }) => check))).toEqual(
    new Set([
      ...[
        'versions',
        'migrations',
        'rights',
        'grants',
        'guards',
        'settings',
        'timeouts',
        'statements',
        'partitions',
        'outbox',
      ],
      ...['work', 'clock', 'direct', 'disk', 'secrets', 'webhooks', 'mail'],
    ]),
  );
});

test('a grant that lets the ledger be altered fails', async () => {
  await clinic.owner.query('GRANT DELETE ON audit.audit_entry TO lotkeeper_app');
  expect(await grantFindings(patient)).toMatchObject([
    { health: 'FAIL', found: 'lotkeeper_app holds DELETE on audit.audit_entry' },
  ]);
  await clinic.owner.query('REVOKE DELETE ON audit.audit_entry FROM lotkeeper_app');
  expect(await grantFindings(patient)).toMatchObject([{ health: 'OK' }]);
});

test('a trigger that is switched off or gone fails', async () => {
  await clinic.owner.query('ALTER TABLE audit.audit_entry DISABLE TRIGGER append_only');
  await clinic.owner.query('DROP TRIGGER append_only_truncate ON audit.phi_access_log');
  expect(await guardFindings(patient)).toMatchObject([
    {
      health: 'FAIL',
      found: 'switched off: append_only on audit.audit_entry; append_only is not on audit.phi_access_log',
    },
  ]);
  await clinic.owner.query('ALTER TABLE audit.audit_entry ENABLE ALWAYS TRIGGER append_only');
  await clinic.owner.query(
    'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit.phi_access_log EXECUTE FUNCTION audit.refuse_change()',
  );
  await clinic.owner.query('ALTER TABLE audit.phi_access_log ENABLE ALWAYS TRIGGER append_only_truncate');
  expect(await guardFindings(patient)).toMatchObject([{ health: 'OK' }]);
});

test('jobs that failed last, work that waits and a trail that nobody seals are told', async () => {
  await clinic.owner.query(
    `INSERT INTO ops.dirty_work (job, key, version, since) VALUES ('check-reorder', 'x', 1, clock_timestamp() - interval '1 hour')`,
  );
  await clinic.owner.query(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action, occurred_at) VALUES (gen_random_uuid(), 'x', 'x', 'test', clock_timestamp() - interval '1 hour')`,
  );
  const found = (await workFindings(patient)).map(({ health, found: words }) => `${health} ${words}`);
  expect(found).toEqual([
    expect.stringMatching(/^WARN check-reorder is behind, by 36\d\d s$/),
    'WARN the audit trail was not sealed for ten minutes',
  ]);
});

describe('settings', () => {
  const sound = {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    server_encoding: 'UTF8',
    archive_mode: 'on',
    max_connections: '100',
  };
  const config = { databaseUrl: 'postgresql://db/lotkeeper', databasePoolSize: 10 };
  test.each([
    { change: {}, found: [] },
    { change: { fsync: 'off' }, found: ['FAIL'] },
    { change: { synchronous_commit: 'off' }, found: ['FAIL'] },
    { change: { server_encoding: 'LATIN1' }, found: ['FAIL'] },
    { change: { archive_mode: 'off' }, found: ['WARN'] },
    { change: { max_connections: '29' }, found: ['WARN'] },
    { change: { max_connections: '30' }, found: [] },
  ])('$change', ({ change, found }) => {
    const settings = new Map(Object.entries({ ...sound, ...change }));
    expect(judgeSettings(settings, config).map(({ health }) => health)).toEqual(found);
  });
});
