/** Proves, over all rows, that what was dispensed is told whole: each record has its event, a reversal takes all of it back. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

export const dispenseChecks: readonly Check[] = [
  {
    name: 'each dispense has its event',
    entity: 'dispense_record',
    sql: `SELECT d.id, 'there is no event of it' AS message FROM inventory.dispense_record d
      WHERE ${inStretch('d.id')} AND d.reverses IS NULL AND NOT EXISTS (
        SELECT FROM dpap.dispensing_event e WHERE e.timestamp = d.event_timestamp AND e.id = d.event_id AND e.dispense_record_id = d.id::text)`,
  },
  {
    name: 'a reversal takes back the whole record',
    entity: 'dispense_record',
    sql: `SELECT r.id, format('it takes back %s of %s', r.quantity, d.quantity) AS message
      FROM inventory.dispense_record r JOIN inventory.dispense_record d ON d.id = r.reverses
      WHERE ${inStretch('r.id')} AND (r.quantity, r.product_id, r.location_id) <> (d.quantity, d.product_id, d.location_id)`,
  },
];
