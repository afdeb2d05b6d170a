/**
 * Whose dispensing events somebody may see, as part of a statement: those of the reader's locations, and of the outside
 * pharmacies for which one of these answers. What is elsewhere is not there.
 */
import type { Values } from '../../db/values.ts';
import type { Reader } from '../places.ts';
import { optionalUuid } from '../uuid.ts';

/** A FROM item `place` with id: all of them, or the one that is named. */
export function pharmaciesOf(reader: Reader, values: Values, pharmacyId?: string | null): string {
  const named = optionalUuid(pharmacyId, 'pharmacyId');
  const conditions = [
    ...(reader.isSystem ? [] : [`location_id = ANY(${values.add(reader.locationIds, 'uuid[]')})`]),
    ...(named === null ? [] : [`id = ${values.add(named, 'uuid')}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `(SELECT id FROM people.pharmacy ${where} OFFSET 0) AS place`;
}

/** The condition that a column names one of them. */
export function ofPharmacies(reader: Reader, values: Values, column: string): string {
  if (reader.isSystem) return 'true';
  return `${column} IN (SELECT id FROM people.pharmacy WHERE location_id = ANY(${values.add(reader.locationIds, 'uuid[]')}))`;
}
