/**
 * Makes one row of ours of each consolidated one: a lot of its own, the batch, every bucket opened by an
 * IMPORT line, reservations, audit and outbox rows, and what it came from. Set-based, in the transaction of the run. A row
 * that came before is left as it is, because its ledger goes on since; where the source holds another content now, that is
 * told. Ledger lines are never deleted: such a run cannot be rolled back, so try it with a dry run.
 */
import { systemUserId } from '../../actor.ts';
import type { Target } from '../target.ts';
import { oldTable } from './read-old-stock.ts';

export interface Written {
  readonly added: number;
  readonly unchanged: number;
  readonly changedThere: number;
  readonly reservations: number;
}

const codePart = (column: string) =>
  `left(coalesce(nullif(regexp_replace(upper(normalize(coalesce(${column}, ''), NFKD)), '[^A-Z0-9]', '', 'g'), ''), 'X'), 12)`;
const system = `'${systemUserId}'::uuid`;
const kept = (table: string, legacyId: string, target: string, id: string, hash: string) =>
  `INSERT INTO ops.legacy_row (source, source_table, target_table, legacy_id, target_id, content_hash, made_by, changed_by)
   SELECT 'stock', '${table}', '${target}', ${legacyId}, ${id}, ${hash}, $1::uuid, $1::uuid FROM`;

export async function writeStock(target: Target, runId: string): Promise<Written> {
  await target.sql(
    `CREATE TEMP TABLE fresh ON COMMIT DROP AS
     SELECT o.*, k.target_id IS NOT NULL AS known, int8send(hashtextextended((to_jsonb(o) - 'id' - 'time_zone')::text, 0)) AS hash,
       int8send(hashtextextended((to_jsonb(o) - 'id' - 'time_zone')::text, 0)) IS DISTINCT FROM k.content_hash AS differs
     FROM one o LEFT JOIN ops.legacy_row k ON k.source = 'stock' AND k.source_table = 'stock' AND k.target_table = 'inventory.stock' AND k.legacy_id = o.source_id`,
  );
  const counts = await target.one<{ added: number; unchanged: number; changedThere: number }>(
    `SELECT count(*) FILTER (WHERE NOT known)::float8 AS added, count(*) FILTER (WHERE known AND NOT differs)::float8 AS unchanged,
       count(*) FILTER (WHERE known AND differs)::float8 AS "changedThere" FROM fresh`,
  );
  await target.sql('DELETE FROM fresh WHERE known');
  await writeProducts(target, runId);
  await writeVendors(target, runId);
  await number(target);
  await writeBatches(target, runId);
  await writeLedger(target);
  const reservations = await writeReservations(target, runId);
  return { ...counts, reservations };
}

/** The old system's catalogue is not among its tables: products have its ids for names until somebody renames them. */
async function writeProducts(target: Target, runId: string): Promise<void> {
  await target.sql(
    `CREATE TEMP TABLE product ON COMMIT DROP AS
     SELECT DISTINCT product_id, coalesce(k.target_id, legacy.target_id('stock', 'catalogue.product', product_id)) AS id, k.target_id IS NULL AS made
     FROM fresh LEFT JOIN ops.legacy_row k ON k.source = 'stock' AND k.source_table = 'product' AND k.target_table = 'catalogue.product' AND k.legacy_id = product_id`,
  );
  await target.sql(
    `INSERT INTO catalogue.product (id, name, category, stock_unit) SELECT id, 'Legacy product ' || product_id, 'Legacy', 'unit' FROM product WHERE made`,
  );
  await target.sql(`${kept('product', 'product_id', 'catalogue.product', 'id', 'NULL')} product WHERE made`, [runId]);
}

async function writeVendors(target: Target, runId: string): Promise<void> {
  await target.sql(
    `CREATE TEMP TABLE vendor ON COMMIT DROP AS
     SELECT DISTINCT supplier_id, coalesce(k.target_id, legacy.target_id('stock', 'catalogue.vendor', supplier_id)) AS id, k.target_id IS NULL AS made
     FROM fresh LEFT JOIN ops.legacy_row k ON k.source = 'stock' AND k.source_table = 'supplier' AND k.target_table = 'catalogue.vendor' AND k.legacy_id = supplier_id
     WHERE supplier_id IS NOT NULL`,
  );
  await target.sql(
    `INSERT INTO catalogue.vendor (id, name) SELECT id, 'Supplier ' || supplier_id FROM vendor WHERE made`,
  );
  await target.sql(`${kept('supplier', 'supplier_id', 'catalogue.vendor', 'id', 'NULL')} vendor WHERE made`, [runId]);
}

