/**
 * Four rows become one: what only one table has is taken from it; where copies disagree the main table wins, and the
 * difference is kept by row and column. Rows that cannot be ours are kept with their reasons. All in temporary tables:
 * `one` (to be written), `difference`, `refusal`.
 */
import type { Mapping } from '../mapping.ts';
import type { Target } from '../target.ts';
import { oldTable } from './read-old-stock.ts';

const number = (column: string) =>
  `CASE WHEN ${column} ~ '^-?\\d{1,13}(\\.\\d{1,20})?$' THEN trim_scale(round(${column}::numeric, 4)) END`;
const whole = (column: string) =>
  `CASE WHEN ${column} ~ '^\\d{1,5}(\\.0+)?$' AND ${column}::numeric > 0 THEN ${column}::numeric::integer END`;

/** Column → how it is read, and where its copy is. */
const copied: Readonly<Record<string, readonly [read: (column: string) => string, copy: 'f' | 'l']>> = {
  purchase_price: [number, 'f'],
  gross_purchase_price: [number, 'f'],
  vat_amount: [number, 'f'],
  vat_rate: [number, 'f'],
  profit_per_shelf_day: [number, 'f'],
  roi_percentage: [number, 'f'],
  shelf_life_days: [whole, 'l'],
};
const copyNames = { f: 'stock_financial', l: 'stock_lifecycle' } as const;

const cost = `coalesce(${number('s.gross_purchase_price')}, ${number('f.gross_purchase_price')})`;
const roi = `coalesce(${number('s.roi_percentage')}, ${number('f.roi_percentage')})`;

/** What stock_metrics tells, beside what we work out of the main table and the reservations; a profit to the cent. */
const worked: Readonly<Record<string, readonly [ours: string, theirs: string]>> = {
  available_quantity: [`trim_scale(${number('s.quantity')} - coalesce(r.reserved, 0))`, number('m.available_quantity')],
  reserved_quantity: ['trim_scale(coalesce(r.reserved, 0))', number('m.reserved_quantity')],
  total_cost: [cost, number('m.total_cost')],
  expected_profit: [
    `trim_scale(round(${cost} * ${roi} / 100, 2))`,
    `trim_scale(round(${number('m.expected_profit')}, 2))`,
  ],
};

const joined = `${oldTable('stock')} s LEFT JOIN ${oldTable('stock_financial')} f ON f.stock_id = s.id
  LEFT JOIN ${oldTable('stock_lifecycle')} l ON l.stock_id = s.id LEFT JOIN ${oldTable('stock_metrics')} m ON m.stock_id = s.id
  LEFT JOIN (SELECT stock_id, sum(${number('quantity')}) AS reserved FROM ${oldTable('stock_reservation')}
    WHERE lower(coalesce(status, 'active')) IN ('active', 'open', 'reserved') GROUP BY 1) r ON r.stock_id = s.id`;

export async function consolidate(target: Target, mapping: Mapping): Promise<void> {
  await target.sql(
    `CREATE TEMP TABLE code ON COMMIT DROP AS SELECT list, word, ours FROM jsonb_to_recordset($1::jsonb) AS c(list text, word text, ours text)`,
    [
      JSON.stringify(
        Object.entries(mapping.codes).flatMap(([list, words]) =>
          Object.entries(words).map(([word, ours]) => ({ list, word, ours })),
        ),
      ),
    ],
  );
  await target.sql(`CREATE TEMP TABLE one ON COMMIT DROP AS ${one()}`);
  await target.sql('ALTER TABLE one ADD PRIMARY KEY (source_id)');
  await target.sql(`CREATE TEMP TABLE difference ON COMMIT DROP AS ${differences()}`);
  await target.sql(`CREATE TEMP TABLE refusal ON COMMIT DROP AS ${refusals}`);
  await target.sql('DELETE FROM one USING refusal r WHERE r.source_id = one.source_id');
  await target.sql('ANALYZE one');
}

