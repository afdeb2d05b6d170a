/** Writes events that were received, in one statement: themselves with their risk, the senders' keys, alerts, marks, audit, outbox. */
import { arrayText, type Cell } from '../../db/array-text.ts';
import { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { addAudit, type AuditLine } from '../audit.ts';
import { groupBy } from '../group-by.ts';
import { addOutbox } from '../outbox.ts';
import { addHighRiskAlerts } from './add-high-risk-alerts.ts';
import { addDirtyDays } from './dirty-days.ts';
import { currentRiskModel } from './risk-model.ts';
import type { ScoredEvent } from './score-received.ts';

export interface Written {
  readonly accepted: number;
  readonly highRisk: number;
}

type Pick = (one: ScoredEvent) => Cell;

/** Columns as they are sent; the pharmacy by its number in the call. */
const columns: readonly (readonly [name: string, type: string, pick: Pick])[] = [
  ['id', 'uuid', ({ id }) => id],
  ['timestamp', 'timestamptz', ({ event }) => event.timestamp],
  ['dispense_record_id', 'text', ({ event }) => event.dispenseRecordId],
  ['encounter_id', 'text', ({ event }) => event.encounterId],
  ['user_id', 'text', ({ event }) => event.userId],
  ['drug_id', 'text', ({ event }) => event.drugId],
  ['drug_name', 'text', ({ event }) => event.drugName],
  ['generic_name', 'text', ({ event }) => event.genericName],
  ['patient_hash', 'bytea', ({ patientHash }) => patientHash],
  ['patient_age_group', 'dpap.patient_age_group', ({ event }) => event.patientAgeGroup],
  ['is_injection', 'boolean', ({ event }) => event.isInjection],
  ['prescribed_by_generic_name', 'boolean', ({ event }) => event.prescribedByGenericName],
  ['aware_class', 'catalogue.aware_class', ({ event }) => event.awareClass],
  ['dea_schedule', 'catalogue.dea_schedule', ({ event }) => event.deaSchedule],
  ['dispensing_seconds', 'integer', ({ event }) => event.dispensingSeconds],
  ['risk_score', 'smallint', ({ risk }) => risk.score],
  ['risk_category', 'dpap.risk_category', ({ risk }) => risk.category],
  ['risk_flags', 'jsonb', ({ risk }) => JSON.stringify(risk.flags)],
];
const names = columns.map(([name]) => name).join(', ');

/** What is always told is sent as bits: a list for each would be seven thousand cells more to write and to read. */
const told = [
  ['is_prescription', ({ event }: ScoredEvent) => event.isPrescription],
  ['is_controlled_drug', ({ event }: ScoredEvent) => event.isControlledDrug],
  ['is_antibiotic', ({ event }: ScoredEvent) => event.isAntibiotic],
  ['stg_compliant', ({ event }: ScoredEvent) => event.stgCompliant],
  ['override_flag', ({ event }: ScoredEvent) => event.overrideFlag],
  ['patient_is_pregnant', ({ event }: ScoredEvent) => event.patientIsPregnant],
  ['pregnancy_risk', ({ event }: ScoredEvent) => event.pregnancyRisk],
] as const;
const toldNames = told.map(([name]) => name).join(', ');
const toldBits = told.map((_answer, place) => `bits & ${2 ** place} <> 0`).join(', ');
const bitsOf = (one: ScoredEvent): number =>
  told.reduce((bits, [, answer], place) => bits + (answer(one) ? 2 ** place : 0), 0);

export async function writeReceived(tx: Tx, events: readonly ScoredEvent[]): Promise<Written> {
  const statement = new Statement();
  const list = (type: string, pick: Pick) => statement.value(arrayText(events.map(pick)), `${type}[]`);
  const lists = columns.map(([, type, pick]) => list(type, pick)).join(', ');
  const pharmacies = [...new Set(events.map(({ pharmacy }) => pharmacy))];
  const numbers = new Map(pharmacies.map((pharmacy, index) => [pharmacy, index + 1]));
  const number = list('integer', ({ pharmacy }) => numbers.get(pharmacy) ?? null);
  const bits = list('integer', bitsOf);
  const ids = statement.value(arrayText(pharmacies.map(({ id }) => id)), 'uuid[]');
  const zones = statement.value(arrayText(pharmacies.map(({ timeZone }) => timeZone)), 'text[]');
  statement.with(
    'event',
    `INSERT INTO dpap.dispensing_event (${names}, ${toldNames}, risk_model_version, pharmacy_id, local_date, local_hour, synced_at)
     SELECT ${names}, ${toldBits}, ${currentRiskModel}, (${ids})[n], (timestamp AT TIME ZONE (${zones})[n])::date, extract(hour FROM timestamp AT TIME ZONE (${zones})[n]), clock_timestamp()
     FROM unnest(${lists}, ${number}, ${bits}) AS r(${names}, n, bits)
     RETURNING id, pharmacy_id, dispense_record_id, timestamp, local_date, drug_name, patient_age_group, risk_score, risk_category, risk_flags, high_risk_flag`,
  );
  statement.with(
    'event_key',
    `INSERT INTO dpap.event_key (pharmacy_id, dispense_record_id, event_id, event_timestamp)
     SELECT pharmacy_id, dispense_record_id, id, timestamp FROM event`,
  );
  addHighRiskAlerts(statement);
  addDirtyDays(statement, 'event');
  addAudit(statement, tx, auditOf(events));
  addOutbox(statement, [{ topic: 'dispensing.received', payload: {} }]);
  const [written] = await statement.run<Written>(
    tx,
    'SELECT count(*)::integer AS accepted, count(*) FILTER (WHERE high_risk_flag)::integer AS "highRisk" FROM event',
  );
  if (written === undefined) throw new Error('The count of what was written has no row');
  return written;
}

/** A line for each pharmacy. */
function auditOf(events: readonly ScoredEvent[]): AuditLine[] {
  return [...groupBy(events, ({ pharmacy }) => pharmacy.id).values()].flatMap((own) => {
    const times = own.map(({ event }) => event.timestamp.getTime());
    const [from, to] = [new Date(Math.min(...times)), new Date(Math.max(...times))];
    return own.slice(0, 1).map(({ pharmacy }) => ({
      entity: 'pharmacy',
      entityId: pharmacy.id,
      action: 'recordDispensingEvents',
      locationId: pharmacy.locationId,
      after: { events: own.length, from, to },
    }));
  });
}
