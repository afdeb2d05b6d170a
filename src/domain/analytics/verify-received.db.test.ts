import { afterAll, beforeAll, expect, it } from 'vitest';
import type pg from 'pg';
import { TestClinic } from '../../../test/clinic.ts';
import { outsidePharmacy, told } from '../../../test/received-events.ts';
import { unguarded } from '../../../test/unguarded.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { runChecks } from '../run-checks.ts';
import { recordDispensingEvents } from './record-dispensing-events.ts';
import { reverseDispensingEvents } from './reverse-dispensing-events.ts';
import { markedStretches, summariseMarked } from './summarise-days.ts';
import { receivedChecks } from './verify-received.ts';

let clinic: TestClinic;
let superuser: pg.Client;
let pharmacyId: string;
let reversedId: string;
beforeAll(async () => {
  clinic = await TestClinic.open();
  pharmacyId = await outsidePharmacy(clinic);
  const service = await clinic.actor(['SERVICE']);
  const risky = { deaSchedule: 'CII' as const, isPrescription: false };
  const timestamp = new Date('2026-03-03T12:00:00Z');
  const events = [{}, risky, {}, {}].map((given) => told({ pharmacyId, timestamp, ...given }));
  const dispenseRecordId = events[0]?.dispenseRecordId ?? '';
  await clinic.as(service, (tx) => recordDispensingEvents(tx, events));
  await clinic.as(service, (tx) => reverseDispensingEvents(tx, { pharmacyId, dispenseRecordIds: [dispenseRecordId] }));
  for (const days of await markedStretches(clinic.db))
    await inTransaction(clinic.systemSession(), (tx) => summariseMarked(tx, days));
  ({ id: reversedId } = await clinic.one<{ id: string }>('SELECT event_id AS id FROM dpap.event_reversal'));
  superuser = await unguarded(clinic, [
    'dpap.dispensing_event',
    'dpap.event_key',
    'dpap.event_reversal',
    'dpap.high_risk_alert',
  ]);
});
afterAll(async () => {
  await superuser.end();
  await clinic.close();
});

const faults = async () => (await runChecks(clinic.db, receivedChecks)).faults.map(({ check, id }) => ({ check, id }));
const summary = 'each daily summary is a count of its events';

it.each([
  [summary, 'UPDATE dpap.daily_summary_cache SET encounters = encounters + 1'],
  [summary, `UPDATE dpap.daily_summary_cache SET date = date + 400`],
  [summary, 'DELETE FROM dpap.daily_summary_cache'],
  ['each received event has its key', `UPDATE dpap.event_key SET dispense_record_id = 'x' || dispense_record_id`],
  ['each received event has its key', 'DELETE FROM dpap.event_key'],
  ['each key stands for an event', `UPDATE dpap.event_key SET event_timestamp = event_timestamp + interval '1 second'`],
  [
    'the risk of a received event is the sum of its flags',
    'UPDATE dpap.dispensing_event SET risk_score = 99 WHERE high_risk_flag',
  ],
  ['each received event of high risk is in the review queue', 'DELETE FROM dpap.high_risk_alert'],
  [
    'what is taken back is an event that is there',
    `UPDATE dpap.event_reversal SET event_timestamp = event_timestamp - interval '1 second'`,
  ],
])('%s: a breach is named (%s)', async (check, breaks) => {
  expect(await faults()).toEqual([]);
  // Broken within a transaction of the one connection that looks, and taken back.
  const found = await brokenBy(breaks);
  expect(found.map(({ check: name }) => name)).toContain(check);
  const id = check.startsWith('what is taken back') ? reversedId : pharmacyId;
  expect(found.filter(({ check: name }) => name === check).every((fault) => fault.id === id)).toBe(true);
});

async function brokenBy(breaks: string) {
  const tables = ['daily_summary_cache', 'event_key', 'dispensing_event', 'high_risk_alert', 'event_reversal'];
  const table = tables.find((each) => breaks.includes(`dpap.${each}`)) ?? '';
  const columns = await superuser.query<{ names: string }>(
    `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [`dpap.${table}`],
  );
  await superuser.query(`CREATE TEMP TABLE before AS SELECT * FROM dpap.${table}`);
  await superuser.query(breaks);
  const found = await faults();
  const names = columns.rows[0]?.names ?? '';
  await superuser.query(`DELETE FROM dpap.${table}`);
  await superuser.query(`INSERT INTO dpap.${table} (${names}) SELECT ${names} FROM before`);
  await superuser.query('DROP TABLE before');
  return found;
}

it('a day that is marked is about to be counted: it is not held against anybody', async () => {
  await clinic.owner.query(`INSERT INTO dpap.dirty_day (pharmacy_id, date) VALUES ($1, '2026-03-03')`, [pharmacyId]);
  await clinic.owner.query('UPDATE dpap.daily_summary_cache SET encounters = encounters + 1');
  expect(await faults()).toEqual([]);
  await clinic.owner.query('DELETE FROM dpap.dirty_day');
  expect(await faults()).toHaveLength(1);
});
