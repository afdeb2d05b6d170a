/**
 * The figures of pharmacies' days, counted from their events: the one place that says how. An event that was taken back
 * counts nowhere; an event without encounter is one of its own; an encounter's time is the longest that its events tell.
 * Every figure is a sum or a count, save the ten medicines: days can be added up. SQL text; pure.
 */

/** Columns of `figure` beside pharmacy_id and date, in the order of the table. */
export const figureColumns = [
  'total_prescriptions',
  'total_otc',
  'stg_compliant',
  'none_risk_count',
  'low_risk_count',
  'medium_risk_count',
  'high_risk_count',
  'critical_risk_count',
  'controlled',
  'overridden',
  'antibiotics',
  'access_antibiotics',
  'named',
  'generic_named',
  'encounters',
  'antibiotic_encounters',
  'injection_encounters',
  'timed_encounters',
  'dispensing_seconds',
  'top_medicines',
  'hourly_distribution',
] as const;

/** What is not taken back. */
export const isCounted = 'NOT EXISTS (SELECT FROM dpap.event_reversal r WHERE r.event_id = e.id)';

/**
 * The stretch of time that holds all of the days from one to another, wherever on earth: a bound for the index and the
 * partitions, beside the exact local_date.
 */
export const withinDays = (from: string, to: string): string =>
  `e.timestamp >= (${from}::timestamp - interval '14 hours') AT TIME ZONE 'UTC' AND e.timestamp < (${to}::timestamp + interval '36 hours') AT TIME ZONE 'UTC'`;

const count = (condition: string) => `count(*) FILTER (WHERE ${condition})::integer`;
const ofRisk = (category: string) =>
  `${count(`risk_category = '${category}'`)} AS ${category.toLowerCase()}_risk_count`;
const added = [
  `${count('is_prescription')} AS total_prescriptions`,
  `${count('NOT is_prescription')} AS total_otc`,
  `${count('stg_compliant')} AS stg_compliant`,
  ...['NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].map(ofRisk),
  `${count('is_controlled_drug')} AS controlled`,
  `${count('override_flag')} AS overridden`,
  `${count('is_antibiotic')} AS antibiotics`,
  `${count(`is_antibiotic AND aware_class = 'ACCESS'`)} AS access_antibiotics`,
  `count(prescribed_by_generic_name)::integer AS named`,
  `${count('prescribed_by_generic_name')} AS generic_named`,
];
const hours = Array.from({ length: 24 }, (_none, hour) => count(`local_hour = ${hour}`));

/** The WITH list of `figure`, one row for each day that has events. `from`: which events, a FROM item with `e` and its WHERE. */
export function figuresOf(from: string): string {
  return `event AS (
      SELECT e.pharmacy_id, e.local_date AS date, e.local_hour, coalesce(e.encounter_id, e.id::text) AS encounter, e.drug_id, e.drug_name, e.is_prescription,
        e.is_controlled_drug, e.is_antibiotic, e.is_injection, e.stg_compliant, e.override_flag, e.prescribed_by_generic_name, e.aware_class,
        e.dispensing_seconds, e.risk_category
      FROM ${from} AND ${isCounted}),
    day AS (
      SELECT pharmacy_id, date, ${added.join(', ')}, ARRAY[${hours.join(', ')}] AS hourly_distribution
      FROM event GROUP BY pharmacy_id, date),
    visit AS (
      SELECT pharmacy_id, date, bool_or(is_antibiotic) AS antibiotic, bool_or(is_injection) AS injection, max(dispensing_seconds) AS seconds
      FROM event GROUP BY pharmacy_id, date, encounter),
    visits AS (
      SELECT pharmacy_id, date, count(*)::integer AS encounters, ${count('antibiotic')} AS antibiotic_encounters,
        ${count('injection')} AS injection_encounters, count(seconds)::integer AS timed_encounters, coalesce(sum(seconds), 0) AS dispensing_seconds
      FROM visit GROUP BY pharmacy_id, date),
    medicine AS (
      SELECT pharmacy_id, date, drug_id, max(drug_name COLLATE "C") AS drug_name, count(*) AS count FROM event GROUP BY pharmacy_id, date, drug_id),
    ranked AS (
      SELECT m.*, row_number() OVER (PARTITION BY pharmacy_id, date ORDER BY count DESC, drug_name, drug_id COLLATE "C") AS rank FROM medicine m),
    medicines AS (
      SELECT pharmacy_id, date, jsonb_agg(jsonb_build_object('drugId', drug_id, 'drugName', drug_name, 'count', count) ORDER BY rank) AS top_medicines
      FROM ranked WHERE rank <= 10 GROUP BY pharmacy_id, date),
    figure AS (
      SELECT pharmacy_id, date, ${figureColumns.join(', ')}
      FROM day JOIN visits USING (pharmacy_id, date) JOIN medicines USING (pharmacy_id, date))`;
}
