import { afterAll, beforeAll, expect, it } from 'vitest';
import { MonthPartitions1760000000037 } from '../../migrations/0037-month-partitions.ts';
import { createDataSource } from '../../ormconfig.ts';
import { TestClinic } from '../../test/clinic.ts';
import { inTransaction, type Tx } from './in-transaction.ts';
import { emptyDefaults, makeMonths, missingMonths, strayRows } from './month-partitions.ts';

const events = 'dpap.dispensing_event';
let clinic: TestClinic;
beforeAll(async () => {
  clinic = await TestClinic.open();
});
afterAll(() => clinic.close());

async function event(at: string, by: Pick<Tx, 'query'> = clinic.db): Promise<void> {
  await by.query(
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_age_group, is_prescription,
       is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour, risk_category, synced_at)
     VALUES (gen_random_uuid(), $1::timestamptz, $1::text, $2, 'u', 'd', 'Drug', 'ADULT', true, false, false, true, false, false, false, '2024-01-01', 0, 'HIGH', now())`,
    [at, clinic.locationId],
  );
}
const homes = () =>
  clinic.all<{ month: string; rows: number }>(
    `SELECT tableoid::regclass::text AS month, count(*)::integer AS rows FROM ${events} GROUP BY 1 ORDER BY 1`,
  );
const print = () =>
  clinic.one(
    `SELECT md5(string_agg(e::text, '|' ORDER BY timestamp)) AS rows FROM ${events} e WHERE timestamp < '2026-01-01'`,
  );

const make = (from: string, to = from) => makeMonths(clinic.db, [events], { from, to });

it('makes months once, however many of them begin together', async () => {
  const made = await Promise.all([1, 2, 3].map(() => make('2023-12-31', '2024-01-01')));
  expect(made.reduce((sum, each) => sum + each)).toBe(2);
  expect(await make('2023-12-01', '2024-01-31')).toBe(0);
  await event('2023-12-31T23:59:59.999Z');
  await event('2024-01-01T00:00:00Z');
  expect(await homes()).toEqual([
    { month: `${events}_2023_12`, rows: 1 },
    { month: `${events}_2024_01`, rows: 1 },
  ]);
});

it('keeps nobody waiting who writes other months, or reads between two instants', async () => {
  const { at, later } = await clinic.one<{ at: string; later: string }>(
    `SELECT now()::text AS at, (now() + interval '1 day')::text AS later`,
  );
  await inTransaction(clinic.systemSession(), async (tx) => {
    await tx.query(`SELECT count(*) FROM ${events} WHERE timestamp >= $1 AND timestamp < $2`, [at, later]);
    await event(at, tx);
    // Would fail by its lock_timeout: this transaction ends only afterwards.
    expect(await make('2022-07-01')).toBe(1);
  });
});

it('moves what lies in no month, as it is, under the same guards', async () => {
  await event('2021-05-03T10:00:00Z');
  await event('2021-05-31T23:00:00Z');
  await event('2021-07-01T00:00:00Z');
  expect(await strayRows(clinic.db)).toEqual([{ table: events, rows: 3 }]);
  const before = await print();
  expect(await make('2021-05-01')).toBe(1);
  expect(await strayRows(clinic.db)).toEqual([]);
  expect(await print()).toEqual(before);
  expect((await homes()).slice(0, 2)).toEqual([
    { month: `${events}_2021_05`, rows: 2 },
    { month: `${events}_2021_07`, rows: 1 },
  ]);
  await event('2020-02-29T00:00:00Z');
  expect(await emptyDefaults(clinic.db)).toBe(1);
  expect(await emptyDefaults(clinic.db)).toBe(0);
  for (const table of [`${events}_2020_02`, `${events}_default`, events]) {
    await expect(clinic.owner.query(`TRUNCATE ${table}`)).rejects.toThrow('append-only');
    await expect(clinic.db.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
  }
  await expect(clinic.owner.query(`DELETE FROM ${events}_2020_02`)).rejects.toThrow('append-only');
  expect(await missingMonths(clinic.db)).toEqual([]);
});

it('goes back and forth over what is there', async () => {
  const db = await createDataSource(clinic.database.ownerUrl).initialize();
  const runner = db.createQueryRunner();
  try {
    const migration = new MonthPartitions1760000000037();
    const before = await print();
    await migration.down(runner);
    expect(await make('2019-01-01')).toBe(1);
    await migration.up(runner);
    expect(await make('2019-02-01')).toBe(1);
    expect(await print()).toEqual(before);
  } finally {
    await runner.release();
    await db.destroy();
  }
});

it('is only for the tables that are kept by month', async () => {
  for (const call of [`empty_default_partition('ops.outbox')`, `count_strays('ops.outbox')`])
    await expect(clinic.db.query(`SELECT ops.${call}`)).rejects.toThrow('not partitioned by month');
});
