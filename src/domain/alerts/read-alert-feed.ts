/** Reads the feed of alerts by its numbers. An alert comes out as it was when it was told, with its number as cursor. */
import type { DataSource } from 'typeorm';
import type { Actor } from '../../actor.ts';
import { columnsOf } from '../../db/columns.ts';
import { read } from '../../db/prepared.ts';
import { Values } from '../../db/values.ts';
import { InventoryAlert } from '../../entities/inventory-alert.ts';
import type { AlertSeverity } from '../../schema/enums.ts';
import { alertsSeenBy } from './alert-access.ts';
import type { Stretch } from './follow-feed.ts';

export type ToldAlert = InventoryAlert & { readonly cursor: string };

/** Which alerts somebody wants to be told; all of them where nothing is said. */
export interface AlertWish {
  readonly severities: readonly AlertSeverity[] | null;
  readonly locationId: string | null;
}

/** Later ones take the place of the alert's own of the same name: what was told must not change with the alert. */
const columns = `${columnsOf(InventoryAlert, 'a')}, f.severity, f.status, f.title, f.message, f.version,
  CASE WHEN f.status <> 'OPEN' THEN a.acknowledged_by END AS "acknowledgedById",
  CASE WHEN f.status <> 'OPEN' THEN a.acknowledged_at END AS "acknowledgedAt",
  CASE WHEN f.status = 'RESOLVED' THEN a.resolved_by END AS "resolvedById",
  CASE WHEN f.status = 'RESOLVED' THEN a.resolved_at END AS "resolvedAt",
  CASE WHEN f.status = 'RESOLVED' THEN a.resolution END AS "resolution",
  f.seq::text AS cursor`;
const told = 'inventory.alert_feed f JOIN inventory.inventory_alert a ON a.id = f.alert_id';

/** Everybody's, for a process that passes them on. */
export async function readFeed(db: DataSource, after: number, most: number): Promise<ToldAlert[]> {
  return read(db, `SELECT ${columns} FROM ${told} WHERE f.seq > $1 ORDER BY f.seq LIMIT $2`, [after, most]);
}

/** What one reader wants and may see, of a stretch of numbers. */
export async function readFeedFor(
  db: DataSource,
  actor: Actor,
  wish: AlertWish,
  { after, upTo, most }: Stretch,
): Promise<ToldAlert[]> {
  const values = new Values();
  const conditions = [
    `f.seq > ${values.add(after, 'bigint')} AND f.seq <= ${values.add(upTo, 'bigint')}`,
    alertsSeenBy(actor, values, 'f.location_id'),
    ...(wish.locationId === null ? [] : [`f.location_id = ${values.add(wish.locationId, 'uuid')}`]),
    ...(wish.severities === null
      ? []
      : [`f.severity = ANY(${values.add(wish.severities, 'inventory.alert_severity[]')})`]),
  ];
  return read(
    db,
    `SELECT ${columns} FROM ${told} WHERE ${conditions.join(' AND ')} ORDER BY f.seq LIMIT ${values.add(most, 'integer')}`,
    values.list,
  );
}
