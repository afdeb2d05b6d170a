/**
 * Alerts of temperatures: of a storage unit that was out of its limits, of a batch that was so for longer than its
 * product bears, until a person has acknowledged each excursion: one that is over has still to be looked at.
 * Locks: the current alerts of the units and batches.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { batchExcursionWords, unitExcursionWords, type ExcursionWords } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

interface Waiting extends ExcursionWords {
  readonly storageUnitId: string;
  readonly locationId: string;
  readonly stockId: string | null;
  readonly lotId: string | null;
  readonly productId: string | null;
}

export interface TemperatureSubjects {
  readonly storageUnitIds: readonly string[];
  readonly stockIds: readonly string[];
}

export async function settleTemperatureAlerts(
  tx: Tx,
  { storageUnitIds, stockIds }: TemperatureSubjects,
): Promise<Settled> {
  const waiting = await tx.sql<Waiting>(
    `SELECT DISTINCT ON (x.stock_id, CASE WHEN x.stock_id IS NULL THEN x.storage_unit_id END)
       x.storage_unit_id AS "storageUnitId", coalesce(s.location_id, u.location_id) AS "locationId", x.stock_id AS "stockId", s.lot_id AS "lotId",
       s.product_id AS "productId", u.name AS unit, o.name AS place, p.name AS product, s.batch_code AS "batchCode", x.min_celsius AS lowest,
       x.max_celsius AS highest, x.limit_min_celsius AS "limitMin", x.limit_max_celsius AS "limitMax", x.budget_minutes AS "budgetMinutes",
       to_char(x.started_at AT TIME ZONE o.time_zone, 'YYYY-MM-DD HH24:MI') AS since,
       to_char(x.ended_at AT TIME ZONE o.time_zone, 'YYYY-MM-DD HH24:MI') AS until
     FROM inventory.temperature_excursion x JOIN inventory.storage_unit u ON u.id = x.storage_unit_id
     LEFT JOIN inventory.stock s ON s.id = x.stock_id LEFT JOIN catalogue.product p ON p.id = s.product_id
     JOIN people.location o ON o.id = coalesce(s.location_id, u.location_id)
     WHERE x.acknowledged_at IS NULL AND (x.stock_id IS NULL AND x.storage_unit_id = ANY($1::uuid[]) AND x.superseded_at IS NULL
       OR x.stock_id = ANY($2::uuid[]) AND (x.superseded_at IS NULL OR s.excursion_id = x.id))
     ORDER BY x.stock_id, CASE WHEN x.stock_id IS NULL THEN x.storage_unit_id END, x.started_at DESC`,
    [storageUnitIds, stockIds],
  );
  return settleAlerts(tx, {
    found: waiting.map(findingOf),
    within: [{ types: ['TEMPERATURE_EXCURSION'], subjects: [...storageUnitIds, ...stockIds] }],
    resolution: 'A person has decided, or readings that came later have shown that it was none.',
  });
}

function findingOf(excursion: Waiting): Finding {
  const { locationId, storageUnitId, stockId, lotId, productId } = excursion;
  const told = { type: 'TEMPERATURE_EXCURSION' as const, severity: 'CRITICAL' as const, locationId };
  if (stockId === null) return { ...told, subject: storageUnitId, ...unitExcursionWords(excursion) };
  return { ...told, subject: stockId, stockId, lotId, productId, ...batchExcursionWords(excursion) };
}
