import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, TestClinic } from '../../test/clinic.ts';
import { handleJob } from '../../test/handle-job.ts';
import type { Actor } from '../actor.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { rescoreEvents } from '../domain/analytics/rescore-events.ts';
import { dispense } from '../domain/dispensing/dispense.ts';
import { rescoreEventsJob } from './rescore-events.ts';

let clinic: TestClinic;
let actor: Actor;
let productId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  actor = await clinic.actor(['PHARMACIST']);
  productId = await clinic.product({ deaSchedule: 'CII' });
  await clinic.stock({ productId, quantity: '1000' });
});
afterAll(() => clinic.close());

async function give(patientId: string, isPrescription: boolean, lines = 1): Promise<void> {
  const line = { productId, quantity: '1', isPrescription };
  const input = { idempotencyKey: newKey(), locationId: clinic.locationId, patientId };
  await clinic.as(actor, (tx) => dispense(tx, { ...input, lines: Array.from({ length: lines }, () => line) }));
}

/** As events are that an earlier release has written: with no score, no alert, no mark. */
async function forget(): Promise<void> {
  await clinic.owner.query(
    `ALTER TABLE dpap.dispensing_event DISABLE TRIGGER ALL;
     UPDATE dpap.dispensing_event SET risk_score = 0, risk_category = 'NONE', risk_flags = '[]', risk_model_version = 0;
     ALTER TABLE dpap.dispensing_event ENABLE ALWAYS TRIGGER append_only;
     DELETE FROM dpap.high_risk_alert; DELETE FROM dpap.dirty_day`,
  );
}

const scores = () =>
  clinic.all<{ risk_category: string }>(
    `SELECT id, risk_score, risk_category, risk_flags, risk_model_version,
       (SELECT count(*)::int FROM dpap.high_risk_alert a WHERE a.event_id = e.id AND a.risk_score = e.risk_score) AS alerts
     FROM dpap.dispensing_event e ORDER BY timestamp, id`,
  );

it('gives each event the score that it had when it was written, its alert and the mark of its day, once', async () => {
  const patients = [await clinic.patient(), await clinic.patient('1930-01-01')];
  for (const patientId of [...patients, ...patients]) {
    await give(patientId, true, 2);
    await give(patientId, false);
  }
  const written = await scores();
  expect(new Set(written.map((row) => row.risk_category))).toEqual(new Set(['MEDIUM', 'HIGH', 'CRITICAL']));
  await forget();
  const count = written.length;
  expect(await handleJob(clinic, rescoreEventsJob)).toEqual({
    modelVersion: 1,
    read: count,
    changed: count,
    whole: true,
  });
  expect(await scores()).toEqual(written);
  expect(await clinic.all('SELECT DISTINCT pharmacy_id AS id FROM dpap.dirty_day')).toEqual([
    { id: clinic.locationId },
  ]);
});

it('for a day looks at the newest ones again, which a process of the release before may have written', async () => {
  const written = await scores();
  await forget();
  const run = () => handleJob(clinic, rescoreEventsJob);
  expect(await run()).toMatchObject({ changed: written.length, whole: true });
  expect(await scores()).toEqual(written);
  expect(await run()).toMatchObject({ read: written.length, changed: 0 });
  await clinic.owner.query(
    `UPDATE ops.job_run SET started_at = started_at - interval '2 days', finished_at = finished_at - interval '2 days' WHERE name = 'rescore-events'`,
  );
  expect(await run()).toEqual({ modelVersion: 1, read: 0, changed: 0, whole: true });
});

it('sees a repeat that came to light later, and leaves the rest alone', async () => {
  const patientId = await clinic.patient();
  await give(patientId, true);
  await clinic.owner.query(
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_hash, patient_age_group,
       is_prescription, is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour, risk_model_version)
     SELECT gen_random_uuid(), timestamp - interval '1 day', 'late', pharmacy_id, user_id, drug_id, drug_name, patient_hash, 'ADULT',
       true, false, false, true, false, false, false, local_date, 0, 1 FROM dpap.dispensing_event ORDER BY timestamp DESC LIMIT 1`,
  );
  const everything = { from: null, to: null };
  const again = () => inTransaction(clinic.systemSession(), (tx) => rescoreEvents(tx, everything, null));
  expect(await again()).toMatchObject({ changed: 0 });
  await clinic.owner.query(
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, pharmacy_id, user_id, drug_id, drug_name, patient_hash, patient_age_group,
       is_prescription, is_controlled_drug, is_antibiotic, stg_compliant, override_flag, patient_is_pregnant, pregnancy_risk, local_date, local_hour, risk_model_version, risk_score, risk_category, risk_flags)
     SELECT gen_random_uuid(), timestamp - interval '2 days', 'late', pharmacy_id, user_id, drug_id, drug_name, patient_hash, 'ADULT',
       true, true, false, true, false, false, false, local_date, 0, 1, 20, 'LOW', '[{"rule":"CONTROLLED_DRUG","points":20,"evidence":"A controlled drug."}]'
     FROM dpap.dispensing_event WHERE patient_hash IS NOT NULL AND is_controlled_drug ORDER BY timestamp DESC LIMIT 1`,
  );
  expect(await again()).toMatchObject({ changed: 1 });
  expect(await again()).toMatchObject({ changed: 0 });
  expect(await clinic.one(`SELECT risk_score FROM dpap.dispensing_event ORDER BY timestamp DESC LIMIT 1`)).toEqual({
    risk_score: 50,
  });
});

it('goes on after the last of a batch, and keeps to its range', async () => {
  await forget();
  const [first] = await clinic.all<{ at: string; id: string }>(
    'SELECT timestamp::text AS at, id FROM dpap.dispensing_event ORDER BY timestamp, id',
  );
  const all = (await scores()).length;
  const run = (from: Date | null, after: { at: string; id: string } | null) =>
    inTransaction(clinic.systemSession(), (tx) => rescoreEvents(tx, { from, to: null }, after));
  expect(await run(null, first ?? null)).toMatchObject({ read: all - 1, changed: all - 1 });
  expect(await run(new Date(Date.now() + 1_000), null)).toEqual({ read: 0, changed: 0, last: null });
  expect(await run(null, null)).toMatchObject({ read: all, changed: 1 });
});