/** Codes of lots and batches, from the sequences of intake: they are locked until the end. */
async function number(target: Target): Promise<void> {
  await target.sql(
    `CREATE TEMP TABLE numbered ON COMMIT DROP AS
     WITH dated AS (SELECT f.*, to_char(now() AT TIME ZONE f.time_zone, 'YYYYMMDD') AS day FROM fresh f),
     taken AS (
       INSERT INTO inventory.sequence AS q (name, current_value)
       SELECT 'lot-' || day, count(*) FROM dated GROUP BY day UNION ALL SELECT 'batch', count(*) FROM dated HAVING count(*) > 0 ORDER BY 1
       ON CONFLICT (name) DO UPDATE SET current_value = q.current_value + EXCLUDED.current_value, updated_at = clock_timestamp()
       RETURNING name, current_value),
     counted AS (
       SELECT d.*, row_number() OVER (PARTITION BY d.day ORDER BY d.created_at, d.source_id) - count(*) OVER (PARTITION BY d.day) + l.current_value AS lot_nth,
         row_number() OVER (ORDER BY d.created_at, d.source_id) - count(*) OVER () + b.current_value AS batch_nth
       FROM dated d JOIN taken l ON l.name = 'lot-' || d.day JOIN taken b ON b.name = 'batch')
     SELECT c.*, format('LOT-%s-%s', day, lpad(lot_nth::text, greatest(3, length(lot_nth::text)), '0')) AS lot_code,
       lpad(batch_nth::text, greatest(6, length(batch_nth::text)), '0') AS batch_number
     FROM counted c`,
  );
}

async function writeBatches(target: Target, runId: string): Promise<void> {
  await target.sql(
    `INSERT INTO inventory.inventory_lot (id, lot_code, product_id, vendor_id, manufacturer_lot_number, received_at)
     SELECT legacy.target_id('stock', 'inventory.inventory_lot', n.source_id), n.lot_code, p.id, v.id, 'LEGACY-' || n.source_id, coalesce(n.delivered_on::timestamp AT TIME ZONE n.time_zone, n.created_at)
     FROM numbered n JOIN product p USING (product_id) LEFT JOIN vendor v USING (supplier_id)`,
  );
  await target.sql(
    `INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, status, detailed_status, on_hand_quantity, reserved_quantity,
       quarantine_quantity, hold_quantity, cogs_mode, unit_cogs, purchase_price, gross_purchase_price, vat_rate, vat_amount, delivered_on, shelf_life_days,
       roi_percentage, profit_per_shelf_day, listed_on_platforms, status_history, external_ids, notes, ledger_seq, received_at, created_at, updated_at)
     SELECT n.id, format('BCH-%s-%s', n.lot_code, n.batch_number), format('SKU-X-%s-%s-%s', ${codePart('c.name')}, n.day, n.batch_number), p.id,
       legacy.target_id('stock', 'inventory.inventory_lot', n.source_id), n.location_id, v.id,
       CASE WHEN n.wanted = 'LIVE' AND n.quantity = 0 THEN 'SOLD_OUT' ELSE n.wanted END, left(n.detailed_status, 255), n.quantity, n.reserved,
       ${bucket('QUARANTINED')}, ${bucket('ON_HOLD', 'AWAITING_INTAKE')}, 'FIXED',
       round(coalesce(n.purchase_price, 0) / CASE WHEN n.quantity = 0 THEN 1 ELSE n.quantity END, 4),
       n.purchase_price, n.gross_purchase_price, CASE WHEN n.vat_rate > 1 THEN round(n.vat_rate / 100, 6) ELSE n.vat_rate END, n.vat_amount, n.delivered_on,
       n.shelf_life_days, n.roi_percentage, n.profit_per_shelf_day, n.listings, n.history, n.external_ids, left(n.notes, 10000),
       (n.quantity > 0)::integer + (n.reserved > 0)::integer + (${bucket('QUARANTINED')} > 0)::integer + (${bucket('ON_HOLD', 'AWAITING_INTAKE')} > 0)::integer,
       coalesce(n.delivered_on::timestamp AT TIME ZONE n.time_zone, n.created_at), n.created_at, n.updated_at
     FROM numbered n JOIN product p USING (product_id) JOIN catalogue.product c ON c.id = p.id LEFT JOIN vendor v USING (supplier_id)`,
  );
  await target.sql(
    `INSERT INTO inventory.stock_quarantine (stock_id, cause, reference, quantity)
     SELECT n.id, 'MANUAL', n.id, ${bucket('QUARANTINED')} FROM numbered n WHERE ${bucket('QUARANTINED')} > 0`,
  );
  await target.sql(`${kept('stock', 'source_id', 'inventory.stock', 'id', 'hash')} numbered`, [runId]);
}

