/** Outside pharmacies for which the reader's locations answer. Locks nothing. */
import type { DataSource } from 'typeorm';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { OutsidePharmacy } from '../../entities/outside-pharmacy.ts';
import { atPlaces, type Reader } from '../places.ts';

const columns = columnsOf(OutsidePharmacy, 'p');

export async function listOutsidePharmacies(db: DataSource, reader: Reader): Promise<OutsidePharmacy[]> {
  const values = new Values();
  return read(
    db,
    `SELECT ${columns} FROM people.outside_pharmacy p WHERE ${atPlaces(reader, values, 'p.location_id')} ORDER BY p.name, p.id`,
    values.list,
  );
}

export async function outsidePharmaciesById(
  db: DataSource,
  reader: Reader,
  ids: readonly string[],
): Promise<OutsidePharmacy[]> {
  const values = new Values();
  return read(
    db,
    `SELECT ${columns} FROM people.outside_pharmacy p WHERE p.id = ANY(${values.add(ids, 'uuid[]')}) AND ${atPlaces(reader, values, 'p.location_id')}`,
    values.list,
  );
}
