/** Proves, over all rows, that recalls hold: what one names is blocked, and nothing of it is free, reserved or on hold. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

export const recallChecks: readonly Check[] = [
  {
    name: 'a lot is blocked as long as a recall names it',
    entity: 'stock',
    sql: `SELECT s.id, format('%s recalls block its lot, and it is %s', r.blocking, CASE WHEN lot.recalled THEN 'recalled' ELSE 'not recalled' END) AS message
      FROM inventory.stock s JOIN inventory.inventory_lot lot ON lot.id = s.lot_id CROSS JOIN LATERAL (
        SELECT count(*) AS blocking FROM inventory.recall_lot l JOIN inventory.recall r ON r.id = l.recall_id
        WHERE l.lot_id = s.lot_id AND NOT r.released
      ) r
      WHERE ${inStretch('s.id')} AND lot.recalled <> (r.blocking > 0)`,
  },
  {
    name: 'all units of a recalled lot are in quarantine for it',
    entity: 'stock',
    sql: `SELECT s.id, format('%s on hand, %s in quarantine for the recall', trim_scale(s.on_hand_quantity::numeric), trim_scale(coalesce(q.quantity, 0)::numeric)) AS message
      FROM inventory.stock s LEFT JOIN inventory.stock_quarantine q ON q.stock_id = s.id AND q.cause = 'RECALL' AND q.reference = s.lot_id
      WHERE ${inStretch('s.id')} AND s.lot_recalled AND s.on_hand_quantity > coalesce(q.quantity, 0)`,
  },
];
