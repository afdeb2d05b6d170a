/**
 * The review queue of high-risk events: the newest day first, of each day the riskiest first. Limited to the reader's
 * pharmacies. An alert's cursor is seen at the same moment as the alert: who goes on from it misses nothing. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { readPageByPlace, type KeyOrder, type Page, type PageRequest } from '../../db/keyset.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { DispensingEvent } from '../../entities/dispensing-event.ts';
import { HighRiskAlert } from '../../entities/high-risk-alert.ts';
import type { Reader } from '../places.ts';
import { ofPharmacies, pharmaciesOf } from './pharmacies.ts';

export interface HighRiskFilter {
  readonly pharmacyId?: string | null | undefined;
  readonly reviewed?: boolean | null | undefined;
}

const newestAndRiskiestFirst: KeyOrder = {
  name: 'high-risk-alerts',
  direction: 'DESC',
  keys: [
    { sql: 'a.local_date', type: 'date' },
    { sql: 'a.risk_score', type: 'bigint' },
    { sql: 'a.timestamp', type: 'timestamptz' },
    { sql: 'a.id', type: 'uuid' },
  ],
};

const columns = `${columnsOf(HighRiskAlert, 'a')}, coalesce(a.seq, (SELECT max(seq) FROM dpap.high_risk_alert), 0)::text AS cursor`;

export async function listHighRiskAlerts(
  db: DataSource,
  reader: Reader,
  { pharmacyId, reviewed }: HighRiskFilter,
  request: PageRequest,
): Promise<Page<HighRiskAlert>> {
  const values = new Values();
  const list = {
    order: newestAndRiskiestFirst,
    columns,
    places: pharmaciesOf(reader, values, pharmacyId),
    from: 'dpap.high_risk_alert a',
    identity: 'a.id',
    rows: 'dpap.high_risk_alert a ON a.id = page.id',
    where: [
      'a.pharmacy_id = place.id',
      ...(reviewed == null ? [] : [`a.reviewed_at IS ${reviewed ? 'NOT NULL' : 'NULL'}`]),
    ],
    values,
  };
  return readPageByPlace<HighRiskAlert>(db, list, request);
}

export async function highRiskAlertsById(
  db: DataSource,
  reader: Reader,
  ids: readonly string[],
): Promise<HighRiskAlert[]> {
  const values = new Values();
  return read(
    db,
    `SELECT ${columns} FROM dpap.high_risk_alert a WHERE a.id = ANY(${values.add(ids, 'uuid[]')}) AND ${ofPharmacies(reader, values, 'a.pharmacy_id')}`,
    values.list,
  );
}

/** Joined in the database: the events' exact times do not survive as JavaScript dates. */
export async function eventsOfAlerts(
  db: DataSource,
  alertIds: readonly string[],
): Promise<(DispensingEvent & { readonly alertId: string })[]> {
  return read(
    db,
    `SELECT a.id AS "alertId", ${columnsOf(DispensingEvent, 'e')}
     FROM dpap.high_risk_alert a JOIN dpap.dispensing_event e ON e.timestamp = a.timestamp AND e.id = a.event_id WHERE a.id = ANY($1::uuid[])`,
    [alertIds],
  );
}
