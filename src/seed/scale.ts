/**
 * Data for measuring: as many stock rows as asked for, each with its lot and its intake line, by generate_series alone,
 * the same everywhere. Every number comes from the row's own, so that two machines hold the same rows; days count from
 * the day it is made on. Refuses a database that holds data.
 */
import pg from 'pg';
import { refuseFilled, writeDemoUsers } from './demo.ts';
import { Random } from './random.ts';

export interface Scale {
  readonly stocks: number;
  readonly products: number;
  readonly locations: number;
}

function scaleOf(stocks: number): Scale {
  const locations = stocks < 100_000 ? 5 : 50;
  // Four batches of a product at a place, whatever the size: so that sizes can be compared.
  return { stocks, products: Math.max(10, Math.floor(stocks / locations / 4)), locations };
}

/** "10k", "1m", "2500". Null is none of them. */
export function readScale(text: string): number | null {
  const found = /^([1-9]\d{0,7})([km]?)$/i.exec(text);
  if (found === null) return null;
  const factor = { '': 1, k: 1_000, m: 1_000_000 }[found[2]?.toLowerCase() ?? ''] ?? 1;
  const rows = Number(found[1]) * factor;
  return rows <= 20_000_000 ? rows : null;
}

/** As the owner of the tables. `tell` hears of each step as it begins. */
export async function seedScale(ownerUrl: string, stocks: number, tell: (step: string) => void): Promise<Scale> {
  const scale = scaleOf(stocks);
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'lotkeeper-seed' });
  await client.connect();
  try {
    await refuseFilled(client);
    await client.query('BEGIN');
    await client.query(
      `SELECT set_config('lotkeeper.audited', 'on', true), set_config('TimeZone', 'UTC', true), set_config('synchronous_commit', 'off', true)`,
    );
    for (const [step, statement] of Object.entries(statementsFor(scale))) {
      tell(step);
      await client.query(statement);
    }
    const { rows } = await client.query<{ id: string; code: string }>(
      'SELECT id, code FROM people.location ORDER BY code',
    );
    const users = await writeDemoUsers(client, new Random(1), rows, Date.UTC(2026, 0, 1));
    await client.query(ledgerFor(scale), [users.find(({ email }) => email.startsWith('technician'))?.id]);
    await client.query('COMMIT');
    tell('metrics');
    await client.query('SELECT inventory.refresh_stock_metrics(true)');
    tell('vacuum');
    await client.query('VACUUM (ANALYZE)');
    return scale;
  } finally {
    await client.end();
  }
}

