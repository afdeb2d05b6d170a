/**
 * A lifelike year of dispensing events that ends yesterday, of about as many as asked for, by set-based SQL alone: busy
 * and quiet hours, weekdays and seasons, pharmacies of all sizes, days that stand out. Every choice is a hash of its place
 * in the year, so that two machines hold the same rows. Refuses a database that holds data. Its days are marked, none is
 * counted.
 */
import pg from 'pg';
import { refuseFilled, writeDemoUsers } from './demo.ts';
import { Random } from './random.ts';
import { reviewQueue, riskKeyOf, writeRisks } from './seed-risk.ts';

export interface AnalyticsYear {
  readonly events: number;
  readonly pharmacies: number;
  readonly days: number;
}

const days = 365;
const linesOfVisit = 2.1;

/** As the owner of the tables. `tell` hears of each step as it begins. */
export async function seedAnalytics(
  ownerUrl: string,
  events: number,
  tell: (step: string) => void,
): Promise<AnalyticsYear> {
  const pharmacies = Math.min(100, Math.max(1, Math.round(events / 5_000)));
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lotkeeper-seed' });
  await client.connect();
  try {
    await refuseFilled(client);
    await client.query('BEGIN');
    await client.query(
      `SELECT set_config('lotkeeper.audited', 'on', true), set_config('TimeZone', 'UTC', true), set_config('synchronous_commit', 'off', true)`,
    );
    await writeRisks(client);
    for (const [step, statement] of Object.entries(statementsFor(events, pharmacies))) {
      tell(step);
      await client.query(statement);
    }
    const { rows } = await client.query<{ id: string; code: string }>('SELECT id, code FROM people.location');
    const users = await writeDemoUsers(client, new Random(1), rows, Date.UTC(2026, 0, 1));
    const reviewer = users.find(({ roles }) => roles.includes('PHARMACIST'));
    if (reviewer === undefined) throw new Error('Nobody may review');
    tell('review queue');
    for (const statement of reviewQueue(`'${reviewer.id}'::uuid`)) await client.query(statement);
    await client.query('COMMIT');
    tell('vacuum');
    await client.query('VACUUM (ANALYZE) dpap.dispensing_event, dpap.dirty_day, dpap.high_risk_alert');
    const made = await client.query<{ events: number }>(
      'SELECT count(*)::integer AS events FROM dpap.dispensing_event',
    );
    return { events: made.rows[0]?.events ?? 0, pharmacies, days };
  } finally {
    await client.end();
  }
}

/** A number from 0 up to 1 that looks like chance, of a row's own number and what it is for. */
const chance = (number: string, purpose: number) =>
  `((hashint8extended(${number}, ${purpose}) & 1073741823) / 1073741824.0::float8)`;

const zones = `(ARRAY['America/New_York','America/Chicago','America/Denver','America/Los_Angeles','Europe/Brussels'])`;
/** Of a hundred visits, how many have come by the end of each hour. */
const hours = `'{0,0,0,0,0,0,1,3,9,19,31,42,50,57,65,74,83,90,95,98,99,99,100,100}'::integer[]`;

function statementsFor(events: number, pharmacies: number): Readonly<Record<string, string>> {
  return {
    partitions: `SELECT ops.make_month_partitions('dpap.dispensing_event', (current_date - ${days + 2}), (current_date + interval '3 months')::date)`,
    pharmacies: `INSERT INTO people.location (id, code, name, kind, time_zone)
      SELECT ('0000000a-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'P' || lpad(i::text, 3, '0'), 'Pharmacy ' || i, 'PHARMACY', ${zones}[1 + i % 5]
      FROM generate_series(1, ${pharmacies}) i`,
    events: eventsFor(events),
    marks:
      'INSERT INTO dpap.dirty_day (pharmacy_id, date) SELECT DISTINCT pharmacy_id, local_date FROM dpap.dispensing_event',
  };
}

