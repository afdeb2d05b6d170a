/**
 * Alerts of recalls: one for each location that is concerned by an open one, with what it has; and one for the
 * organisation for each notice of the feed while a match of it waits for a decision.
 * Locks: the current alerts of the recall or of the notices.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { recallMatchWords, recallWords, type RecallMatchWords, type RecallWords } from './alert-words.ts';
import { settleAlerts, type Finding, type Settled } from './settle-alerts.ts';

interface ConcernedPlace extends RecallWords {
  readonly locationId: string;
  readonly productId: string;
}

/** For those that are not told of yet: the words of the others stay as they were read. */
export async function settleRecallAlerts(tx: Tx, recallId: string): Promise<Settled> {
  const places = await tx.sql<ConcernedPlace>(
    `SELECT a.location_id AS "locationId", r.product_id AS "productId", r.reference, r.recall_class AS "recallClass", r.reason, o.name AS place,
       p.name AS product, p.stock_unit AS "stockUnit", held.units, coming.units AS "onTheWay", held.lot_numbers AS "lotNumbers",
       (SELECT count(*)::integer FROM inventory.open_vial_session v WHERE v.status = 'OPEN' AND v.location_id = a.location_id
          AND v.lot_id IN (SELECT lot_id FROM inventory.recall_lot WHERE recall_id = r.id)) AS "openVials"
     FROM inventory.recall r JOIN inventory.recall_acknowledgement a ON a.recall_id = r.id JOIN people.location o ON o.id = a.location_id
     JOIN catalogue.product p ON p.id = r.product_id
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(s.on_hand_quantity), 0) AS units, array_agg(DISTINCT lot.manufacturer_lot_number) AS lot_numbers
       FROM inventory.recall_lot l JOIN inventory.inventory_lot lot ON lot.id = l.lot_id
       LEFT JOIN inventory.stock s ON s.lot_id = l.lot_id AND s.location_id = a.location_id WHERE l.recall_id = r.id
     ) AS held
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(line.in_transit_quantity), 0) AS units FROM inventory.recall_lot l
       JOIN inventory.inventory_transfer_line line ON line.lot_id = l.lot_id AND line.in_transit_quantity > 0
       JOIN inventory.inventory_transfer t ON t.id = line.transfer_id AND t.to_location_id = a.location_id WHERE l.recall_id = r.id
     ) AS coming
     WHERE r.id = $1 AND r.status = 'ACTIVE' AND NOT EXISTS (SELECT FROM inventory.inventory_alert t
       WHERE t.type = 'RECALL' AND t.location_id = a.location_id AND t.subject = r.id::text)`,
    [recallId],
  );
  return settleAlerts(tx, {
    found: places.map((place): Finding => ({
      ...{ type: 'RECALL', severity: 'CRITICAL', subject: recallId, recallId },
      ...{ locationId: place.locationId, productId: place.productId },
      ...recallWords(place),
    })),
  });
}

/** Also those that tell of one of its lots that came in; `lotIds` are those that no other recall blocks. */
export async function endRecallAlerts(tx: Tx, recallId: string, lotIds: readonly string[]): Promise<Settled> {
  return settleAlerts(tx, {
    found: [],
    within: [{ types: ['RECALL'], subjects: [recallId, ...lotIds] }],
    resolution: 'The recall is closed.',
  });
}

interface PendingNotice extends RecallMatchWords {
  readonly id: string;
  readonly productId: string | null;
  readonly lotId: string | null;
}

/** After matches of these notices were found or decided. */
export async function settleMatchAlerts(tx: Tx, noticeIds: readonly string[]): Promise<Settled> {
  if (noticeIds.length === 0) return { raised: 0, risen: 0, resolved: 0 };
  const pending = await tx.sql<PendingNotice>(
    `SELECT n.id, n.notice_number AS "noticeNumber", coalesce(n.recall_class, 'CLASS_I') AS "recallClass", n.reason,
       count(*)::integer AS matches, array_agg(DISTINCT p.name) AS products,
       CASE WHEN count(DISTINCT m.product_id) = 1 THEN min(m.product_id::text) END AS "productId",
       CASE WHEN count(*) = 1 THEN min(m.lot_id::text) END AS "lotId"
     FROM inventory.recall_notice n JOIN inventory.recall_match m ON m.notice_id = n.id AND m.status = 'PENDING'
     JOIN catalogue.product p ON p.id = m.product_id WHERE n.id = ANY($1::uuid[]) GROUP BY n.id`,
    [noticeIds],
  );
  return settleAlerts(tx, {
    found: pending.map(({ id, productId, lotId, ...words }): Finding => ({
      ...{ type: 'RECALL', severity: 'WARNING', subject: id, locationId: null, productId, lotId },
      ...recallMatchWords(words),
    })),
    within: [{ types: ['RECALL'], locationId: null, subjects: [...noticeIds] }],
    resolution: 'Every match of the notice is decided.',
  });
}
