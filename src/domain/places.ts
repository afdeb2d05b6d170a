/** The caller's locations as part of a statement: what lies elsewhere is not there. */
import type { Actor } from '../actor.ts';
import type { Values } from '../db/values.ts';
import { optionalUuid } from './uuid.ts';

export type Reader = Pick<Actor, 'isSystem' | 'locationIds'>;

/**
 * A FROM item `place` with id and today, the day there: the reader's locations, or the one of them that is named.
 * OFFSET 0 keeps the day from being computed for each row that is joined (a million conversions take two seconds).
 */
export function placesOf(reader: Reader, values: Values, locationId?: string | null): string {
  const named = optionalUuid(locationId, 'locationId');
  const conditions = [
    ...(reader.isSystem ? [] : [`id = ANY(${values.add(reader.locationIds, 'uuid[]')})`]),
    ...(named === null ? [] : [`id = ${values.add(named, 'uuid')}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `(SELECT id, (now() AT TIME ZONE time_zone)::date AS today FROM people.location ${where} OFFSET 0) AS place`;
}

/** The condition that a column names one of the reader's locations. */
export function atPlaces(reader: Reader, values: Values, column: string): string {
  return reader.isSystem ? 'true' : `${column} = ANY(${values.add(reader.locationIds, 'uuid[]')})`;
}