function one(): string {
  const values = Object.entries(copied).map(
    ([column, [read, copy]]) => `coalesce(${read(`s.${column}`)}, ${read(`${copy}.${column}`)}) AS ${column}`,
  );
  const flags = ['stockx', 'alias', 'local'].map(
    (platform) => `('${platform}', lower(s.listed_${platform}) IN ('t', 'true', '1'))`,
  );
  return `
    SELECT s.id AS source_id, legacy.target_id('stock', 'inventory.stock', s.id) AS id, s.product_id, s.size_id, s.supplier_id, s.status AS old_status,
      coalesce(nullif(lower(btrim(s.location)), ''), 'none') AS old_location, ${number('s.quantity')} AS quantity, coalesce(r.reserved, 0) AS reserved,
      ${values.join(', ')}, legacy.real_date(left(s.delivery_date, 10)) AS delivered_on, nullif(btrim(s.detailed_status), '') AS detailed_status,
      nullif(btrim(s.notes), '') AS notes, coalesce(legacy.real_instant(s.created_at), now()) AS created_at,
      coalesce(legacy.real_instant(s.updated_at), legacy.real_instant(s.created_at), now()) AS updated_at,
      CASE WHEN jsonb_typeof(legacy.parsed_json(s.external_ids)) = 'object' THEN legacy.parsed_json(s.external_ids) ELSE '{}' END
        || jsonb_strip_nulls(jsonb_build_object('legacyId', s.id, 'sizeId', s.size_id)) AS external_ids,
      k.ours::inventory.stock_status AS wanted, o.id AS location_id, o.time_zone,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', p.name, 'listedAt', p.at, 'price', p.price, 'url', p.url, 'delistedAt', NULL) ORDER BY p.name), '[]')
       FROM (SELECT coalesce(j->>'platform', j->>'name', j#>>'{}') AS name, coalesce(j->>'listedAt', j->>'listed_at', s.created_at) AS at, j->>'price' AS price, j->>'url' AS url
             FROM jsonb_array_elements(CASE WHEN jsonb_typeof(legacy.parsed_json(l.listed_on_platforms)) = 'array' THEN legacy.parsed_json(l.listed_on_platforms) ELSE '[]' END) j
             WHERE NOT EXISTS (SELECT FROM (VALUES ${flags.join(', ')}) v(name, listed) WHERE v.name = lower(coalesce(j->>'platform', j->>'name', j#>>'{}')) AND NOT v.listed)
             UNION ALL
             SELECT v.name, s.created_at, NULL, NULL FROM (VALUES ${flags.join(', ')}) v(name, listed)
             WHERE v.listed AND NOT EXISTS (SELECT FROM jsonb_array_elements(CASE WHEN jsonb_typeof(legacy.parsed_json(l.listed_on_platforms)) = 'array' THEN legacy.parsed_json(l.listed_on_platforms) ELSE '[]' END) j
               WHERE lower(coalesce(j->>'platform', j->>'name', j#>>'{}')) = v.name)) p WHERE p.name IS NOT NULL) AS listings,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('from', h.before, 'to', h.ours, 'at', h.at, 'by', NULL, 'reason', h.reason) ORDER BY h.nth), '[]')
       FROM (SELECT c.ours, lag(c.ours) OVER (ORDER BY e.nth) AS before, coalesce(e.j->>'at', e.j->>'changed_at', e.j->>'timestamp', s.created_at) AS at,
               coalesce(e.j->>'reason', 'as ' || coalesce(e.j->>'status', e.j->>'to')) AS reason, e.nth
             FROM jsonb_array_elements(CASE WHEN jsonb_typeof(legacy.parsed_json(l.status_history)) = 'array' THEN legacy.parsed_json(l.status_history) ELSE '[]' END) WITH ORDINALITY e(j, nth)
             JOIN code c ON c.list = 'status' AND c.word = lower(coalesce(e.j->>'status', e.j->>'to'))) h) AS history
    FROM ${joined}
    LEFT JOIN code k ON k.list = 'status' AND k.word = lower(btrim(s.status))
    LEFT JOIN code c ON c.list = 'location' AND c.word = coalesce(nullif(lower(btrim(s.location)), ''), 'none')
    LEFT JOIN people.location o ON lower(o.code) = lower(c.ours)`;
}

/** A rate told in percent and one told as a share are the same rate. */
function differences(): string {
  const each = Object.entries(copied).map(
    ([column, [read, copy]]) =>
      `SELECT s.id AS source_id, '${column}' AS column_name, '${copyNames[copy]}' AS copy, ${read(`s.${column}`)}::text AS main, ${read(`${copy}.${column}`)}::text AS other
       FROM ${joined} WHERE ${copy}.stock_id IS NOT NULL AND ${read(`s.${column}`)} IS DISTINCT FROM ${read(`${copy}.${column}`)}`,
  );
  const derived = Object.entries(worked).map(
    ([column, [ours, theirs]]) =>
      `SELECT s.id, '${column}', 'stock_metrics', (${ours})::text, (${theirs})::text FROM ${joined} WHERE m.${column} IS NOT NULL AND ${theirs} IS DISTINCT FROM ${ours}`,
  );
  return [...each, ...derived].join(' UNION ALL ');
}

const refusals = `
  SELECT source_id, CASE
    WHEN product_id IS NULL THEN 'it names no product'
    WHEN quantity IS NULL OR quantity < 0 THEN 'its quantity is no number from 0 up'
    WHEN wanted IS NULL THEN format('the status "%s" is unknown: say in the mapping file what it is', old_status)
    WHEN location_id IS NULL THEN format('the location "%s" is unknown: say in the mapping file which of ours it is', old_location)
    WHEN reserved > quantity THEN format('%s are reserved of %s', trim_scale(reserved), trim_scale(quantity))
    ELSE format('it is %s and holds %s', old_status, trim_scale(quantity)) END AS reason
  FROM one WHERE product_id IS NULL OR quantity IS NULL OR quantity < 0 OR wanted IS NULL OR location_id IS NULL OR reserved > quantity
    OR wanted IN ('SOLD_OUT', 'CLOSED') AND quantity > 0`;
