/**
 * What an alert is about where neither batch nor vial nor recall says it: the count that found a difference, the count,
 * transfer or dispense whose books do not add up. A dispense is shown by the ledger of a batch that it was drawn from.
 * Of alerts that the reader has been given already; nothing but a kind and an id is told. Locks nothing.
 */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { InventoryAlert } from '../../entities/inventory-alert.ts';
import type { AlertTarget } from '../../schema/alert-target.ts';
import { isUuid } from '../uuid.ts';
import { countCodeOf } from './alert-words.ts';

export type Targeted = Pick<InventoryAlert, 'type' | 'subject' | 'message'>;

export async function targetsOfAlerts(
  db: DataSource,
  alerts: readonly Targeted[],
): Promise<readonly (AlertTarget | null)[]> {
  const keys = alerts.map(keyOf);
  if (keys.every((key) => key === null)) return keys.map(() => null);
  const found = await read<AlertTarget & { readonly key: string }>(
    db,
    `SELECT code AS key, 'COUNT' AS kind, id FROM inventory.inventory_count WHERE code = ANY($1::text[])
     UNION ALL SELECT id::text, 'COUNT', id FROM inventory.inventory_count WHERE id = ANY($2::uuid[])
     UNION ALL SELECT id::text, 'TRANSFER', id FROM inventory.inventory_transfer WHERE id = ANY($2::uuid[])
     UNION ALL SELECT dispense_record_id::text, 'STOCK', (array_agg(stock_id ORDER BY stock_id))[1] FROM inventory.dispense_allocation
       WHERE dispense_record_id = ANY($2::uuid[]) GROUP BY dispense_record_id`,
    [keys.filter((key) => key !== null && !isUuid(key)), keys.filter((key) => key !== null && isUuid(key))],
  );
  const byKey = new Map(found.map(({ key, kind, id }) => [key, { kind, id }]));
  return keys.map((key) => (key === null ? null : (byKey.get(key) ?? null)));
}

/** A count is named by its code, which no other has. */
function keyOf({ type, subject, message }: Targeted): string | null {
  if (type === 'COUNT_VARIANCE') return countCodeOf(message);
  return type === 'LEDGER_MISMATCH' && isUuid(subject) ? subject : null;
}
