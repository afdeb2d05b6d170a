/** Sums of quantities over batches: the one statement behind every such figure. Locks nothing. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import type { Availability } from '../../schema/availability.ts';
import { groupBy } from '../group-by.ts';
import { placesOf, type Reader } from '../places.ts';

/** Whether the batch `s` may be taken from at `place`: LIVE, of a lot that is usable there today. */
export const takable = `s.status = 'LIVE' AND NOT s.lot_recalled AND NOT s.lot_quarantined
  AND (s.lot_expires_on IS NULL OR s.lot_expires_on >= place.today)`;

const sums = `coalesce(sum(s.on_hand_quantity), 0) AS "onHand", coalesce(sum(s.reserved_quantity), 0) AS reserved,
  coalesce(sum(s.quarantine_quantity), 0) AS quarantine, coalesce(sum(s.hold_quantity), 0) AS hold,
  coalesce(sum(s.defective_quantity), 0) AS defective, coalesce(sum(s.sample_quantity), 0) AS sample,
  coalesce(sum(s.available_quantity) FILTER (WHERE ${takable}), 0) AS available`;

export interface AvailabilityKey {
  readonly of: 'product_id' | 'lot_id';
  readonly id: string;
  /** Null: all locations of the reader. */
  readonly locationId: string | null;
}

/** One statement for each kind of key and each location named; an id without stock has zeros. */
export async function availabilities(
  db: DataSource,
  reader: Reader,
  keys: readonly AvailabilityKey[],
): Promise<Availability[]> {
  const groups = groupBy(keys, ({ of, locationId }) => `${of} ${locationId ?? ''}`);
  const found = new Map<AvailabilityKey, Availability>();
  for (const group of groups.values()) {
    const rows = await sumsOf(db, reader, group);
    for (const key of group) found.set(key, rows.get(key.id) ?? nothing);
  }
  return keys.map((key) => found.get(key) ?? nothing);
}

async function sumsOf(
  db: DataSource,
  reader: Reader,
  keys: readonly AvailabilityKey[],
): Promise<ReadonlyMap<string, Availability>> {
  const [first] = keys;
  if (first === undefined) return new Map();
  const values = new Values();
  const rows = await read<Availability & { readonly id: string }>(
    db,
    `SELECT s.${first.of} AS id, ${sums}
     FROM inventory.stock s JOIN ${placesOf(reader, values, first.locationId)} ON place.id = s.location_id
     WHERE s.${first.of} = ANY(${values.add(
       keys.map(({ id }) => id),
       'uuid[]',
     )}) GROUP BY 1`,
    values.list,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

const nothing: Availability = {
  onHand: '0',
  reserved: '0',
  quarantine: '0',
  hold: '0',
  defective: '0',
  sample: '0',
  available: '0',
};