/** Visits of each day and pharmacy by weekday, season and size, once in two hundred days three times as many; each of one to four lines. */
const eventsFor = (events: number) => `
  WITH day AS (
    SELECT current_date - ${days} + d AS date, d, l.id AS pharmacy, l.time_zone, row_number() OVER (ORDER BY d, l.id) AS n,
      (ARRAY[0.35, 1.15, 1.1, 1.05, 1.05, 1.2, 0.7])[1 + extract(dow FROM current_date - ${days} + d)::integer]
        * (1 + 0.2 * cos(2 * pi() * extract(doy FROM current_date - ${days} + d) / 365))
        * (0.4 + 1.2 * ${chance(`hashtextextended(l.code, 0)`, 1)}) AS weight
    FROM generate_series(0, ${days - 1}) d CROSS JOIN people.location l),
  sized AS (
    SELECT *, weight * (0.85 + 0.3 * ${chance('n', 2)}) * CASE WHEN ${chance('n', 3)} < 0.005 THEN 3 ELSE 1 END AS share FROM day),
  visit AS (
    SELECT s.n * 100000 + v AS visit, s.*, ${chance('s.n * 100000 + v', 4)} AS at, ${chance('s.n * 100000 + v', 5)} AS within
    FROM (SELECT *, share / sum(share) OVER () * ${events / linesOfVisit} AS visits FROM sized) s
    CROSS JOIN LATERAL generate_series(1, round(s.visits)::integer) v),
  timed AS (
    SELECT *, (date + make_interval(hours => width_bucket(100 * at, ${hours}::float8[]), secs => within * 3599)) AT TIME ZONE time_zone AS moment FROM visit),
  line AS (
    SELECT t.*, t.visit * 8 + l AS line, floor(300 * power(${chance('t.visit * 8 + l', 6)}, 2.2))::integer AS drug
    FROM timed t CROSS JOIN LATERAL generate_series(1, (ARRAY[1, 1, 1, 2, 2, 2, 2, 3, 3, 4])[1 + floor(10 * ${chance('t.visit', 7)})::integer]) l),
  chosen AS (
    SELECT *, drug % 7 = 0 AS is_antibiotic, drug % 23 = 22 AS controlled, ${chance('visit', 11)} AS who, ${chance('line', 9)} < 0.94 AS stg_compliant,
      ${chance('line', 10)} < 0.03 AS override_flag, drug % 11 = 0 AS pregnancy_risk,
      ${chance('line', 8)} < CASE WHEN drug % 7 = 0 OR drug % 23 = 22 THEN 0.97 ELSE 0.6 END AS is_prescription FROM line),
  event AS (
    SELECT *, CASE WHEN who < 0.01 THEN 'NEONATE' WHEN who < 0.04 THEN 'INFANT' WHEN who < 0.15 THEN 'CHILD' WHEN who < 0.22 THEN 'ADOLESCENT'
        WHEN who < 0.7 THEN 'ADULT' ELSE 'ELDERLY' END AS patient_age_group, who BETWEEN 0.3 AND 0.31 AS patient_is_pregnant,
      CASE WHEN controlled THEN (ARRAY['CIV', 'CIV', 'CII'])[1 + drug % 3] END AS dea_schedule,
      CASE WHEN is_antibiotic THEN (ARRAY['ACCESS', 'ACCESS', 'ACCESS', 'WATCH', 'WATCH', 'RESERVE'])[1 + drug % 6] END AS aware_class
    FROM chosen)
  INSERT INTO dpap.dispensing_event (id, timestamp, dispense_record_id, encounter_id, pharmacy_id, user_id, drug_id, drug_name, generic_name,
    patient_age_group, is_prescription, is_controlled_drug, is_antibiotic, is_injection, stg_compliant, override_flag, override_reason,
    patient_is_pregnant, pregnancy_risk, prescribed_by_generic_name, aware_class, dea_schedule, dispensing_seconds, risk_score, risk_category,
    risk_flags, risk_model_version, local_date, local_hour, created_at)
  SELECT ('0000000b-0000-7000-8000-' || lpad(to_hex(line), 12, '0'))::uuid, moment, 'seed-' || line, 'visit-' || visit, pharmacy, 'user-' || (visit % 7),
    'drug-' || drug, 'Medicine ' || drug, 'generic ' || drug / 2, patient_age_group::dpap.patient_age_group, is_prescription, controlled,
    is_antibiotic, drug % 5 = 0, stg_compliant, override_flag, CASE WHEN override_flag THEN 'seed' END, patient_is_pregnant, pregnancy_risk,
    CASE WHEN is_prescription THEN ${chance('line', 12)} < 0.7 END, aware_class::catalogue.aware_class, dea_schedule::catalogue.dea_schedule,
    CASE WHEN ${chance('visit', 13)} < 0.95 THEN 40 + floor(power(${chance('visit', 14)}, 3) * 900)::integer END,
    r.score, r.category, r.flags, r.version, (moment AT TIME ZONE time_zone)::date, extract(hour FROM moment AT TIME ZONE time_zone), moment
  FROM event LEFT JOIN seed_risk r ON r.key = ${riskKeyOf('event')}`;
