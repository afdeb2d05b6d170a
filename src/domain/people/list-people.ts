/** Users, locations and the organisation's settings. Locks nothing. */
import type { DataSource } from 'typeorm';
import { systemUserId } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { Location } from '../../entities/location.ts';
import { Settings } from '../../entities/settings.ts';
import { User } from '../../entities/user.ts';
import { atPlaces, type Reader } from '../places.ts';

/** All but the system's own, active or not. */
export async function listUsers(db: DataSource): Promise<User[]> {
  return read<User>(
    db,
    `SELECT ${columnsOf(User, 'u')} FROM people."user" u WHERE u.id <> $1 ORDER BY lower(u.email)`,
    [systemUserId],
  );
}

/** The reader's own. */
export async function listLocations(db: DataSource, reader: Reader): Promise<Location[]> {
  const values = new Values();
  return read<Location>(
    db,
    `SELECT ${columnsOf(Location, 'o')} FROM people.location o WHERE ${atPlaces(reader, values, 'o.id')} ORDER BY o.name, o.id`,
    values.list,
  );
}

export async function readSettings(db: DataSource): Promise<Settings> {
  const [settings] = await read<Settings>(db, `SELECT ${columnsOf(Settings, 's')} FROM ops.settings s`);
  if (settings === undefined) throw new Error('ops.settings has no row');
  return settings;
}
