/** Waste records, newest first. Limited to the reader's locations. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { WasteRecord } from '../../entities/waste-record.ts';
import type { WasteReason } from '../../schema/enums.ts';
import { atPlaces, placesOf, type Reader } from '../places.ts';

const newestFirst: KeyOrder = {
  name: 'waste-records',
  direction: 'DESC',
  keys: [
    { sql: 'w.recorded_at', type: 'timestamptz' },
    { sql: 'w.id', type: 'uuid' },
  ],
};

const columns = columnsOf(WasteRecord, 'w');

export interface WasteFilter {
  readonly locationId?: string | null | undefined;
  readonly reason?: readonly WasteReason[] | null | undefined;
  readonly from?: Date | null | undefined;
  readonly to?: Date | null | undefined;
}

export async function listWasteRecords(
  db: DataSource,
  reader: Reader,
  filter: WasteFilter,
  request: PageRequest,
): Promise<Page<WasteRecord>> {
  const values = new Values();
  const list = {
    order: newestFirst,
    columns,
    places: placesOf(reader, values, filter.locationId),
    identity: 'w.id',
    rows: 'inventory.waste_record w ON w.id = page.id',
    from: 'inventory.waste_record w',
    where: [
      'w.location_id = place.id',
      ...(filter.reason == null ? [] : [`w.reason = ANY(${values.add(filter.reason, 'inventory.waste_reason[]')})`]),
      ...(filter.from == null ? [] : [`w.recorded_at >= ${values.add(filter.from, 'timestamptz')}`]),
      ...(filter.to == null ? [] : [`w.recorded_at < ${values.add(filter.to, 'timestamptz')}`]),
    ],
    values,
  };
  return readPageByPlace<WasteRecord>(db, list, request);
}

export async function wasteRecords(db: DataSource, reader: Reader, ids: readonly string[]): Promise<WasteRecord[]> {
  const values = new Values();
  return read<WasteRecord>(
    db,
    `SELECT ${columns} FROM inventory.waste_record w
     WHERE w.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'w.location_id')}`,
    values.list,
  );
}
