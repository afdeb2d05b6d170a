/**
 * Alerts of opened vials: an hour before the end of their time, and at it, until somebody has closed what expired. What
 * remains of a controlled drug waits for two people, and the alert asks for them.
 * Locks: the current alerts of the vials.
 */
import type { DataSource } from 'typeorm';
import type { Tx } from '../../db/in-transaction.ts';
import { read } from '../../db/prepared.ts';
import { exact } from '../decimal.ts';
import { vialExpiredWords, vialExpiringWords, type VialWords } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

const types = ['VIAL_EXPIRING', 'VIAL_EXPIRED'] as const;

interface VialState extends VialWords {
  readonly id: string;
  readonly locationId: string;
  readonly productId: string;
  readonly lotId: string;
  readonly stockId: string;
  readonly isExpiring: boolean;
  readonly isExpired: boolean;
}

/** Whose alert may have to be raised or resolved: those in their last hour, and those of which one is current. */
export async function vialsToTell(db: DataSource, most: number): Promise<string[]> {
  const rows = await read<{ id: string }>(
    db,
    `SELECT v.id FROM inventory.open_vial_session v WHERE v.status = 'OPEN' AND v.expires_at <= now() + interval '1 hour'
       AND NOT EXISTS (SELECT FROM inventory.inventory_alert a WHERE a.ended_at IS NULL AND a.type = 'VIAL_EXPIRING'
         AND a.location_id = v.location_id AND a.subject = v.id::text)
     UNION ALL
     SELECT v.id FROM inventory.inventory_alert a JOIN inventory.open_vial_session v ON v.id = a.session_id
     WHERE a.ended_at IS NULL AND (a.type = 'VIAL_EXPIRING' AND v.status <> 'OPEN' OR a.type = 'VIAL_EXPIRED' AND v.status = 'CLOSED')
     LIMIT $1`,
    [most],
  );
  return rows.map(({ id }) => id);
}

export async function settleVialAlerts(tx: Tx, sessionIds: readonly string[]): Promise<Settled> {
  const vials = await tx.sql<VialState>(
    `SELECT v.id, v.location_id AS "locationId", v.product_id AS "productId", v.lot_id AS "lotId", v.stock_id AS "stockId",
       p.name AS product, coalesce(p.dose_unit, 'dose') AS "doseUnit", o.name AS place, lot.manufacturer_lot_number AS "lotNumber",
       v.remaining_doses AS remaining, p.dea_schedule IS NOT NULL AS "isControlled",
       to_char(v.expires_at AT TIME ZONE o.time_zone, 'YYYY-MM-DD HH24:MI') AS until,
       v.status = 'OPEN' AND v.remaining_doses > 0 AND clock_timestamp() >= v.expires_at - interval '1 hour' AS "isExpiring",
       v.status = 'EXPIRED' AS "isExpired"
     FROM inventory.open_vial_session v JOIN catalogue.product p ON p.id = v.product_id JOIN people.location o ON o.id = v.location_id
     JOIN inventory.inventory_lot lot ON lot.id = v.lot_id WHERE v.id = ANY($1::uuid[])`,
    [sessionIds],
  );
  return settleAlerts(tx, {
    found: vials.flatMap(findingOf),
    within: [{ types, subjects: [...sessionIds] }],
    resolution: 'The vial is closed.',
  });
}

function findingOf(vial: VialState): Finding[] {
  const { id, locationId, productId, lotId, stockId } = vial;
  const about = { locationId, subject: id, productId, lotId, stockId, sessionId: id };
  if (vial.isExpired) return [{ ...about, type: 'VIAL_EXPIRED', severity: 'CRITICAL', ...vialExpiredWords(vial) }];
  const isEmpty = !exact(vial.remaining).gt(0);
  if (!vial.isExpiring || isEmpty) return [];
  return [{ ...about, type: 'VIAL_EXPIRING', severity: 'WARNING', ...vialExpiringWords(vial) }];
}
