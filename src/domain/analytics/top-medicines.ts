/**
 * What was dispensed most often over days, counted from the events: ten a day are not enough to tell. Without what was
 * taken back. Limited to the reader's pharmacies. Refuses: BAD_USER_INPUT. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { readReport } from '../../db/read-report.ts';
import { Values } from '../../db/values.ts';
import { Refusal } from '../../refusal.ts';
import type { MedicineCount } from '../../schema/daily-summary.ts';
import type { Reader } from '../places.ts';
import { isCounted, withinDays } from './day-figures.ts';
import { checkDays } from './days.ts';
import { pharmaciesOf } from './pharmacies.ts';
import type { Asked } from './read-days.ts';

const most = 100;

export async function listTopMedicines(
  db: DataSource,
  reader: Reader,
  asked: Asked,
  first: number,
): Promise<MedicineCount[]> {
  checkDays(asked);
  if (!Number.isInteger(first) || first < 1 || first > most) {
    throw new Refusal('BAD_USER_INPUT', `first must be between 1 and ${most}.`, { field: 'first' });
  }
  const values = new Values();
  const places = pharmaciesOf(reader, values, asked.pharmacyId);
  const [from, to] = [values.add(asked.from, 'date'), values.add(asked.to, 'date')];
  return readReport(
    db,
    `SELECT e.drug_id AS "drugId", max(e.drug_name COLLATE "C") AS "drugName", count(*)::integer AS count
     FROM dpap.dispensing_event e JOIN ${places} ON place.id = e.pharmacy_id
     WHERE e.local_date BETWEEN ${from} AND ${to} AND ${withinDays(from, to)} AND ${isCounted}
     GROUP BY e.drug_id ORDER BY count DESC, "drugName", e.drug_id COLLATE "C" LIMIT ${values.add(first, 'integer')}`,
    values.list,
  );
}
