/**
 * Makes a location or changes one. Who makes it works there from then on: nobody else could see it.
 * Refuses: BAD_USER_INPUT (time zone that the database does not know), NOT_FOUND, DUPLICATE (code). Locks: the location.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import type { LocationKind } from '../../schema/enums.ts';
import { audit } from '../audit.ts';
import { changesOf, kept } from '../changes.ts';
import { claim, gate, type Result } from '../claim.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import { optionalObject } from '../storable-json.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { knownTimeZone } from './time-zone.ts';

export interface LocationToSave {
  readonly id?: string | null;
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind;
  readonly timeZone: string;
  /** Absent keeps them, null clears them. */
  readonly externalIds?: unknown;
}

interface LocationFields {
  readonly code: string;
  readonly name: string;
  readonly kind: LocationKind;
  readonly timeZone: string;
  readonly externalIds: unknown;
}

export async function saveLocation(tx: Tx, input: LocationToSave): Promise<Result> {
  const code = text(input.code, 'code', { max: 50 });
  const name = text(input.name, 'name', { max: 100 });
  const given = optionalObject(input.externalIds, 'externalIds');
  const known = await lockLocation(tx, input);
  const timeZone = await knownTimeZone(tx, input.timeZone);
  const id = known?.id ?? uuid();
  const externalIds = kept(input.externalIds === undefined ? undefined : given, known?.externalIds ?? null);
  const location: LocationFields = { code, name, kind: input.kind, timeZone, externalIds };

  await refuseDuplicates({ location_code_key: 'code' }, () => write(tx, id, location));
  if (known === null && !tx.actor.isSystem) await letMakerIn(tx, id);
  const { before, after } = changesOf(known ?? {}, location);
  await audit(tx, {
    entity: 'location',
    entityId: id,
    locationId: id,
    action: 'saveLocation',
    before: known === null ? null : before,
    after,
  });
  await tell(tx, { topic: 'location.changed', payload: { locationId: id } });
  return { location: [id] };
}

async function lockLocation(tx: Tx, input: LocationToSave): Promise<(LocationFields & { readonly id: string }) | null> {
  const id = input.id ?? null;
  if (id !== null && !isUuid(id)) throw notFound('location', id);
  const claimed = await claim<LocationFields & { readonly id: string }>(
    tx,
    { mutation: 'saveLocation', key: null, input },
    {
      locked: `SELECT o.* FROM people.location o WHERE ${gate} AND o.id = $8 AND ($9::boolean OR o.id = ANY($10::uuid[])) FOR UPDATE`,
      columns: `l.id, l.code, l.name, l.kind, l.time_zone AS "timeZone", l.external_ids AS "externalIds"`,
      values: [id, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const [known = null] = claimed.replay === null ? claimed.rows : [];
  if (id !== null && known === null) throw notFound('location', id);
  return known;
}

async function write(tx: Tx, id: string, location: LocationFields): Promise<void> {
  const { code, name, kind, timeZone, externalIds } = location;
  await tx.sql(
    `INSERT INTO people.location (id, code, name, kind, time_zone, external_ids) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, name = EXCLUDED.name, kind = EXCLUDED.kind, time_zone = EXCLUDED.time_zone,
       external_ids = EXCLUDED.external_ids, updated_at = clock_timestamp()`,
    [id, code, name, kind, timeZone, externalIds === null ? null : JSON.stringify(externalIds)],
  );
}

async function letMakerIn(tx: Tx, locationId: string): Promise<void> {
  await tx.sql('INSERT INTO people.user_location (user_id, location_id) VALUES ($1, $2)', [tx.actor.id, locationId]);
  await tx.sql(
    'UPDATE people."user" SET access_version = access_version + 1, updated_at = clock_timestamp() WHERE id = $1',
    [tx.actor.id],
  );
}