/** An id made of a kind and a number: rows find each other without a lookup. */
const id = (kind: string, n: string) => `('${kind}-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
const zones = `(ARRAY['America/New_York','America/Chicago','America/Denver','America/Los_Angeles','Europe/Brussels'])`;
const quantity = '(20 + i % 180)';
const receivedAt = `(date_trunc('day', now()) - make_interval(days => (1 + i % 20)::integer, secs => (i % 36000)::double precision))`;
const lotOf = (i: string) => id('00000005', i);

function statementsFor({ stocks, products, locations }: Scale): Readonly<Record<string, string>> {
  return {
    partitions: `SELECT ops.make_month_partitions('inventory.inventory_transaction', (current_date - 31), (current_date + interval '3 months')::date)`,
    places: `INSERT INTO people.location (id, code, name, kind, time_zone)
      SELECT ${id('00000001', 'i')}, 'L' || lpad(i::text, 3, '0'), 'Place ' || i, (ARRAY['CLINIC','PHARMACY','WAREHOUSE']::people.location_kind[])[1 + i % 3], ${zones}[1 + i % 5]
      FROM generate_series(1, ${locations}) i`,
    vendors: `INSERT INTO catalogue.vendor (id, name) SELECT ${id('00000002', 'i')}, 'Vendor ' || i FROM generate_series(1, 40) i`,
    brands: `INSERT INTO catalogue.brand (id, name, vendor_id)
      SELECT ${id('00000003', 'i')}, 'Brand ' || i, ${id('00000002', '1 + i % 40')} FROM generate_series(1, 200) i`,
    products: `INSERT INTO catalogue.product (id, name, brand_id, category, subcategory, generic_name, stock_unit, is_injection, is_prescription,
        is_antibiotic, aware_class, storage_min_celsius, storage_max_celsius, unit_price)
      SELECT ${id('00000004', 'i')}, 'Product ' || i, ${id('00000003', '1 + i % 200')}, (ARRAY['Vaccine','Antibiotic','Aesthetics','Consumable'])[1 + i % 4],
        'Group ' || i % 12, 'generic ' || i % 500, 'unit', i % 3 = 0, i % 2 = 0, i % 4 = 1,
        CASE WHEN i % 4 = 1 THEN (ARRAY['ACCESS','WATCH','RESERVE']::catalogue.aware_class[])[1 + i % 3] END, 2, 25, 5 + i % 300
      FROM generate_series(1, ${products}) i`,
    lots: `INSERT INTO inventory.inventory_lot (id, lot_code, product_id, vendor_id, manufacturer_lot_number, manufactured_on, expires_on, received_at)
      SELECT ${lotOf('i')}, 'LOT-S-' || i, ${id('00000004', `1 + i % ${products}`)}, ${id('00000002', `1 + (1 + (1 + i % ${products}) % 200) % 40`)}, 'S' || i,
        current_date - 90, current_date + 30 + (i % 700)::integer, ${receivedAt}
      FROM generate_series(1, ${stocks}) i`,
    stock: `INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, vendor_id, status, on_hand_quantity, cogs_mode, unit_cogs,
        payment_terms, purchase_price, gross_purchase_price, vat_rate, vat_amount, delivered_on, shelf_life_days, roi_percentage, profit_per_shelf_day,
        status_history, lot_expires_on, ledger_seq, received_at, created_at, updated_at)
      SELECT ${id('00000006', 'i')}, 'BCH-S-' || i, 'SKU-S-' || i, l.product_id, l.id, ${id('00000001', `1 + (i / ${products} + i) % ${locations}`)}, l.vendor_id, 'LIVE',
        ${quantity}, 'FIXED', 1 + i % 90, 'NET_30', ${quantity} * (1 + i % 90), ${quantity} * (1 + i % 90), 0, 0, l.received_at::date, 365, 20 + i % 30,
        round(${quantity} * (1 + i % 90) * (20 + i % 30) / 100.0 / 365, 4), '[]', l.expires_on, 1, l.received_at, l.received_at, l.received_at
      FROM generate_series(1, ${stocks}) i JOIN inventory.inventory_lot l ON l.id = ${lotOf('i')}`,
    patients: `INSERT INTO people.patient (id, first_name, last_name, birth_date, sex)
      SELECT ${id('00000008', 'i')}, 'First' || i % 97, 'Last' || i % 211, date '1940-01-01' + (i * 37 % 29000)::integer, (ARRAY['female','male'])[1 + i % 2]
      FROM generate_series(1, 1000) i`,
    sequences: `INSERT INTO inventory.sequence (name, current_value) VALUES ('batch', ${stocks})`,
  };
}

const ledgerFor = ({ stocks }: Scale) => `
  INSERT INTO inventory.inventory_transaction (id, recorded_at, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
    unit_cost, lot_id, product_id, location_id, performed_by, occurred_at, reason, request_id)
  SELECT ${id('00000009', 'i')}, s.received_at, s.id, 1, 'INTAKE', 'ON_HAND', s.on_hand_quantity, 0, s.on_hand_quantity, s.unit_cost, s.lot_id,
    s.product_id, s.location_id, $1, s.received_at, 'seed', 'seed'
  FROM generate_series(1, ${stocks}) i JOIN inventory.stock s ON s.id = ${id('00000006', 'i')}`;
