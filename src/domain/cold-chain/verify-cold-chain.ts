/** Proves, over all batches, that where they stood is known without gap or overlap, and that what is held is held for its excursion. Reads only. */
import { inStretch, type Check } from '../run-checks.ts';

const places = (row: string) =>
  `(${['storage_unit_id', 'zone', 'rack', 'shelf', 'bin'].map((place) => `${row}.${place}`).join(', ')})`;

export const coldChainChecks: readonly Check[] = [
  {
    name: 'a batch stands where its last position says',
    entity: 'stock',
    sql: `SELECT s.id, 'it stands in another place or storage unit than its last position, or has none' AS message
      FROM inventory.stock s LEFT JOIN inventory.stock_position p ON p.stock_id = s.id AND p.until IS NULL
      WHERE ${inStretch('s.id')} AND (p.id IS NULL OR ${places('s')} IS DISTINCT FROM ${places('p')})`,
  },
  {
    name: 'each position begins where the one before ended',
    entity: 'stock',
    sql: `SELECT s.id, format('a position begins at %s, the one before ended at %s', p.since, p.before) AS message
      FROM inventory.stock s CROSS JOIN LATERAL (
        SELECT since, lag(until, 1, since) OVER (ORDER BY since, until NULLS LAST) AS before FROM inventory.stock_position WHERE stock_id = s.id) p
      WHERE ${inStretch('s.id')} AND p.since IS DISTINCT FROM p.before`,
  },
  {
    name: 'a batch that is held for an excursion is in quarantine for it',
    entity: 'stock',
    sql: `SELECT s.id, format('held for %s, its quarantine is %s', coalesce(s.excursion_id::text, 'no excursion'),
        coalesce((SELECT string_agg(q.reference::text, ', ') FROM inventory.stock_quarantine q WHERE q.stock_id = s.id AND q.cause = 'EXCURSION'), 'for none')) AS message
      FROM inventory.stock s
      WHERE ${inStretch('s.id')} AND CASE WHEN s.excursion_id IS NULL
        THEN EXISTS (SELECT FROM inventory.stock_quarantine q WHERE q.stock_id = s.id AND q.cause = 'EXCURSION')
        ELSE s.available_quantity > 0 OR NOT EXISTS (SELECT FROM inventory.temperature_excursion x WHERE x.id = s.excursion_id
          AND x.stock_id = s.id AND x.released_at IS NULL) END`,
  },
];
