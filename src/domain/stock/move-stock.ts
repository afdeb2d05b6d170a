/**
 * Puts a batch to another place or storage unit of its location. What is not named stays, null empties it. Where a batch
 * stood when is kept by the database (inventory.keep_position).
 * Refuses: BAD_USER_INPUT, NOT_FOUND (also a storage unit of another location). Locks: stock.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import type { Result } from '../claim.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import type { Position } from './intake-input.ts';
import { claimStock } from './lock-stock.ts';
import { stockAudit } from './stock-audit.ts';
import { writeStock } from './write-stock.ts';

export interface MoveStock {
  readonly stockId: string;
  readonly storageUnitId?: string | null;
  readonly zone?: string | null;
  readonly rack?: string | null;
  readonly shelf?: string | null;
  readonly bin?: string | null;
}

const places = ['zone', 'rack', 'shelf', 'bin'] as const;

export async function moveStock(tx: Tx, input: MoveStock): Promise<Result> {
  const told = named(input);
  const claimed = await claimStock<Position>(
    tx,
    { mutation: 'moveStock', key: null, input },
    input.stockId,
    'l.storage_unit_id AS "storageUnitId", l.zone, l.rack, l.shelf, l.bin',
  );
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  const { storageUnitId, zone, rack, shelf, bin } = { ...stock, ...told };
  const position: Position = { storageUnitId, zone, rack, shelf, bin };
  if (told.storageUnitId != null) await requireUnit(tx, told.storageUnitId, stock.locationId);

  const result = { stock: [stock.id] };
  const moves = Object.entries(position).some(([name, value]) => value !== stock[name as keyof Position]);
  if (!moves) return result;
  const facts = { storage_unit_id: storageUnitId, zone, rack, shelf, bin };
  await writeStock(tx, stock, facts, stockAudit('moveStock', stock, position));
  return result;
}

/** Only what is named. */
function named(input: MoveStock): Partial<Position> {
  const inPlaces = places.filter((place) => input[place] !== undefined);
  return {
    ...(input.storageUnitId !== undefined && { storageUnitId: optionalUuid(input.storageUnitId, 'storageUnitId') }),
    ...Object.fromEntries(inPlaces.map((place) => [place, optionalText(input[place], place, 50)])),
  };
}

async function requireUnit(tx: Tx, id: string, locationId: string): Promise<void> {
  const units = await tx.sql('SELECT FROM inventory.storage_unit WHERE id = $1 AND location_id = $2', [id, locationId]);
  if (units.length === 0) throw notFound('storage unit', id);
}
