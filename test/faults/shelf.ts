/**
 * What jobs leave behind, countable: products whose next unit brings one alert, reservations whose time is over and that
 * end with one line of the ledger. Each must be there once.
 */
import { v7 as uuid } from 'uuid';
import { systemUserId } from '../../src/actor.ts';
import { reserveStock } from '../../src/domain/stock/reserve-stock.ts';
import type { TestClinic } from '../clinic.ts';

/** Ten units each, and low as soon as one is gone. */
export async function stockUp(clinic: TestClinic, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuid());
  await clinic.owner.query(
    `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
     given AS (SELECT id FROM unnest($1::uuid[]) AS g(id), audited),
     product AS (
       INSERT INTO catalogue.product (id, name, category, stock_unit, reorder_point) SELECT id, 'Product ' || id, 'Test', 'vial', 9 FROM given RETURNING id),
     lot AS (
       INSERT INTO inventory.inventory_lot (id, lot_code, product_id, manufacturer_lot_number, expires_on)
       SELECT gen_random_uuid(), 'LOT-' || id, id, 'L-' || id, '2099-12-31' FROM product RETURNING *),
     row AS (
       INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, status, on_hand_quantity, cogs_mode, unit_cogs, ledger_seq, lot_expires_on)
       SELECT gen_random_uuid(), 'BCH-' || product_id, 'SKU-' || product_id, product_id, id, $2::uuid, 'LIVE', 10, 'FIXED', 5, 1, expires_on FROM lot RETURNING *)
     INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
       unit_cost, lot_id, product_id, location_id, performed_by, occurred_at)
     SELECT gen_random_uuid(), id, 1, 'INTAKE', 'ON_HAND', 10, 0, 10, unit_cogs, lot_id, product_id, location_id, $3, now() FROM row`,
    [ids, clinic.locationId, systemUserId],
  );
  return ids;
}

/** Of the low ones exactly one alert each, told once; of the others none. */
export async function wrongAlerts(
  clinic: TestClinic,
  productIds: readonly string[],
  low: ReadonlySet<string>,
): Promise<string[]> {
  const rows = await clinic.all<{ id: string; alerts: string; told: string }>(
    `SELECT p.id, coalesce(string_agg(a.type || ' ' || a.status, ', '), 'none') AS alerts,
       coalesce(sum((SELECT count(*) FROM inventory.alert_feed f WHERE f.alert_id = a.id)), 0)::text AS told
     FROM unnest($1::uuid[]) AS p(id) LEFT JOIN inventory.inventory_alert a ON a.subject = p.id::text GROUP BY p.id`,
    [productIds],
  );
  const wrong = rows.filter(({ id, alerts, told }) =>
    low.has(id) ? alerts !== 'LOW_STOCK OPEN' || told !== '1' : alerts !== 'none',
  );
  const kinds = wrong.map(
    ({ id, alerts, told }) => `${low.has(id) ? 'a low' : 'another'} product has ${alerts}, told ${told} times`,
  );
  return counted(kinds);
}

/** Reservations of one unit, each on a batch of its own beside one that lasts, that should have ended a moment ago. */
export async function dueReservations(clinic: TestClinic, count: number): Promise<string[]> {
  const actor = await clinic.actor(['PHARMACIST']);
  const made: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const { stockId } = await clinic.stock({ productId: await clinic.product(), quantity: '10' });
    const reserve = (quantity: string) =>
      clinic.as(actor, (tx) =>
        reserveStock(tx, {
          idempotencyKey: uuid(),
          stockId,
          quantity,
          reservedUntil: new Date(Date.now() + 86_400_000),
        }),
      );
    await reserve('5');
    made.push(...((await reserve('1'))['reservation'] ?? []));
  }
  await clinic.owner.query(
    `WITH said AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true))
     UPDATE inventory.stock_reservation SET reserved_until = now() - interval '1 second' FROM said WHERE id = ANY($1)`,
    [made],
  );
  return made;
}

/** Each ended, with one line of the ledger. */
export async function wrongReservations(clinic: TestClinic, ids: readonly string[]): Promise<string[]> {
  const rows = await clinic.all<{ status: string; released: string }>(
    `SELECT r.status::text, (SELECT count(*) FROM inventory.inventory_transaction t WHERE t.stock_id = r.stock_id AND t.type = 'RELEASE')::text AS released
     FROM inventory.stock_reservation r WHERE r.id = ANY($1)`,
    [ids],
  );
  const wrong = rows.filter(({ status, released }) => status !== 'EXPIRED' || released !== '1');
  return counted(wrong.map(({ status, released }) => `a reservation is ${status}, given back ${released} times`));
}

/** Each once, with how often. */
function counted(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const each of words) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].map(([each, count]) => `${each} (${count})`);
}
