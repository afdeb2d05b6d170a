/** Prescribing indicators over days, from their summaries. Limited to the reader's pharmacies. Refuses: BAD_USER_INPUT. Locks nothing. */
import type { DataSource } from 'typeorm';
import { snakeCase } from '../../db/snake-case-names.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import type { PrescribingIndicators } from '../../schema/daily-summary.ts';
import type { Reader } from '../places.ts';
import { checkDays } from './days.ts';
import { pharmaciesOf } from './pharmacies.ts';
import { countDays, markedDays, type Asked, type PharmacyDay } from './read-days.ts';
import { addedFigures, indicatorsOf, type Added } from './summary.ts';

export async function readPrescribingIndicators(
  db: DataSource,
  reader: Reader,
  asked: Asked,
): Promise<PrescribingIndicators> {
  checkDays(asked);
  const marked = await markedDays(db, reader, asked);
  const [kept, counted] = [await sumKept(db, reader, asked, marked), await countDays(db, asked, marked)];
  const sum = (figure: keyof Added) => counted.reduce((total, day) => total + day[figure], kept[figure]);
  return indicatorsOf({
    ...{ totalPrescriptions: sum('totalPrescriptions'), totalOtc: sum('totalOtc') },
    ...{ controlled: sum('controlled'), overridden: sum('overridden') },
    ...{ antibiotics: sum('antibiotics'), accessAntibiotics: sum('accessAntibiotics') },
    ...{ named: sum('named'), genericNamed: sum('genericNamed') },
    ...{ encounters: sum('encounters'), antibioticEncounters: sum('antibioticEncounters') },
    injectionEncounters: sum('injectionEncounters'),
  });
}

async function sumKept(
  db: DataSource,
  reader: Reader,
  { from, to, pharmacyId }: Asked,
  marked: readonly PharmacyDay[],
): Promise<Added> {
  const values = new Values();
  const places = pharmaciesOf(reader, values, pharmacyId);
  const without = `SELECT FROM unnest(${values.add(
    marked.map((day) => day.pharmacyId),
    'uuid[]',
  )}, ${values.add(
    marked.map((day) => day.date),
    'date[]',
  )}) AS m(pharmacy_id, date) WHERE m.pharmacy_id = c.pharmacy_id AND m.date = c.date`;
  const [row] = await read<Added>(
    db,
    `SELECT ${addedFigures.map((figure) => `coalesce(sum(c.${snakeCase(figure)}), 0)::float8 AS "${figure}"`).join(', ')}
     FROM dpap.daily_summary_cache c JOIN ${places} ON place.id = c.pharmacy_id
     WHERE c.date BETWEEN ${values.add(from, 'date')} AND ${values.add(to, 'date')} AND NOT EXISTS (${without})`,
    values.list,
  );
  if (row === undefined) throw new Error('The sums of summaries have no row');
  return row;
}