/** What is not reserved of a row that is not LIVE lies in the bucket of its status. */
function bucket(...statuses: readonly string[]): string {
  return `CASE WHEN n.wanted IN (${statuses.map((status) => `'${status}'`).join(', ')}) THEN n.quantity - n.reserved ELSE 0 END`;
}

async function writeLedger(target: Target): Promise<void> {
  await target.sql(
    `INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after, unit_cost,
       lot_id, product_id, location_id, reference_type, reference_id, reason, performed_by, occurred_at, recorded_at)
     SELECT gen_random_uuid(), s.id, row_number() OVER (PARTITION BY s.id ORDER BY b.nth), 'IMPORT', b.bucket::inventory.stock_bucket, b.quantity, 0, b.quantity,
       s.unit_cost, s.lot_id, s.product_id, s.location_id, 'legacy', n.source_id, 'opening of the books', ${system}, c.at, c.at
     FROM numbered n JOIN inventory.stock s ON s.id = n.id CROSS JOIN (SELECT clock_timestamp() AS at OFFSET 0) c
     CROSS JOIN LATERAL (VALUES (1, 'ON_HAND', s.on_hand_quantity), (2, 'RESERVED', s.reserved_quantity), (3, 'QUARANTINE', s.quarantine_quantity),
       (4, 'HOLD', s.hold_quantity)) AS b(nth, bucket, quantity) WHERE b.quantity > 0`,
  );
  await target.sql(
    `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, after, reason)
     SELECT gen_random_uuid(), 'stock', n.id::text, 'legacy', ${system}, n.location_id,
       jsonb_build_object('legacyId', n.source_id, 'onHand', trim_scale(n.quantity)::text), 'opening of the books' FROM numbered n`,
  );
  await target.sql(
    `INSERT INTO ops.outbox (id, topic, payload)
     SELECT gen_random_uuid(), 'stock.changed', jsonb_build_object('stockId', s.id, 'productId', s.product_id, 'locationId', s.location_id)
     FROM numbered n JOIN inventory.stock s ON s.id = n.id`,
  );
}

/** Whoever reserved it is unknown here: the system holds it, and the reason names who did. */
async function writeReservations(target: Target, runId: string): Promise<number> {
  const { rows } = await target.one<{ rows: number }>(
    `WITH made AS (
       INSERT INTO inventory.stock_reservation (id, stock_id, quantity, status, reserved_until, reason, reserved_by, created_at, closed_at)
       SELECT legacy.target_id('stock', 'inventory.stock_reservation', r.id), n.id, round(r.quantity::numeric, 4), st.status::inventory.reservation_status,
         coalesce(legacy.real_instant(r.reserved_until), at.made + interval '30 days'),
         left(concat_ws('; ', nullif(btrim(r.reason), ''), 'reserved by ' || nullif(btrim(r.reserved_by), '')), 1000), ${system}, at.made,
         CASE WHEN st.status <> 'ACTIVE' THEN greatest(at.made, coalesce(legacy.real_instant(r.reserved_until), at.made)) END
       FROM ${oldTable('stock_reservation')} r JOIN numbered n ON n.source_id = r.stock_id
       CROSS JOIN LATERAL (SELECT CASE lower(coalesce(r.status, 'active')) WHEN 'active' THEN 'ACTIVE' WHEN 'open' THEN 'ACTIVE' WHEN 'reserved' THEN 'ACTIVE'
         WHEN 'fulfilled' THEN 'FULFILLED' WHEN 'sold' THEN 'FULFILLED' WHEN 'completed' THEN 'FULFILLED' WHEN 'expired' THEN 'EXPIRED' ELSE 'RELEASED' END AS status) st
       CROSS JOIN LATERAL (SELECT coalesce(legacy.real_instant(r.created_at), now()) AS made) at
       WHERE r.quantity::numeric > 0 RETURNING id),
     remembered AS (
       ${kept('stock_reservation', 'r.id', 'inventory.stock_reservation', 'm.id', 'NULL')} made m
       JOIN ${oldTable('stock_reservation')} r ON legacy.target_id('stock', 'inventory.stock_reservation', r.id) = m.id)
     SELECT count(*)::float8 AS rows FROM made`,
    [runId],
  );
  return rows;
}
