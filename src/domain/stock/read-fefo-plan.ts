/**
 * What a dispense would take now, for people to look at: reserves nothing, locks nothing, and a dispense decides anew.
 * Refuses: INVALID_QUANTITY, NOT_FOUND (the location).
 */
import type { DataSource } from 'typeorm';
import { requireLocation, type Actor } from '../../actor.ts';
import { read } from '../../db/prepared.ts';
import type { FefoPlan } from '../../schema/fefo-plan.ts';
import { requirePositive } from '../decimal.ts';
import { isUuid } from '../uuid.ts';
import { planFefo, type Batch } from './fefo.ts';

interface PlannedBatch extends Batch {
  readonly lotId: string;
  readonly expiresSoon: boolean;
}

export interface Demand {
  readonly productId: string;
  readonly locationId: string;
  readonly quantity: string;
}

export async function readFefoPlan(db: DataSource, actor: Actor, demand: Demand): Promise<FefoPlan> {
  requirePositive(demand.quantity, 'quantity');
  requireLocation(actor, demand.locationId);
  const batches = isUuid(demand.productId) ? await batchesOf(db, demand) : [];
  const plan = planFefo(batches, demand.quantity);
  return {
    allocations: plan.allocations.map(({ batch, quantity }) => ({
      stockId: batch.id,
      lotId: batch.lotId,
      quantity,
      expiresSoon: batch.expiresSoon,
    })),
    skipped: plan.skipped.map(({ batch, reason }) => ({
      stockId: batch.id,
      lotId: batch.lotId,
      quantity: batch.onHand,
      reason,
    })),
    shortBy: plan.shortBy,
  };
}

/** Batches without units are history: there is nothing to pass over. */
async function batchesOf(db: DataSource, { productId, locationId }: Demand): Promise<PlannedBatch[]> {
  return read<PlannedBatch>(
    db,
    `SELECT s.id, s.lot_id AS "lotId", s.status, s.received_at AS "receivedAt", s.on_hand_quantity AS "onHand",
       s.reserved_quantity AS reserved, s.quarantine_quantity AS quarantine, s.hold_quantity AS hold, s.available_quantity AS available,
       s.lot_recalled AS "lotRecalled", s.lot_quarantined AS "lotQuarantined", s.lot_expires_on AS "lotExpiresOn", place.today,
       coalesce(s.lot_expires_on <= place.today + horizon.days, false) AS "expiresSoon"
     FROM (SELECT id, (now() AT TIME ZONE time_zone)::date AS today FROM people.location WHERE id = $2::uuid) AS place
     JOIN inventory.stock s ON s.location_id = place.id
     CROSS JOIN (SELECT max(day) AS days FROM ops.settings, unnest(expiry_horizon_days) AS day) AS horizon
     WHERE s.product_id = $1::uuid AND s.on_hand_quantity > 0`,
    [productId, locationId],
  );
}
