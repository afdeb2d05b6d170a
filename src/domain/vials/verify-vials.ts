/** Proves, over all rows, that opened vials and what was wasted are told whole: doses, ledger and events agree. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

const ledger = 'inventory.inventory_transaction';

export const vialChecks: readonly Check[] = [
  {
    name: 'doses of a vial are those of its records',
    entity: 'open_vial_session',
    sql: `SELECT v.id, format('%s used and %s wasted, its records say %s and %s', v.used_doses, v.wasted_doses, u.doses, w.doses) AS message
      FROM inventory.open_vial_session v
      CROSS JOIN LATERAL (SELECT coalesce(sum(doses), 0) AS doses FROM inventory.vial_usage_record WHERE session_id = v.id) u
      CROSS JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS doses FROM inventory.waste_record WHERE session_id = v.id) w
      WHERE ${inStretch('v.id')} AND (v.used_doses, v.wasted_doses) <> (u.doses, w.doses)`,
  },
  {
    name: 'an opened vial left the ledger',
    entity: 'open_vial_session',
    sql: `SELECT v.id, format('%s units of its batch left for it', l.units) AS message
      FROM inventory.open_vial_session v CROSS JOIN LATERAL (
        SELECT coalesce(sum(-quantity_change), 0) AS units FROM ${ledger}
        WHERE reference_id = v.id::text AND stock_id = v.stock_id AND type = 'VIAL_OPENED'
      ) l
      WHERE ${inStretch('v.id')} AND l.units <> 1`,
  },
  {
    name: 'each use of a vial has its event',
    entity: 'open_vial_session',
    sql: `SELECT v.id, format('%s uses of it have no event', count(*)) AS message
      FROM inventory.open_vial_session v JOIN inventory.vial_usage_record u ON u.session_id = v.id
      WHERE ${inStretch('v.id')} AND u.reverses IS NULL AND NOT EXISTS (
        SELECT FROM dpap.dispensing_event e WHERE e.timestamp = u.event_timestamp AND e.id = u.event_id AND e.dispense_record_id = u.id::text)
      GROUP BY v.id`,
  },
  {
    name: 'what was wasted of a batch left the ledger',
    entity: 'stock',
    sql: `SELECT s.id, format('%s wasted by its records, %s by the ledger', w.units, l.units) AS message
      FROM inventory.stock s
      CROSS JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS units FROM inventory.waste_record WHERE lot_id = s.lot_id AND stock_id = s.id AND session_id IS NULL) w
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(-quantity_change), 0) AS units FROM ${ledger}
        WHERE stock_id = s.id AND type = 'WASTE' AND bucket IN ('ON_HAND', 'DEFECTIVE', 'SAMPLE')
      ) l
      WHERE ${inStretch('s.id')} AND w.units <> l.units`,
  },
];
