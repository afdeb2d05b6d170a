/**
 * Codes that people read. Their numbers come from rows of inventory.sequence, taken last in a transaction: concurrent
 * intakes never share one, and one that is rolled back may leave a gap.
 */
import type { Tx } from '../../db/in-transaction.ts';

/** Next values, one row each, locked in the order of their names. */
export async function nextNumbers(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.sql<{ name: string; value: string }>(
    `INSERT INTO inventory.sequence AS q (name, current_value) SELECT name, 1 FROM unnest($1::text[]) AS name ORDER BY name
     ON CONFLICT (name) DO UPDATE SET current_value = q.current_value + 1, updated_at = clock_timestamp()
     RETURNING name, current_value AS value`,
    [names],
  );
  return new Map(rows.map((row) => [row.name, row.value]));
}

export const batchSequence = 'batch';
export const transferSequence = (day: string): string => `transfer-${day.slice(0, 4)}`;
export const lotSequence = (day: string): string => `lot-${compact(day)}`;

/** Numbers restart each day and widen past 999. */
export const lotCode = (day: string, number: string): string => `LOT-${compact(day)}-${number.padStart(3, '0')}`;

export const batchCode = (ofLot: string, number: string): string => `BCH-${ofLot}-${number.padStart(6, '0')}`;

/** Numbers restart each year. */
export const transferCode = (day: string, number: string): string =>
  `TRF-${day.slice(0, 4)}-${number.padStart(6, '0')}`;

export function sku(brand: string | null, product: string, day: string, number: string): string {
  return `SKU-${codePart(brand ?? '')}-${codePart(product)}-${compact(day)}-${number.padStart(6, '0')}`;
}

/** Upper case, ASCII letters and digits, at most 12; "X" where nothing of the name is left. */
export function codePart(name: string): string {
  const ascii = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return ascii.slice(0, 12) || 'X';
}

/** Of a year at the location. */
export const countSequence = (year: string): string => `count-${year}`;

export const countCode = (year: string, number: string): string => `CNT-${year}-${number.padStart(6, '0')}`;

const compact = (day: string): string => day.replaceAll('-', '');
