/** Users, locations and the organisation's settings. Locks nothing. */
import type { DataSource } from 'typeorm';
import { hasRole, systemUserId, type Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { Location } from '../../entities/location.ts';
import { Settings } from '../../entities/settings.ts';
import { User } from '../../entities/user.ts';
import { atPlaces, type Reader } from '../places.ts';
import { isUuid } from '../uuid.ts';

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

/** All of the organisation: the other end of a transfer is seldom one's own. */
export async function listAllLocations(db: DataSource): Promise<Location[]> {
  return read<Location>(db, `SELECT ${columnsOf(Location, 'o')} FROM people.location o ORDER BY o.name, o.id`);
}

/** Active ones of the role PROVIDER who work at the location, which has to be one of the reader's. */
export async function listProviders(db: DataSource, reader: Reader, locationId: string): Promise<User[]> {
  if (!isUuid(locationId)) return [];
  const values = new Values();
  return read<User>(
    db,
    `SELECT ${columnsOf(User, 'u')} FROM people."user" u JOIN people.user_location w ON w.user_id = u.id
     WHERE w.location_id = ${values.add(locationId, 'uuid')} AND ${atPlaces(reader, values, 'w.location_id')}
       AND u.active AND 'PROVIDER' = ANY(u.roles) ORDER BY u.display_name, u.id`,
    values.list,
  );
}

/** Addresses of webhooks often hold a password in their path: who neither sets nor audits them sees whose they are. */
export async function readSettings(db: DataSource, actor: Actor): Promise<Settings> {
  const [settings] = await read<Settings>(db, `SELECT ${columnsOf(Settings, 's')} FROM ops.settings s`);
  if (settings === undefined) throw new Error('ops.settings has no row');
  if (hasRole(actor, 'ADMIN', 'AUDITOR')) return settings;
  return Object.assign({}, settings, { webhookUrls: settings.webhookUrls.map(originOf) });
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : '';
}
