/**
 * The figures of days as they are now: from the cache, and counted for this answer where a day is marked. Limited to the
 * reader's pharmacies. Reads only; between its statements a mark may go, never a day.
 */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { readReport } from '../../db/read-report.ts';
import { Values } from '../../db/values.ts';
import { DailySummaryCache } from '../../entities/daily-summary-cache.ts';
import type { Reader } from '../places.ts';
import { figuresOf, withinDays } from './day-figures.ts';
import type { Days } from './days.ts';
import { pharmaciesOf } from './pharmacies.ts';

export interface Asked extends Days {
  readonly pharmacyId: string | null;
}

export interface PharmacyDay {
  readonly pharmacyId: string;
  readonly date: string;
}

export async function markedDays(
  db: DataSource,
  reader: Reader,
  { from, to, pharmacyId }: Asked,
): Promise<PharmacyDay[]> {
  const values = new Values();
  const places = pharmaciesOf(reader, values, pharmacyId);
  return read(
    db,
    `SELECT DISTINCT m.pharmacy_id AS "pharmacyId", m.date FROM dpap.dirty_day m JOIN ${places} ON place.id = m.pharmacy_id
     WHERE m.date BETWEEN ${values.add(from, 'date')} AND ${values.add(to, 'date')}`,
    values.list,
  );
}

/** Those of them that have events. */
export async function countDays(
  db: DataSource,
  { from, to }: Days,
  days: readonly PharmacyDay[],
): Promise<DailySummaryCache[]> {
  if (days.length === 0) return [];
  return readReport<DailySummaryCache>(
    db,
    `WITH asked AS MATERIALIZED (SELECT * FROM unnest($3::uuid[], $4::date[]) AS a(pharmacy_id, date)),
     ${figuresOf(`asked a JOIN dpap.dispensing_event e ON e.pharmacy_id = a.pharmacy_id AND e.local_date = a.date WHERE ${withinDays('$1', '$2')}`)}
     SELECT ${columnsOf(DailySummaryCache, 'c')} FROM (SELECT *, clock_timestamp() AS updated_at FROM figure) c`,
    [from, to, days.map(({ pharmacyId }) => pharmacyId), days.map(({ date }) => date)],
  );
}
