/**
 * The beginning of every verb on a count: the document is locked, so that its lines change one call after another. One of
 * another location answers as if it were not there.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import type { CountStatus } from '../../schema/enums.ts';
import { claim, gate, type Claim, type Result } from '../claim.ts';
import { optionalUuid } from '../uuid.ts';
import type { CountedLine } from './judge-line.ts';

export interface LockedCount {
  readonly id: string;
  readonly code: string;
  readonly locationId: string;
  readonly status: CountStatus;
  readonly counterIds: readonly string[];
}

export type ClaimedCount = { readonly replay: Result } | { readonly replay: null; readonly count: LockedCount };

export async function claimCount(tx: Tx, said: Claim, countId: string): Promise<ClaimedCount> {
  optionalUuid(countId, 'countId');
  const claimed = await claim<LockedCount>(tx, said, {
    locked: `SELECT c.* FROM inventory.inventory_count c
      WHERE ${gate} AND c.id = $8 AND ($9::boolean OR c.location_id = ANY($10::uuid[])) FOR UPDATE`,
    columns: `l.id, l.code, l.location_id AS "locationId", l.status, l.counter_ids::text[] AS "counterIds"`,
    values: [countId, tx.actor.isSystem, tx.actor.locationIds],
  });
  if (claimed.replay !== null) return claimed;
  const [count] = claimed.rows;
  if (count === undefined) throw notFound('count', countId);
  return { replay: null, count };
}

export interface JudgedLine extends CountedLine {
  readonly id: string;
  readonly stockId: string;
  readonly countedById: string | null;
  readonly recountedById: string | null;
  /** When it was counted last. */
  readonly unitCost: string | null;
  /** Of the batch as it is now. */
  readonly stockCost: string | null;
  readonly ledgerSeq: string;
  /** Of the settings: what a count may differ by. */
  readonly share: string;
}

/**
 * The lines of a locked count, all or some, with their batches as they are now. A unit that is lost or stolen was missing before
 * somebody wrote it off, so that is a correction too; what a transfer lost on its way never stood here.
 */
export async function countLines(
  tx: Tx,
  countId: string,
  lineIds: readonly string[] | null = null,
): Promise<JudgedLine[]> {
  return tx.sql<JudgedLine>(
    `SELECT l.id, l.stock_id AS "stockId", l.expected_quantity AS expected, l.counted_quantity AS counted,
       l.recount_expected_quantity AS "recountExpected", l.recounted_quantity AS recounted, l.recount_needed AS "recountNeeded",
       l.counted_by AS "countedById", l.recounted_by AS "recountedById", l.unit_cost AS "unitCost", s.unit_cost AS "stockCost",
       s.ledger_seq AS "ledgerSeq", p.dea_schedule AS "deaSchedule", s.on_hand_quantity AS "onHand", s.status AS "stockStatus",
       settings.count_tolerance_share AS share,
       s.ledger_seq > told.seq AND (
         EXISTS (SELECT FROM inventory.inventory_transaction t WHERE t.stock_id = l.stock_id AND t.ledger_seq > told.seq AND t.bucket = 'ON_HAND'
           AND (t.type IN ('ADJUSTMENT', 'COUNT_ADJUSTMENT') OR t.occurred_at < told.at))
         OR EXISTS (SELECT FROM inventory.waste_record w WHERE w.lot_id = s.lot_id AND w.stock_id = s.id AND w.session_id IS NULL
           AND w.reason = 'LOST_OR_STOLEN' AND w.recorded_at > told.at AND NOT EXISTS (SELECT FROM inventory.inventory_transaction i
             WHERE i.stock_id = s.id AND i.recorded_at = w.recorded_at AND i.type = 'TRANSFER_IN'))) AS "isTouched"
     FROM inventory.inventory_count_line l JOIN inventory.stock s ON s.id = l.stock_id JOIN catalogue.product p ON p.id = s.product_id
     CROSS JOIN ops.settings
     CROSS JOIN LATERAL (SELECT coalesce(l.recount_seq, l.expected_seq) AS seq, coalesce(l.recounted_at, l.counted_at) AS at) AS told
     WHERE l.count_id = $1 AND ($2::uuid[] IS NULL OR l.id = ANY($2::uuid[])) ORDER BY l.position`,
    [countId, lineIds],
  );
}
