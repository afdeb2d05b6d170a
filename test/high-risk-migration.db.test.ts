import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { HighRisk1760000000030 } from '../migrations/0030-high-risk.ts';
import { createDataSource } from '../ormconfig.ts';
import { TestClinic } from './clinic.ts';

let clinic: TestClinic;
let db: DataSource;
const migration = new HighRisk1760000000030();

beforeAll(async () => {
  clinic = await TestClinic.open();
  db = await createDataSource(clinic.database.ownerUrl).initialize();
});
afterAll(async () => {
  await db.destroy();
  await clinic.close();
});

async function run(direction: 'up' | 'down'): Promise<void> {
  const runner = db.createQueryRunner();
  await runner.startTransaction();
  try {
    await migration[direction](runner);
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  } finally {
    await runner.release();
  }
}

async function received(recordId: string, timestamp: string): Promise<void> {
  await clinic.owner.query(
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_age_group, is_prescription,
       is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour, synced_at)
     VALUES (gen_random_uuid(), $2, $1, $3, 'u', 'd', 'Drug', 'ADULT', true, false, false, true, false, false, false, '2026-01-01', 0, now())`,
    [recordId, timestamp, clinic.locationId],
  );
}

const change = (column: string) =>
  `UPDATE dpap.dispensing_event SET ${column} WHERE dispense_record_id = 'one' RETURNING 1`;
const rescore = `SELECT dpap.rescore($1, array_agg(timestamp), array_agg(id), array_agg(30::smallint), array_agg('MEDIUM'::dpap.risk_category),
  array_agg('[]'::jsonb))::integer AS changed FROM dpap.dispensing_event WHERE dispense_record_id = 'one'`;

it('goes back and forth over received events, takes their keys, and stops at two of one id', async () => {
  await received('one', '2026-01-01');
  await run('down');
  await received('two', '2026-01-02');
  await run('up');
  expect(await clinic.all('SELECT dispense_record_id AS id FROM dpap.event_key ORDER BY 1')).toEqual([
    { id: 'one' },
    { id: 'two' },
  ]);
  await run('down');
  await expect(clinic.owner.query(change('risk_score = 1'))).rejects.toThrow('append-only');
  await received('two', '2026-02-02');
  await expect(run('up')).rejects.toThrow(`two of ${clinic.locationId}`);
  await clinic.owner.query(
    `ALTER TABLE dpap.dispensing_event DISABLE TRIGGER ALL; DELETE FROM dpap.dispensing_event WHERE timestamp = '2026-02-02';
     ALTER TABLE dpap.dispensing_event ENABLE ALWAYS TRIGGER append_only`,
  );
  await run('up');
});

it('lets scores change by the one function only, and never back to an older model', async () => {
  await expect(clinic.owner.query(change('risk_score = 1'))).rejects.toThrow('append-only');
  await expect(clinic.db.query(change('risk_score = 1'))).rejects.toThrow('permission denied');
  await expect(clinic.db.query('SET ROLE lotkeeper_rescoring')).rejects.toThrow('permission denied');
  expect(await clinic.db.query(rescore, [2])).toEqual([{ changed: 1 }]);
  expect(await clinic.db.query(rescore, [1])).toEqual([{ changed: 0 }]);
  expect(
    await clinic.one(
      `SELECT risk_score, risk_category, risk_model_version FROM dpap.dispensing_event WHERE dispense_record_id = 'one'`,
    ),
  ).toEqual({ risk_score: 30, risk_category: 'MEDIUM', risk_model_version: 2 });
});

it('keeps new months under the same guard', async () => {
  await clinic.db.query(`SELECT ops.make_month_partitions('dpap.dispensing_event', '2031-01-01', '2031-01-01')`);
  await received('later', '2031-01-05');
  await expect(
    clinic.owner.query(`UPDATE dpap.dispensing_event SET drug_name = 'x' WHERE dispense_record_id = 'later'`),
  ).rejects.toThrow('append-only');
});
