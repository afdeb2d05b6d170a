/** Dispense records, newest first, with what belongs to them. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { DispenseAllocation } from '../../entities/dispense-allocation.ts';
import { DispenseRecord } from '../../entities/dispense-record.ts';
import { DispensingEvent } from '../../entities/dispensing-event.ts';
import { InventoryTransaction } from '../../entities/inventory-transaction.ts';
import { atPlaces, placesOf, type Reader } from '../places.ts';
import { recordsOf } from '../people/merged-records.ts';
import { optionalUuid } from '../uuid.ts';

const newestFirst: KeyOrder = {
  name: 'dispense-records',
  direction: 'DESC',
  keys: [
    { sql: 'd.dispensed_at', type: 'timestamptz' },
    { sql: 'd.id', type: 'uuid' },
  ],
};

const columns = columnsOf(DispenseRecord, 'd');

export interface DispenseRecordFilter {
  /** Also what was recorded under records that were merged into this one. */
  readonly patientId?: string | null | undefined;
  readonly productId?: string | null | undefined;
  readonly locationId?: string | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

export async function listDispenseRecords(
  db: DataSource,
  reader: Reader,
  filter: DispenseRecordFilter,
  request: PageRequest,
): Promise<Page<DispenseRecord>> {
  const values = new Values();
  const patientId = optionalUuid(filter.patientId, 'patientId');
  const productId = optionalUuid(filter.productId, 'productId');
  const list = {
    order: newestFirst,
    columns,
    places: placesOf(reader, values, filter.locationId),
    from: 'inventory.dispense_record d',
    identity: 'd.id',
    rows: 'inventory.dispense_record d ON d.id = page.id',
    where: [
      'd.location_id = place.id',
      ...(patientId === null ? [] : [`d.patient_id = ANY(${recordsOf(values.add(patientId, 'uuid'))})`]),
      ...(productId === null ? [] : [`d.product_id = ${values.add(productId, 'uuid')}`]),
      ...(filter.from == null ? [] : [`d.dispensed_at >= ${values.add(filter.from, 'timestamptz')}`]),
      ...(filter.to == null ? [] : [`d.dispensed_at < ${values.add(filter.to, 'timestamptz')}`]),
    ],
    values,
  };
  return readPageByPlace<DispenseRecord>(db, list, request);
}

export async function dispenseRecords(
  db: DataSource,
  reader: Reader,
  ids: readonly string[],
): Promise<DispenseRecord[]> {
  const values = new Values();
  return read<DispenseRecord>(
    db,
    `SELECT ${columns} FROM inventory.dispense_record d
     WHERE d.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'd.location_id')}`,
    values.list,
  );
}

export async function allocationsOf(db: DataSource, recordIds: readonly string[]): Promise<DispenseAllocation[]> {
  return read<DispenseAllocation>(
    db,
    `SELECT ${columnsOf(DispenseAllocation, 'a')} FROM inventory.dispense_allocation a
     WHERE a.dispense_record_id = ANY($1::uuid[]) ORDER BY a.dispense_record_id, a.transaction_id`,
    [recordIds],
  );
}

/** Which record reverses each of these. */
export async function reversalsOf(
  db: DataSource,
  recordIds: readonly string[],
): Promise<{ readonly id: string; readonly reverses: string }[]> {
  return read(db, 'SELECT id, reverses FROM inventory.dispense_record WHERE reverses = ANY($1::uuid[])', [recordIds]);
}

/** Joined in the database: the events' and lines' exact times do not survive as JavaScript dates. */
export async function eventsOf(
  db: DataSource,
  recordIds: readonly string[],
): Promise<(DispensingEvent & { readonly recordId: string })[]> {
  return read(
    db,
    `SELECT d.id AS "recordId", ${columnsOf(DispensingEvent, 'e')}
     FROM inventory.dispense_record d JOIN dpap.dispensing_event e ON e.timestamp = d.event_timestamp AND e.id = d.event_id
     WHERE d.id = ANY($1::uuid[])`,
    [recordIds],
  );
}

export async function allocatedLines(db: DataSource, recordIds: readonly string[]): Promise<InventoryTransaction[]> {
  return read<InventoryTransaction>(
    db,
    `SELECT ${columnsOf(InventoryTransaction, 't')}
     FROM inventory.dispense_allocation a
     JOIN inventory.inventory_transaction t ON t.recorded_at = a.transaction_recorded_at AND t.id = a.transaction_id
     WHERE a.dispense_record_id = ANY($1::uuid[])`,
    [recordIds],
  );
}
