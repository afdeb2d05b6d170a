/** One alert for each event of high risk that the statement writes; it is numbered after the commit. */
import type { Statement } from '../../db/statement.ts';

/** Reads `event`, rows of dpap.dispensing_event. */
export function addHighRiskAlerts(statement: Statement): void {
  statement.with(
    'high_risk_alert',
    `INSERT INTO dpap.high_risk_alert (id, event_id, pharmacy_id, timestamp, local_date, drug_name, patient_age_group, risk_score, risk_category, flags)
     SELECT gen_random_uuid(), id, pharmacy_id, timestamp, local_date, drug_name, patient_age_group, risk_score, risk_category, risk_flags
     FROM event WHERE high_risk_flag ON CONFLICT (event_id) DO NOTHING`,
  );
}
