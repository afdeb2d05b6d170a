/** Lots, last received first. They belong to the organisation: every reader sees them all. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPage, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { Values } from '../../db/values.ts';
import { InventoryLot } from '../../entities/inventory-lot.ts';
import type { LotFilter } from '../../schema/filters.ts';
import { optionalUuid } from '../uuid.ts';
import { hasStatus } from './lot-status.ts';

const newestFirst: KeyOrder = {
  name: 'lots',
  direction: 'DESC',
  keys: [
    { sql: 'l.received_at', type: 'timestamptz' },
    { sql: 'l.id', type: 'uuid' },
  ],
};

const columns = columnsOf(InventoryLot, 'l');

export async function listLots(db: DataSource, filter: LotFilter, request: PageRequest): Promise<Page<InventoryLot>> {
  const values = new Values();
  const where = conditions(filter, values);
  const list = { order: newestFirst, columns, from: 'inventory.inventory_lot l', where, values };
  return readPage<InventoryLot>(db, list, request);
}

function conditions(filter: LotFilter, values: Values): string[] {
  const productId = optionalUuid(filter.productId, 'productId');
  return [
    ...(productId === null ? [] : [`l.product_id = ${values.add(productId, 'uuid')}`]),
    ...(filter.lotNumber == null
      ? []
      : [`l.lot_number_key = catalogue.lot_number_key(${values.add(filter.lotNumber, 'text')})`]),
    ...(filter.expiresBefore == null ? [] : [`l.expires_on < ${values.add(filter.expiresBefore, 'date')}`]),
    ...(filter.expiresAfter == null ? [] : [`l.expires_on > ${values.add(filter.expiresAfter, 'date')}`]),
    ...(filter.status == null || filter.status.length === 0
      ? []
      : [hasStatus(filter.status, values.add(filter.status, 'text[]'))]),
  ];
}
