/** Proves, over all rows, that counts and ledger agree: what was approved is posted, and nothing else. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

const ledger = 'inventory.inventory_transaction';
const difference = `coalesce(coalesce(l.recounted_quantity, l.counted_quantity) - coalesce(l.recount_expected_quantity, l.expected_quantity), 0)`;

export const countChecks: readonly Check[] = [
  {
    name: 'what a count found is posted once it is approved',
    entity: 'inventory_count',
    sql: `SELECT c.id, format('the ledger has %s of batch %s for this count, which is %s', t.posted, l.stock_id, c.status) AS message
      FROM inventory.inventory_count c JOIN inventory.inventory_count_line l ON l.count_id = c.id CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity_change), 0) AS posted FROM ${ledger}
        WHERE reference_id = c.id::text AND stock_id = l.stock_id AND type = 'COUNT_ADJUSTMENT'
      ) t
      WHERE ${inStretch('c.id')} AND t.posted <> CASE c.status WHEN 'APPROVED' THEN ${difference} ELSE 0 END`,
  },
  {
    name: 'a count sums up its lines',
    entity: 'inventory_count',
    sql: `SELECT c.id, format('it says %s, its lines %s', c.variance_quantity, l.total) AS message
      FROM inventory.inventory_count c CROSS JOIN LATERAL (
        SELECT sum(${difference}) AS total FROM inventory.inventory_count_line l WHERE l.count_id = c.id
      ) l
      WHERE ${inStretch('c.id')} AND c.variance_quantity <> l.total`,
  },
  {
    name: 'batches are held by open counts only',
    entity: 'inventory_count',
    sql: `SELECT c.id, format('%s lines of this %s count are %s', count(*), c.status, CASE WHEN l.open THEN 'open' ELSE 'closed' END) AS message
      FROM inventory.inventory_count c JOIN inventory.inventory_count_line l ON l.count_id = c.id
      WHERE ${inStretch('c.id')} AND l.open = (c.status IN ('APPROVED', 'CANCELLED')) GROUP BY c.id, l.open`,
  },
  {
    name: 'who counted is among the counters',
    entity: 'inventory_count',
    sql: `SELECT c.id, format('%s figures are by people who are not among its counters', count(*)) AS message
      FROM inventory.inventory_count c JOIN inventory.inventory_count_line l ON l.count_id = c.id
      WHERE ${inStretch('c.id')} AND NOT array_remove(ARRAY[l.counted_by, l.recounted_by], NULL) <@ c.counter_ids GROUP BY c.id`,
  },
  {
    name: 'each adjustment by a count is one of its lines',
    entity: 'stock',
    sql: `SELECT s.id, format('line %s names no count of this batch', t.ledger_seq) AS message
      FROM inventory.stock s JOIN ${ledger} t ON t.stock_id = s.id
      WHERE ${inStretch('s.id')} AND t.type = 'COUNT_ADJUSTMENT'
        AND NOT EXISTS (SELECT FROM inventory.inventory_count_line l WHERE l.stock_id = s.id AND l.count_id::text = t.reference_id)`,
  },
];
