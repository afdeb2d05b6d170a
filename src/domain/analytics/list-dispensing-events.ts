/** Dispensing events, newest first. Limited to the reader's pharmacies. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { DispensingEvent } from '../../entities/dispensing-event.ts';
import type { DispensingEventFilter } from '../../schema/filters.ts';
import type { Reader } from '../places.ts';
import { pharmaciesOf } from './pharmacies.ts';

const newestFirst: KeyOrder = {
  name: 'dispensing-events',
  direction: 'DESC',
  keys: [
    { sql: 'e.timestamp', type: 'timestamptz' },
    { sql: 'e.id', type: 'uuid' },
  ],
};

const columns = columnsOf(DispensingEvent, 'e');

export async function listDispensingEvents(
  db: DataSource,
  reader: Reader,
  filter: DispensingEventFilter,
  request: PageRequest,
): Promise<Page<DispensingEvent>> {
  const values = new Values();
  const list = {
    order: newestFirst,
    columns,
    places: pharmaciesOf(reader, values, filter.pharmacyId),
    from: 'dpap.dispensing_event e',
    identity: 'e.timestamp, e.id',
    rows: 'dpap.dispensing_event e ON e.timestamp = page.timestamp AND e.id = page.id',
    where: ['e.pharmacy_id = place.id', ...conditions(filter, values)],
    values,
  };
  return readPageByPlace<DispensingEvent>(db, list, request);
}

function conditions(filter: DispensingEventFilter, values: Values): string[] {
  return [
    ...(filter.from == null ? [] : [`e.timestamp >= ${values.add(filter.from, 'timestamptz')}`]),
    ...(filter.to == null ? [] : [`e.timestamp < ${values.add(filter.to, 'timestamptz')}`]),
    ...(filter.drugId == null ? [] : [`e.drug_id = ${values.add(filter.drugId, 'text')}`]),
    ...(filter.highRiskOnly === true ? ['e.high_risk_flag'] : []),
    ...(filter.riskCategory == null || filter.riskCategory.length === 0
      ? []
      : [`e.risk_category = ANY(${values.add(filter.riskCategory, 'dpap.risk_category[]')})`]),
  ];
}

/** When each of these events was taken back, where it was. */
export async function reversedAts(
  db: DataSource,
  eventIds: readonly string[],
): Promise<{ readonly eventId: string; readonly reversedAt: Date }[]> {
  return read(
    db,
    'SELECT event_id AS "eventId", reversed_at AS "reversedAt" FROM dpap.event_reversal WHERE event_id = ANY($1::uuid[])',
    [eventIds],
  );
}
