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
