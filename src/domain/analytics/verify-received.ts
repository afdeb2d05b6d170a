/**
 * Proves that every pharmacy's daily summaries are a count of its events, where no mark says that a day has to be counted
 * anew; that events of other systems and their keys stand for each other; their risk; and that what is taken back is there.
 * Reads only.
 */
import { inStretch, type Check } from '../run-checks.ts';
import { figureColumns, figuresOf } from './day-figures.ts';

const ofNone: Readonly<Record<string, string>> = {
  top_medicines: `'[]'::jsonb`,
  hourly_distribution: 'array_fill(0, ARRAY[24])',
};
/** A day without a row is as good as one that is all 0. */
const figures = (row: string) =>
  figureColumns.map((column) => `coalesce(${row}.${column}, ${ofNone[column] ?? '0'})`).join(', ');

const received = `dpap.dispensing_event e WHERE ${inStretch('e.pharmacy_id')} AND e.synced_at IS NOT NULL`;

export const receivedChecks: readonly Check[] = [
  {
    name: 'each daily summary is a count of its events',
    entity: 'pharmacy',
    sql: `SELECT d.pharmacy_id AS id, format('its summary of %s is not what its events add up to', d.date) AS message FROM (
        WITH ${figuresOf(`dpap.dispensing_event e WHERE ${inStretch('e.pharmacy_id')}`)},
        kept AS (SELECT * FROM dpap.daily_summary_cache c WHERE ${inStretch('c.pharmacy_id')})
        SELECT pharmacy_id, date FROM figure f FULL JOIN kept k USING (pharmacy_id, date)
        WHERE (${figures('f')}) IS DISTINCT FROM (${figures('k')})) d
      WHERE NOT EXISTS (SELECT FROM dpap.dirty_day m WHERE m.date = d.date AND m.pharmacy_id = d.pharmacy_id)`,
  },
  {
    name: 'each received event has its key',
    entity: 'pharmacy',
    sql: `SELECT e.pharmacy_id AS id, format('the key of its event %s is missing, or another one has it', e.id) AS message
      FROM ${received} AND NOT EXISTS (SELECT FROM dpap.event_key k
        WHERE k.pharmacy_id = e.pharmacy_id AND k.dispense_record_id = e.dispense_record_id AND k.event_id = e.id)`,
  },
  {
    name: 'each key stands for an event',
    entity: 'pharmacy',
    sql: `SELECT k.pharmacy_id AS id, format('a key of it stands for event %s, which is not there', k.event_id) AS message
      FROM dpap.event_key k WHERE ${inStretch('k.pharmacy_id')} AND NOT EXISTS (SELECT FROM dpap.dispensing_event e
        WHERE e.timestamp = k.event_timestamp AND e.id = k.event_id AND e.dispense_record_id = k.dispense_record_id)`,
  },
  {
    name: 'the risk of a received event is the sum of its flags',
    entity: 'pharmacy',
    sql: `SELECT r.pharmacy_id AS id, format('the flags of its event %s add up to %s, its score is %s', r.event_id, r.points, r.score) AS message FROM (
        SELECT e.pharmacy_id, e.id AS event_id, e.risk_score AS score,
          (SELECT coalesce(sum((f->>'points')::integer), 0) FROM jsonb_array_elements(e.risk_flags) f) AS points
        FROM ${received}) r
      WHERE r.score <> least(100, r.points)`,
  },
  {
    name: 'each received event of high risk is in the review queue',
    entity: 'pharmacy',
    sql: `SELECT e.pharmacy_id AS id, format('its event %s is of high risk and has no alert', e.id) AS message
      FROM ${received} AND e.high_risk_flag AND NOT EXISTS (SELECT FROM dpap.high_risk_alert a WHERE a.event_id = e.id)`,
  },
  {
    name: 'what is taken back is an event that is there',
    entity: 'event_reversal',
    sql: `SELECT r.event_id AS id, 'it takes back an event that is not there' AS message
      FROM dpap.event_reversal r WHERE ${inStretch('r.event_id')} AND NOT EXISTS (SELECT FROM dpap.dispensing_event e
        WHERE e.timestamp = r.event_timestamp AND e.id = r.event_id)`,
  },
];
