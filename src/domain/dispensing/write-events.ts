/** Writes analytics events with their risk, in the statement of what was given; those of high risk with their alert. */
import type { Statement } from '../../db/statement.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { addHighRiskAlerts } from '../analytics/add-high-risk-alerts.ts';
import { addDirtyDays } from '../analytics/dirty-days.ts';
import { isHighRisk } from '../analytics/risk-model.ts';
import type { Encounter, NewEvent } from './event.ts';

export interface RecordedEvent {
  /** Of the dispense record, or of the use of a vial. */
  readonly recordId: string;
  readonly event: NewEvent;
}

/** `told_at(at)`: when it happened, as told, or now by `clock`. */
export function addToldAt(statement: Statement, { occurredAt }: Pick<Encounter, 'occurredAt'>): void {
  statement.with(
    'told_at',
    `SELECT coalesce(${statement.value(occurredAt, 'timestamptz')}, at) AS at FROM clock`,
    'MATERIALIZED',
  );
}

/** Reads `told_at`. */
export function addEvents(statement: Statement, tx: Tx, encounter: Encounter, events: readonly RecordedEvent[]): void {
  const list = (type: string, pick: (one: NewEvent) => unknown) =>
    statement.value(
      events.map(({ event }) => pick(event)),
      `${type}[]`,
    );
  const zone = statement.value(encounter.timeZone, 'text');
  statement.with(
    'event',
    `INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, encounter_id, pharmacy_id, user_id, drug_id, drug_name, generic_name,
       patient_age_group, is_prescription, is_controlled_drug, is_antibiotic, is_injection, stg_compliant, override_flag, override_reason,
       patient_is_pregnant, pregnancy_risk, prescribed_by_generic_name, aware_class, dea_schedule, dispensing_seconds, local_date, local_hour,
       patient_hash, risk_score, risk_category, risk_flags, risk_model_version)
     SELECT e.id, t.at, e.record_id, ${statement.value(encounter.id, 'text')}, ${statement.value(encounter.locationId, 'uuid')},
       ${statement.value(tx.actor.id, 'text')}, e.drug_id, e.drug_name, e.generic_name, e.age_group, e.is_prescription, e.dea_schedule IS NOT NULL,
       e.is_antibiotic, e.is_injection, e.stg_compliant, e.override_flag, e.override_reason, ${statement.value(encounter.patientIsPregnant, 'boolean')},
       e.pregnancy_risk, e.by_generic_name, e.aware_class, e.dea_schedule, ${statement.value(encounter.dispensingSeconds, 'integer')},
       (t.at AT TIME ZONE ${zone})::date, extract(hour FROM t.at AT TIME ZONE ${zone}),
       ${statement.value(encounter.patientHash, 'bytea')}, e.risk_score, e.risk_category, e.risk_flags, e.risk_model_version
     FROM told_at t, unnest(${list('uuid', (e) => e.id)}, ${statement.value(
       events.map(({ recordId }) => recordId),
       'text[]',
     )}, ${list('text', (e) => e.product.productId)},
       ${list('text', (e) => e.product.productName)}, ${list('text', (e) => e.product.genericName)}, ${list('dpap.patient_age_group', (e) => e.patientAgeGroup)},
       ${list('boolean', (e) => e.isPrescription)}, ${list('boolean', (e) => e.product.isAntibiotic)}, ${list('boolean', (e) => e.product.isInjection)},
       ${list('boolean', (e) => e.stgCompliant)}, ${list('boolean', (e) => e.overrideFlag)}, ${list('text', (e) => e.overrideReason)},
       ${list('boolean', (e) => e.product.pregnancyRisk)}, ${list('boolean', (e) => e.prescribedByGenericName)},
       ${list('catalogue.aware_class', (e) => e.product.awareClass)}, ${list('catalogue.dea_schedule', (e) => e.product.deaSchedule)},
       ${list('smallint', (e) => e.risk.score)}, ${list('dpap.risk_category', (e) => e.risk.category)}, ${list('jsonb', (e) => JSON.stringify(e.risk.flags))}, ${list('integer', (e) => e.risk.modelVersion)})
       AS e(id, record_id, drug_id, drug_name, generic_name, age_group, is_prescription, is_antibiotic, is_injection, stg_compliant, override_flag,
         override_reason, pregnancy_risk, by_generic_name, aware_class, dea_schedule, risk_score, risk_category, risk_flags, risk_model_version)
     RETURNING *`,
  );
  addDirtyDays(statement, 'event');
  if (events.some(({ event }) => isHighRisk(event.risk))) addHighRiskAlerts(statement);
}
