/**
 * Makes a storage unit at one of the actor's locations, or changes its name and limits; it never changes its place, for
 * what stands in it would not know.
 * Refuses: BAD_USER_INPUT, NOT_FOUND, DUPLICATE (name). Locks: the unit.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound, requireLocation } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import { audit } from '../audit.ts';
import { celsius, requireRange } from '../celsius.ts';
import { changesOf } from '../changes.ts';
import { claim, gate, type Result } from '../claim.ts';
import { exact } from '../decimal.ts';
import { refuseDuplicates } from '../duplicate.ts';
import { tell } from '../outbox.ts';
import { text } from '../text.ts';
import { isUuid } from '../uuid.ts';

export interface StorageUnitToSave {
  readonly id?: string | null;
  readonly locationId: string;
  readonly name: string;
  readonly minCelsius: string;
  readonly maxCelsius: string;
  readonly graceMinutes?: number | null;
}

interface UnitFields {
  readonly locationId: string;
  readonly name: string;
  readonly minCelsius: string;
  readonly maxCelsius: string;
  readonly graceMinutes: number;
}

const longestGraceMinutes = 10_080;

export async function saveStorageUnit(tx: Tx, input: StorageUnitToSave): Promise<Result> {
  const unit = checked(input);
  const known = await lockUnit(tx, input);
  if (known !== null && known.locationId !== unit.locationId) {
    throw new Refusal('BAD_USER_INPUT', 'A storage unit stays at its location. Make a new one at the other.', {
      field: 'locationId',
    });
  }
  requireLocation(tx.actor, unit.locationId);
  const id = known?.id ?? uuid();

  await refuseDuplicates({ storage_unit_location_id_name_key_key: 'name' }, () => write(tx, id, unit));
  const { before, after } = changesOf(known ?? {}, unit);
  await audit(tx, {
    entity: 'storage_unit',
    entityId: id,
    locationId: unit.locationId,
    action: 'saveStorageUnit',
    before: known === null ? null : before,
    after,
  });
  await tell(tx, { topic: 'storage-unit.changed', payload: { storageUnitId: id, locationId: unit.locationId } });
  return { storageUnit: [id] };
}

function checked(input: StorageUnitToSave): UnitFields {
  const unit = {
    locationId: input.locationId,
    name: text(input.name, 'name', { max: 100 }),
    minCelsius: celsius(input.minCelsius, 'minCelsius'),
    maxCelsius: celsius(input.maxCelsius, 'maxCelsius'),
    graceMinutes: input.graceMinutes ?? 5,
  };
  requireRange(unit.minCelsius, unit.maxCelsius, 'minCelsius');
  if (unit.graceMinutes >= 0 && unit.graceMinutes <= longestGraceMinutes) return unit;
  throw new Refusal('BAD_USER_INPUT', `graceMinutes must be 0 to ${longestGraceMinutes}, a week.`, {
    field: 'graceMinutes',
  });
}

async function lockUnit(tx: Tx, input: StorageUnitToSave): Promise<(UnitFields & { readonly id: string }) | null> {
  const id = input.id ?? null;
  if (id !== null && !isUuid(id)) throw notFound('storage unit', id);
  if (!isUuid(input.locationId)) throw notFound('location', input.locationId);
  const claimed = await claim<UnitFields & { readonly id: string }>(
    tx,
    { mutation: 'saveStorageUnit', key: null, input },
    {
      locked: `SELECT u.* FROM inventory.storage_unit u WHERE ${gate} AND u.id = $8 AND ($9::boolean OR u.location_id = ANY($10::uuid[])) FOR UPDATE`,
      columns: `l.id, l.location_id AS "locationId", l.name, l.min_celsius AS "minCelsius", l.max_celsius AS "maxCelsius",
        l.grace_minutes AS "graceMinutes"`,
      values: [id, tx.actor.isSystem, tx.actor.locationIds],
    },
  );
  const [row] = claimed.replay === null ? claimed.rows : [];
  if (id !== null && row === undefined) throw notFound('storage unit', id);
  if (row === undefined) return null;
  return { ...row, minCelsius: exact(row.minCelsius).toString(), maxCelsius: exact(row.maxCelsius).toString() };
}

async function write(tx: Tx, id: string, unit: UnitFields): Promise<void> {
  await tx.sql(
    `INSERT INTO inventory.storage_unit (id, location_id, name, min_celsius, max_celsius, grace_minutes) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, min_celsius = EXCLUDED.min_celsius, max_celsius = EXCLUDED.max_celsius,
       grace_minutes = EXCLUDED.grace_minutes, updated_at = clock_timestamp()`,
    [id, unit.locationId, unit.name, unit.minCelsius, unit.maxCelsius, unit.graceMinutes],
  );
}
