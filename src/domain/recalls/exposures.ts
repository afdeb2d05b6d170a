/**
 * Patients who got something of a lot, or of a recall's lots: what was dispensed to them and what they were given of
 * opened vials, each summed up, less what was returned or taken back in full. Merged patients are told as recorded.
 * Whole for PHARMACIST and MANAGER; for others of what happened at their own locations. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../../actor.ts';
import { readMany } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { atPlaces, type Reader } from '../places.ts';

export interface Exposure {
  /** The lot, or the recall. */
  readonly of: string;
  readonly patientId: string;
  readonly quantity: string;
  readonly unit: string;
  readonly lastAt: Date;
  readonly via: 'DISPENSE' | 'VIAL_OPENED';
}

/** Whether the actor is told all of it. */
export function seesWhole(actor: Actor): boolean {
  return actor.isSystem || hasRole(actor, 'PHARMACIST', 'MANAGER');
}

export function traceReader(actor: Actor): Reader {
  return seesWhole(actor) ? { isSystem: true, locationIds: [] } : actor;
}

/** What the ids are of, as pairs with lots. */
const lotsOf = {
  lot: (ids: string) => `SELECT id AS of, id AS lot_id FROM unnest(${ids}) AS id`,
  recall: (ids: string) => `SELECT recall_id AS of, lot_id FROM inventory.recall_lot WHERE recall_id = ANY(${ids})`,
} as const;

/** The last exposed first. */
export async function exposures(
  db: DataSource,
  reader: Reader,
  what: keyof typeof lotsOf,
  ids: readonly string[],
): Promise<Exposure[]> {
  const values = new Values();
  const pairs = lotsOf[what](values.add(ids, 'uuid[]'));
  return readMany<Exposure>(
    db,
    `WITH pair AS MATERIALIZED (${pairs}),
     given AS (
       SELECT pair.of, r.patient_id, a.quantity::numeric, r.product_id, r.dispensed_at AS at, 'DISPENSE' AS via
       FROM pair JOIN inventory.dispense_allocation a ON a.lot_id = pair.lot_id JOIN inventory.dispense_record r ON r.id = a.dispense_record_id
       WHERE r.patient_id IS NOT NULL AND r.reverses IS NULL AND ${atPlaces(reader, values, 'r.location_id')}
         AND NOT EXISTS (SELECT FROM inventory.dispense_record v WHERE v.reverses = r.id)
       UNION ALL
       SELECT pair.of, u.patient_id, u.doses::numeric, v.product_id, u.used_at, 'VIAL_OPENED'
       FROM pair JOIN inventory.open_vial_session v ON v.lot_id = pair.lot_id JOIN inventory.vial_usage_record u ON u.session_id = v.id
       WHERE u.reverses IS NULL AND ${atPlaces(reader, values, 'v.location_id')}
         AND NOT EXISTS (SELECT FROM inventory.vial_usage_record b WHERE b.reverses = u.id)
     ), summed AS (
       SELECT of, patient_id, product_id, via, sum(quantity) AS quantity, max(at) AS last_at FROM given GROUP BY 1, 2, 3, 4
     )
     SELECT g.of, g.patient_id AS "patientId", g.quantity, g.last_at AS "lastAt", g.via,
       CASE g.via WHEN 'DISPENSE' THEN p.stock_unit ELSE coalesce(p.dose_unit, 'dose') END AS unit
     FROM summed g JOIN catalogue.product p ON p.id = g.product_id ORDER BY g.last_at DESC, g.patient_id, g.via`,
    values.list,
  );
}
