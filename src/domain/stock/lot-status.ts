/**
 * A lot's status, derived from facts and from the clock; the first that applies: RECALLED, EXPIRED (its last day is over
 * at every location that holds it; where none does, at every location), QUARANTINED, DEPLETED, ACTIVE. For people to
 * read: no verb decides by it.
 */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { LotStatus } from '../../schema/enums.ts';

const held = `FROM inventory.stock h WHERE h.lot_id = l.id
  AND (h.on_hand_quantity > 0 OR h.defective_quantity > 0 OR h.sample_quantity > 0)`;

/** Vials of it that are not empty and closed. */
const opened = `FROM inventory.open_vial_session v WHERE v.lot_id = l.id AND v.remaining_doses > 0`;

const onItsWay = `FROM inventory.inventory_transfer_line t WHERE t.lot_id = l.id AND t.in_transit_quantity > 0`;

/** Over the lot `l`. */
const lotStatus = `CASE
  WHEN l.recalled THEN 'RECALLED'
  WHEN l.expires_on < coalesce(
    (SELECT min((now() AT TIME ZONE o.time_zone)::date) FROM people.location o WHERE o.id IN (SELECT h.location_id ${held})),
    (SELECT min((now() AT TIME ZONE o.time_zone)::date) FROM people.location o)) THEN 'EXPIRED'
  WHEN l.quarantined THEN 'QUARANTINED'
  WHEN NOT EXISTS (SELECT ${held}) AND NOT EXISTS (SELECT ${opened}) AND NOT EXISTS (SELECT ${onItsWay}) THEN 'DEPLETED'
  ELSE 'ACTIVE' END`;

/** What must be true of a lot of each status: cheap, and for rare ones enough to leave nearly all lots out. */
const necessary: Readonly<Record<LotStatus, string>> = {
  RECALLED: 'l.recalled',
  // No place on earth is more than 14 hours ahead.
  EXPIRED: `l.expires_on < (now() AT TIME ZONE 'UTC' + interval '14 hours')::date`,
  QUARANTINED: 'l.quarantined',
  DEPLETED: 'NOT l.recalled AND NOT l.quarantined',
  ACTIVE: 'NOT l.recalled AND NOT l.quarantined',
};

/** The condition that the lot `l` has one of these statuses; `placeholder` holds them as text[]. */
export function hasStatus(statuses: readonly LotStatus[], placeholder: string): string {
  const facts = [...new Set(statuses)].map((status) => `(${necessary[status]})`).join(' OR ');
  return `(${facts}) AND ${lotStatus} = ANY(${placeholder})`;
}

export async function lotStatuses(db: DataSource, lotIds: readonly string[]): Promise<ReadonlyMap<string, LotStatus>> {
  const rows = await read<{ id: string; status: LotStatus }>(
    db,
    `SELECT l.id, ${lotStatus} AS status FROM inventory.inventory_lot l WHERE l.id = ANY($1::uuid[])`,
    [lotIds],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
}
