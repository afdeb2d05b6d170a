/** Proves, over all dispenses, that the risk of each is what its flags say, and that none of high risk escapes its review. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

const eventOfDispense = `inventory.dispense_record d
      JOIN dpap.dispensing_event e ON e.timestamp = d.event_timestamp AND e.id = d.event_id WHERE ${inStretch('d.id')} AND d.reverses IS NULL`;

export const riskChecks: readonly Check[] = [
  {
    name: 'the risk of a dispense is the sum of its flags',
    entity: 'dispense_record',
    sql: `SELECT r.id, format('its flags add up to %s, its score is %s', r.points, r.score) AS message FROM (
        SELECT d.id, e.risk_score AS score, (SELECT coalesce(sum((f->>'points')::integer), 0) FROM jsonb_array_elements(e.risk_flags) f) AS points
        FROM ${eventOfDispense}) r
      WHERE r.score <> least(100, r.points)`,
  },
  {
    name: 'each dispense of high risk is in the review queue',
    entity: 'dispense_record',
    sql: `SELECT d.id, 'its event is of high risk and has no alert' AS message
      FROM ${eventOfDispense} AND e.high_risk_flag AND NOT EXISTS (SELECT FROM dpap.high_risk_alert a WHERE a.event_id = e.id)`,
  },
];
