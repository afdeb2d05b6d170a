/** What deliveries tell: rows of the feed as they were then, with the names of their place, product and lot. No patient. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';
import type { AlertSeverity, AlertStatus, AlertType } from '../../schema/enums.ts';
import { groupBy } from '../group-by.ts';

export interface AlertNews {
  readonly leaderId: string;
  readonly seq: string;
  readonly alertId: string;
  readonly version: number;
  readonly type: AlertType;
  readonly severity: AlertSeverity;
  readonly status: AlertStatus;
  readonly title: string;
  readonly message: string;
  readonly changedAt: Date;
  /** Null: of the organisation as a whole. */
  readonly location: { readonly id: string; readonly code: string; readonly name: string } | null;
  readonly product: { readonly id: string; readonly name: string } | null;
  readonly lot: {
    readonly id: string;
    readonly manufacturerLotNumber: string;
    readonly expiresOn: string | null;
  } | null;
}

/** By the deliveries that lead; in the order of the feed. */
export async function readNews(
  db: DataSource,
  leaderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AlertNews[]>> {
  const rows = await read<AlertNews>(
    db,
    `SELECT d.leader_id AS "leaderId", f.seq, f.alert_id AS "alertId", f.version, f.type, f.severity, f.status, f.title, f.message,
       f.changed_at AS "changedAt",
       CASE WHEN l.id IS NOT NULL THEN json_build_object('id', l.id, 'code', l.code, 'name', l.name) END AS location,
       CASE WHEN p.id IS NOT NULL THEN json_build_object('id', p.id, 'name', p.name) END AS product,
       CASE WHEN t.id IS NOT NULL THEN
         json_build_object('id', t.id, 'manufacturerLotNumber', t.manufacturer_lot_number, 'expiresOn', t.expires_on) END AS lot
     FROM ops.delivery d JOIN inventory.alert_feed f ON f.seq = d.feed_seq JOIN inventory.inventory_alert a ON a.id = f.alert_id
       LEFT JOIN people.location l ON l.id = f.location_id
       LEFT JOIN catalogue.product p ON p.id = a.product_id
       LEFT JOIN inventory.inventory_lot t ON t.id = a.lot_id
     WHERE d.leader_id = ANY ($1) ORDER BY f.seq`,
    [leaderIds],
  );
  return groupBy(rows, ({ leaderId }) => leaderId);
}
