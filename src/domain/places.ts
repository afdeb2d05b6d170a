/** The caller's locations as part of a statement: what lies elsewhere is not there. */
import type { Actor } from '../actor.ts';
import type { Values } from '../db/values.ts';
import { optionalUuid } from './uuid.ts';

export type Reader = Pick<Actor, 'isSystem' | 'locationIds'>;

/** A FROM item `place` with id and time_zone: the reader's locations, or the one of them that is named. */
export function placesOf(reader: Reader, values: Values, locationId?: string | null): string {
  const named = optionalUuid(locationId, 'locationId');
  const conditions = [
    ...(reader.isSystem ? [] : [`id = ANY(${values.add(reader.locationIds, 'uuid[]')})`]),
    ...(named === null ? [] : [`id = ${values.add(named, 'uuid')}`]),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return `(SELECT id, time_zone FROM people.location ${where}) AS place`;
}

/** The condition that a column names one of the reader's locations. */
export function atPlaces(reader: Reader, values: Values, column: string): string {
  return reader.isSystem ? 'true' : `${column} = ANY(${values.add(reader.locationIds, 'uuid[]')})`;
}

/** The day at `place`. */
export const todayThere = '(now() AT TIME ZONE place.time_zone)::date';
