/** Puts the worked-out history into the tables: what was worked out goes into passing tables, the rest is one statement a table. */
import type { ClientBase } from 'pg';
import { batchCode, batchSequence, lotCode, lotSequence, sku } from '../domain/stock/codes.ts';
import { unitFor, type DemoCatalogue } from './demo-catalogue.ts';
import { LocalDays, type History, type SeedStock } from './demo-history.ts';
import { historyStatements } from './demo-history-sql.ts';
import type { DemoLocation, DemoUser } from './demo-people.ts';
import { insertRows } from './insert-rows.ts';
import { writeRisks } from './seed-risk.ts';

export interface WholeHistory {
  readonly history: History;
  readonly catalogue: DemoCatalogue;
  readonly locations: readonly DemoLocation[];
  readonly users: readonly DemoUser[];
  readonly now: Date;
}

export async function writeHistory(client: ClientBase, whole: WholeHistory): Promise<void> {
  const { history } = whole;
  const { rows, numbers } = arrivals(whole);
  await passing(client, 'seed_arrival', arrivalColumns, rows);
  await passing(client, 'seed_line', lineColumns, history.lines);
  await passing(client, 'seed_dispense', dispenseColumns, history.dispenses);
  await passing(client, 'seed_reservation', reservationColumns, history.reservations);
  await passing(client, 'seed_quarantine', quarantineColumns, history.quarantines);
  await passing(client, 'seed_role', { role: 'text', id: 'uuid' }, rolesOf(whole.users));
  await passing(client, 'seed_sequence', { name: 'text', current_value: 'bigint' }, numbers);
  await writeRisks(client);
  for (const statement of historyStatements) await client.query(statement);
}

async function passing(
  client: ClientBase,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<void> {
  const declared = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  await client.query(`CREATE TEMP TABLE ${table} (${declared.join(', ')}) ON COMMIT DROP`);
  await insertRows(client, table, columns, rows);
  await client.query(`ANALYZE ${table}`);
}

const arrivalColumns = {
  id: 'uuid',
  lot_id: 'uuid',
  lot_code: 'text',
  lot_number: 'text',
  batch_code: 'text',
  sku: 'text',
  product_id: 'uuid',
  location_id: 'uuid',
  vendor_id: 'uuid',
  storage_unit_id: 'uuid',
  shelf: 'text',
  status: 'inventory.stock_status',
  quantity: 'numeric',
  unit_cogs: 'numeric',
  is_range: 'boolean',
  payment_terms: 'inventory.payment_terms',
  roi_percentage: 'numeric',
  shelf_life_days: 'integer',
  received_at: 'timestamp',
  manufactured_on: 'date',
  expires_on: 'date',
  recalled: 'boolean',
};

const lineColumns = {
  id: 'uuid',
  stock_id: 'uuid',
  position: 'integer',
  type: 'inventory.transaction_type',
  bucket: 'inventory.stock_bucket',
  change: 'numeric',
  at: 'timestamp',
  reference_type: 'text',
  reference_id: 'text',
  reason: 'text',
};

const dispenseColumns = {
  id: 'uuid',
  event_id: 'uuid',
  encounter_id: 'uuid',
  location_id: 'uuid',
  product_id: 'uuid',
  patient_id: 'uuid',
  quantity: 'numeric',
  at: 'timestamp',
  stg_compliant: 'boolean',
  override_reason: 'text',
  pregnant: 'boolean',
  by_generic_name: 'boolean',
  seconds: 'integer',
};

const reservationColumns = {
  id: 'uuid',
  stock_id: 'uuid',
  quantity: 'numeric',
  created_at: 'timestamp',
  hours: 'integer',
};
const quarantineColumns = {
  stock_id: 'uuid',
  cause: 'inventory.quarantine_cause',
  reference: 'uuid',
  quantity: 'numeric',
  since: 'timestamp',
};

function rolesOf(users: readonly DemoUser[]): object[] {
  return users.slice(0, 8).map(({ id, roles }) => ({ id, role: roles[0] }));
}

const terms = ['NET_30', 'NET_30', 'NET_15', 'COD', 'CONSIGNMENT'];

/** The rows as they came in, with codes counted as intake counts them. */
function arrivals({ history, catalogue, locations, now }: WholeHistory): {
  rows: object[];
  numbers: { name: string; current_value: number }[];
} {
  const counted = new Map<string, number>();
  const next = (name: string) => {
    const value = (counted.get(name) ?? 0) + 1;
    counted.set(name, value);
    return String(value);
  };
  const days = new Map(locations.map(({ id, time_zone }) => [id, new LocalDays(now, time_zone)]));
  const products = new Map(catalogue.products.map(({ id, product }) => [id, product]));
  const inOrder = [...history.stocks].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
  const rows = inOrder.map((stock, index) => {
    const product = products.get(stock.productId);
    const day = days.get(stock.locationId);
    if (product === undefined || day === undefined) throw new Error('A batch of no product or place');
    const received = stock.receivedAt.slice(0, 10);
    const code = lotCode(received, next(lotSequence(received)));
    const batch = next(batchSequence);
    const units = catalogue.storageUnits.filter((unit) => unit.location_id === stock.locationId);
    return {
      ...placeAndTime(stock, day),
      lot_code: code,
      batch_code: batchCode(code, batch),
      sku: sku(product.brand, product.name, received, batch),
      vendor_id: catalogue.vendorIds.get(product.vendor),
      storage_unit_id: unitFor(product, units)?.id ?? null,
      shelf: `${'ABCD'.charAt(index % 4)}${(index % 6) + 1}`,
      unit_cogs: product.unitCogs,
      is_range: index % 10 === 7,
      payment_terms: terms[index % terms.length],
      roi_percentage: 15 + (index % 8) * 5,
    };
  });
  return { rows, numbers: [...counted].map(([name, current_value]) => ({ name, current_value })) };
}

function placeAndTime(stock: SeedStock, days: LocalDays): object {
  const { lot } = stock;
  return {
    id: stock.id,
    lot_id: lot.id,
    lot_number: lot.number,
    product_id: stock.productId,
    location_id: stock.locationId,
    status: stock.status,
    quantity: stock.quantity,
    received_at: stock.receivedAt,
    shelf_life_days: lot.expiresInDays - lot.receivedDay,
    manufactured_on: days.at(lot.receivedDay - 60, 0).slice(0, 10),
    expires_on: days.at(lot.expiresInDays, 0).slice(0, 10),
    recalled: lot.recalled,
  };
}
