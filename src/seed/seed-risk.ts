/**
 * The risk of what seeds make, by the model itself: each combination of facts is scored once and joined. And the review
 * queue that comes of it: what is older than four days has nearly all been reviewed.
 */
import type { ClientBase } from 'pg';
import { currentRiskModel, scoreRisk, type RiskFacts } from '../domain/analytics/risk-model.ts';
import { insertRows } from './insert-rows.ts';

const ages = ['NEONATE', 'INFANT', 'CHILD', 'ADOLESCENT', 'ADULT', 'ELDERLY'] as const;
const schedules = [null, 'CII', 'CIII', 'CIV', 'CV'] as const;
/** False: no antibiotic; null: one of no class. */
const antibiotics = [false, null, 'ACCESS', 'WATCH', 'RESERVE'] as const;
const both = [false, true] as const;

/** SQL of the columns, by which facts are found in seed_risk. */
const keyColumns = [
  'patient_age_group',
  'patient_is_pregnant',
  'is_prescription',
  'dea_schedule',
  'is_antibiotic',
  'aware_class',
  'pregnancy_risk',
  'stg_compliant',
  'override_flag',
] as const;

/** `row`: what has the columns of an event. All that is controlled has a schedule; nobody is known again. */
export const riskKeyOf = (row: string): string =>
  `concat_ws('|', ${keyColumns.map((column) => (column === 'dea_schedule' || column === 'aware_class' ? `coalesce(${row}.${column}::text, '')` : `${row}.${column}`)).join(', ')})`;

function keyOf(facts: RiskFacts): string {
  const letter = (is: boolean) => (is ? 't' : 'f');
  return [
    facts.patientAgeGroup,
    letter(facts.patientIsPregnant),
    letter(facts.isPrescription),
    facts.deaSchedule ?? '',
    letter(facts.isAntibiotic),
    facts.awareClass ?? '',
    letter(facts.pregnancyRisk),
    letter(facts.stgCompliant),
    letter(facts.overrideFlag),
  ].join('|');
}

function* everyCombination(): Generator<RiskFacts> {
  const rest = { timestamp: new Date(0), lastGivenAt: null };
  for (const patientAgeGroup of ages)
    for (const deaSchedule of schedules)
      for (const antibiotic of antibiotics)
        for (const patientIsPregnant of both)
          for (const isPrescription of both)
            for (const pregnancyRisk of both)
              for (const stgCompliant of both)
                for (const overrideFlag of both)
                  yield {
                    ...{
                      ...rest,
                      patientAgeGroup,
                      patientIsPregnant,
                      isPrescription,
                      pregnancyRisk,
                      stgCompliant,
                      overrideFlag,
                    },
                    ...{ isControlledDrug: deaSchedule !== null, deaSchedule },
                    ...{ isAntibiotic: antibiotic !== false, awareClass: antibiotic === false ? null : antibiotic },
                  };
}

/** Makes seed_risk (key, score, category, flags, version), which goes with the transaction. */
export async function writeRisks(client: ClientBase): Promise<void> {
  const rows = [...everyCombination()].map((facts) => ({ key: keyOf(facts), ...scoreRisk(facts) }));
  await client.query(
    `CREATE TEMP TABLE seed_risk (key text PRIMARY KEY, score smallint, category dpap.risk_category, flags jsonb,
       version integer DEFAULT ${currentRiskModel}) ON COMMIT DROP`,
  );
  await insertRows(
    client,
    'seed_risk',
    { key: 'text', score: 'smallint', category: 'dpap.risk_category', flags: 'jsonb' },
    rows,
  );
  await client.query('ANALYZE seed_risk');
}

/** `reviewer`: SQL of a user's id. Every choice is a hash of the event, so that it is the same every time. */
export const reviewQueue = (reviewer: string): readonly string[] => [
  `INSERT INTO dpap.high_risk_alert (id, event_id, pharmacy_id, timestamp, local_date, drug_name, patient_age_group, risk_score, risk_category, flags,
     created_at, reviewed_by, reviewed_at, review_notes, decision)
   SELECT md5('alert ' || id)::uuid, id, pharmacy_id, timestamp, local_date, drug_name, patient_age_group, risk_score, risk_category, risk_flags, timestamp,
     CASE WHEN done THEN ${reviewer} END, CASE WHEN done THEN timestamp + make_interval(mins => 30 + pick % 4000) END,
     CASE WHEN done THEN (ARRAY['The prescriber was asked; it is as intended.', 'The record was completed with the reason.',
       'The patient was called back and counselled.', 'Told to the manager: the third time within a month.'])[1 + pick % 4] END,
     CASE WHEN done THEN (ARRAY['CLEARED', 'CLEARED', 'INTERVENED', 'ESCALATED'])[1 + pick % 4]::dpap.review_decision END
   FROM (SELECT e.*, p.pick, e.timestamp < now() - interval '4 days' AND p.pick % 25 <> 0 AS done
     FROM dpap.dispensing_event e, LATERAL (SELECT hashtext(e.id::text) & 1048575 AS pick) p WHERE e.high_risk_flag) e`,
  `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, before, after, reason, request_id, occurred_at)
   SELECT gen_random_uuid(), 'high_risk_alert', id::text, 'reviewHighRiskAlert', reviewed_by, pharmacy_id, jsonb_build_object('decision', NULL),
     jsonb_build_object('decision', decision, 'eventId', event_id), review_notes, 'seed', reviewed_at
   FROM dpap.high_risk_alert WHERE reviewed_at IS NOT NULL`,
];
