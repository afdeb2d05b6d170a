/**
 * Registers a pharmacy that sends its dispensing events from another system, or changes it, under one of the actor's
 * locations: whoever works there sees its events and reviews its alerts. Days of events that are there stay as they are.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, DUPLICATE (code). Locks: the pharmacy.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound, requireLocation } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { changesOf, kept } from '../changes.ts';
import { claim, gate, type Result } from '../claim.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { optionalObject } from '../storable-json.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';
import { knownTimeZone } from './time-zone.ts';

export interface OutsidePharmacyToSave {
  readonly id?: string | null;
  readonly locationId: string;
  readonly code: string;
  readonly name: string;
  readonly timeZone: string;
  /** Absent keeps them, null clears them. */
  readonly externalIds?: unknown;
}

type PharmacyFields = Required<Omit<OutsidePharmacyToSave, 'id'>>;
type KnownPharmacy = PharmacyFields & { readonly id: string };

export async function saveOutsidePharmacy(tx: Tx, input: OutsidePharmacyToSave): Promise<Result> {
  const code = text(input.code, 'code', { max: 50 });
  const name = text(input.name, 'name', { max: 100 });
  const given = optionalObject(input.externalIds, 'externalIds');
  const known = await lockPharmacy(tx, input);
  requireLocation(tx.actor, input.locationId);
  const timeZone = await knownTimeZone(tx, input.timeZone);
  await refuseLocationsCode(tx, code);
  const id = known?.id ?? uuid();
  const externalIds = kept(input.externalIds === undefined ? undefined : given, known?.externalIds ?? null);
  const pharmacy = { locationId: input.locationId, code, name, timeZone, externalIds };

  await refuseDuplicates({ outside_pharmacy_code_key: 'code' }, () => write(tx, id, pharmacy));
  const { before, after } = changesOf(known ?? {}, pharmacy);
  await audit(tx, {
    entity: 'outside_pharmacy',
    entityId: id,
    locationId: input.locationId,
    action: 'saveOutsidePharmacy',
    before: known === null ? null : before,
    after,
  });
  return { outsidePharmacy: [id] };
}

async function lockPharmacy(tx: Tx, input: OutsidePharmacyToSave): Promise<KnownPharmacy | null> {
  const id = input.id ?? null;
  if (id !== null && !isUuid(id)) throw notFound('outside pharmacy', id);
  if (!isUuid(input.locationId)) throw notFound('location', input.locationId);
  const claimed = await claim<KnownPharmacy>(
    tx,
    { mutation: 'saveOutsidePharmacy', key: null, input },
    {
      locked: `SELECT p.* FROM people.outside_pharmacy p WHERE ${gate} AND p.id = $8 AND ($9::boolean OR p.location_id = ANY($10::uuid[])) FOR UPDATE`,
      columns: `l.id, l.location_id AS "locationId", l.code, l.name, l.time_zone AS "timeZone", l.external_ids AS "externalIds"`,
      values: [id, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const [known = null] = claimed.replay === null ? claimed.rows : [];
  if (id !== null && known === null) throw notFound('outside pharmacy', id);
  return known;
}

/** An event that names the code must mean one place. */
async function refuseLocationsCode(tx: Tx, code: string): Promise<void> {
  const taken = await tx.sql('SELECT FROM people.location WHERE code = $1', [code]);
  if (taken.length > 0) throw new Refusal('DUPLICATE', 'A location has this code already.', { field: 'code' });
}

async function write(tx: Tx, id: string, pharmacy: PharmacyFields): Promise<void> {
  const { locationId, code, name, timeZone, externalIds } = pharmacy;
  await tx.sql(
    `INSERT INTO people.outside_pharmacy (id, location_id, code, name, time_zone, external_ids) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET location_id = EXCLUDED.location_id, code = EXCLUDED.code, name = EXCLUDED.name,
       time_zone = EXCLUDED.time_zone, external_ids = EXCLUDED.external_ids, updated_at = clock_timestamp()`,
    [id, locationId, code, name, timeZone, externalIds === null ? null : JSON.stringify(externalIds)],
  );
}
