/**
 * Counts, newest first, and their lines. Limited to the reader's locations. Of a blind count that is not submitted yet,
 * what the system expects does not leave the database for whoever may count, nor the batch's id: through it one could
 * learn it. So nothing that is reached from a count can tell. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { hasRole, type Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InventoryCount } from '../../entities/inventory-count.ts';
import type { InventoryCountLine } from '../../entities/inventory-count-line.ts';
import type { CountStatus } from '../../schema/enums.ts';
import { atPlaces, placesOf, type Reader } from '../places.ts';

const newestFirst: KeyOrder = {
  name: 'counts',
  direction: 'DESC',
  keys: [
    { sql: 'c.started_at', type: 'timestamptz' },
    { sql: 'c.id', type: 'uuid' },
  ],
};

const columns = columnsOf(InventoryCount, 'c');

export interface CountFilter {
  readonly locationId?: string | null | undefined;
  readonly status?: readonly CountStatus[] | null | undefined;
}

export async function listCounts(
  db: DataSource,
  reader: Reader,
  filter: CountFilter,
  request: PageRequest,
): Promise<Page<InventoryCount>> {
  const values = new Values();
  const list = {
    order: newestFirst,
    columns,
    places: placesOf(reader, values, filter.locationId),
    identity: 'c.id',
    rows: 'inventory.inventory_count c ON c.id = page.id',
    from: 'inventory.inventory_count c',
    where: [
      'c.location_id = place.id',
      ...(filter.status == null ? [] : [`c.status = ANY(${values.add(filter.status, 'inventory.count_status[]')})`]),
    ],
    values,
  };
  return readPageByPlace<InventoryCount>(db, list, request);
}

export async function countsById(db: DataSource, reader: Reader, ids: readonly string[]): Promise<InventoryCount[]> {
  const values = new Values();
  return read<InventoryCount>(
    db,
    `SELECT ${columns} FROM inventory.inventory_count c
     WHERE c.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'c.location_id')}`,
    values.list,
  );
}

/** Whoever may count is kept in the dark, whether they have counted yet or not: who looks first would know. */
function mayCount(actor: Actor): boolean {
  return hasRole(actor, 'MANAGER', 'PHARMACIST', 'TECHNICIAN');
}

/** Of counts that the reader has been given already, in the order in which one walks along the shelves. */
export async function linesOfCounts(
  db: DataSource,
  actor: Actor,
  countIds: readonly string[],
): Promise<InventoryCountLine[]> {
  return read<InventoryCountLine>(
    db,
    `SELECT l.id, l.count_id AS "countId", l.position, s.batch_code AS "batchCode", p.name AS "productName", p.stock_unit AS "stockUnit",
       lot.manufacturer_lot_number AS "lotNumber", s.lot_expires_on AS "expiresOn", s.zone, s.rack, s.shelf, s.bin,
       l.counted_quantity AS counted, l.counted_by AS "countedById", l.counted_at AS "countedAt", l.recount_needed AS "recountNeeded",
       l.recounted_quantity AS recounted, l.recounted_by AS "recountedById", l.recounted_at AS "recountedAt",
       known.stock_id AS "stockId", known.expected, known.variance, round(known.variance * l.unit_cost, 4) AS "varianceValue",
       known.within_tolerance AS "withinTolerance"
     FROM inventory.inventory_count c JOIN inventory.inventory_count_line l ON l.count_id = c.id JOIN inventory.stock s ON s.id = l.stock_id
     JOIN catalogue.product p ON p.id = s.product_id JOIN inventory.inventory_lot lot ON lot.id = s.lot_id
     LEFT JOIN LATERAL (SELECT l.stock_id, coalesce(l.recount_expected_quantity, l.expected_quantity) AS expected,
       coalesce(l.recounted_quantity, l.counted_quantity) - coalesce(l.recount_expected_quantity, l.expected_quantity) AS variance,
       l.within_tolerance) known ON NOT c.blind OR c.submitted_at IS NOT NULL OR NOT ($2::boolean OR $3::uuid = ANY(c.counter_ids))
     WHERE c.id = ANY($1::uuid[]) ORDER BY c.id, l.position`,
    [countIds, mayCount(actor), actor.id],
  );
}
