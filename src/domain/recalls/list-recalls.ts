/** Recalls, last issued first, with their lots, their locations and what stands still for them. They belong to the organisation. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InventoryLot } from '../../entities/inventory-lot.ts';
import { RecallAcknowledgement } from '../../entities/recall-acknowledgement.ts';
import { Recall } from '../../entities/recall.ts';
import type { RecallStatus } from '../../schema/enums.ts';

const newestFirst: KeyOrder = {
  name: 'recalls',
  direction: 'DESC',
  keys: [
    { sql: 'r.issued_at', type: 'timestamptz' },
    { sql: 'r.id', type: 'uuid' },
  ],
};

const columns = columnsOf(Recall, 'r');

export async function listRecalls(
  db: DataSource,
  status: RecallStatus | null,
  request: PageRequest,
): Promise<Page<Recall>> {
  const values = new Values();
  const where = status === null ? [] : [`r.status = ${values.add(status, 'inventory.recall_status')}`];
  return readPage<Recall>(db, { order: newestFirst, columns, from: 'inventory.recall r', where, values }, request);
}

export async function recallsById(db: DataSource, ids: readonly string[]): Promise<Recall[]> {
  return read<Recall>(db, `SELECT ${columns} FROM inventory.recall r WHERE r.id = ANY($1::uuid[])`, [ids]);
}

/** Of each lot the recall that blocks it: an open one, the last issued first; else one that was closed without release. */
export async function recallsOfLots(
  db: DataSource,
  lotIds: readonly string[],
): Promise<(Recall & { readonly lotId: string })[]> {
  return read<Recall & { readonly lotId: string }>(
    db,
    `SELECT DISTINCT ON (l.lot_id) l.lot_id AS "lotId", ${columns}
     FROM inventory.recall_lot l JOIN inventory.recall r ON r.id = l.recall_id
     WHERE l.lot_id = ANY($1::uuid[]) AND NOT r.released ORDER BY l.lot_id, r.status, r.issued_at DESC, r.id`,
    [lotIds],
  );
}

export async function lotsOfRecalls(
  db: DataSource,
  recallIds: readonly string[],
): Promise<(InventoryLot & { readonly recallId: string })[]> {
  return read<InventoryLot & { readonly recallId: string }>(
    db,
    `SELECT l.recall_id AS "recallId", ${columnsOf(InventoryLot, 'lot')}
     FROM inventory.recall_lot l JOIN inventory.inventory_lot lot ON lot.id = l.lot_id
     WHERE l.recall_id = ANY($1::uuid[]) ORDER BY lot.manufacturer_lot_number, lot.id`,
    [recallIds],
  );
}

export async function acknowledgementsOf(
  db: DataSource,
  recallIds: readonly string[],
): Promise<RecallAcknowledgement[]> {
  return read<RecallAcknowledgement>(
    db,
    `SELECT ${columnsOf(RecallAcknowledgement, 'a')} FROM inventory.recall_acknowledgement a JOIN people.location o ON o.id = a.location_id
     WHERE a.recall_id = ANY($1::uuid[]) ORDER BY o.name, o.id`,
    [recallIds],
  );
}

/** Units of its lots that stand in quarantine for a recall, everywhere, now. */
export async function quarantinedOf(
  db: DataSource,
  recallIds: readonly string[],
): Promise<{ readonly id: string; readonly quantity: string }[]> {
  return read(
    db,
    `SELECT l.recall_id AS id, coalesce(sum(q.quantity), 0) AS quantity FROM inventory.recall_lot l
     JOIN inventory.stock s ON s.lot_id = l.lot_id
     JOIN inventory.stock_quarantine q ON q.stock_id = s.id AND q.cause = 'RECALL' AND q.reference = l.lot_id
     WHERE l.recall_id = ANY($1::uuid[]) GROUP BY l.recall_id`,
    [recallIds],
  );
}
