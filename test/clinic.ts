/** A clinic of a test's own: a database, two places, and builders that take what matters and make up the rest. */
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { createDataSource } from '../ormconfig.ts';
import { Gate } from '../src/db/gate.ts';
import { inTransaction, type Session, type Tx } from '../src/db/in-transaction.ts';
import { systemUserId, type Actor, type Role } from '../src/actor.ts';
import { createTestDatabase, ownerPool, type TestDatabase } from './database.ts';

export interface NewProduct {
  readonly name?: string;
  readonly deaSchedule?: string;
  readonly isAntibiotic?: boolean;
  readonly stockUnit?: string;
  readonly dosesPerStockUnit?: string;
  readonly unitPrice?: string;
}

export interface NewStock {
  readonly productId: string;
  readonly locationId?: string;
  readonly quantity?: string;
  readonly lotNumber?: string;
  /** A day, or null for none. */
  readonly expiresOn?: string | null;
  readonly unitCogs?: string;
}

export class TestClinic {
  readonly locationId = uuid();
  readonly elsewhereId = uuid();

  private constructor(
    readonly database: TestDatabase,
    readonly db: DataSource,
    /** As the owner of the tables: to arrange and to look, past the application's rights. */
    readonly owner: pg.Pool,
  ) {}

  static async open(timeZone = 'America/New_York'): Promise<TestClinic> {
    return TestClinic.in(await createTestDatabase(), timeZone);
  }

  /** In a migrated database that the caller has made. */
  static async in(database: TestDatabase, timeZone = 'America/New_York'): Promise<TestClinic> {
    const db = await createDataSource(database.appUrl).initialize();
    const owner = ownerPool(database, 4);
    const clinic = new TestClinic(database, db, owner);
    await owner.query(
      `INSERT INTO people.location (id, code, name, kind, time_zone) VALUES ($1, 'HERE', 'Here', 'CLINIC', $3), ($2, 'ELSE', 'Elsewhere', 'PHARMACY', $3)`,
      [clinic.locationId, clinic.elsewhereId, timeZone],
    );
    return clinic;
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.owner.end();
    await this.database.drop();
  }

  async actor(roles: readonly Role[], locationIds: readonly string[] = [this.locationId]): Promise<Actor> {
    const id = uuid();
    await this.owner.query(`INSERT INTO people."user" (id, email, display_name, roles) VALUES ($1, $2, 'Test', $3)`, [
      id,
      `${id}@example.test`,
      roles,
    ]);
    await this.owner.query('INSERT INTO people.user_location SELECT $1, unnest($2::uuid[])', [id, locationIds]);
    return { id, roles, locationIds, accessVersion: 1, isSystem: false };
  }

  session(actor: Actor): Session & { readonly patientKey: string } {
    const patientKey = 'the key of the patients of a test';
    return {
      db: this.db,
      gate: new Gate(),
      actor,
      patientKey,
      requestId: `test-${uuid()}`,
      arrivedAt: performance.now(),
    };
  }

  systemSession(): Session {
    return this.session({ id: systemUserId, roles: [], locationIds: [], accessVersion: 1, isSystem: true });
  }

  /** Runs a verb as the actor, in a transaction of its own. */
  async as<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inTransaction(this.session(actor), work);
  }

  async product(product: NewProduct = {}): Promise<string> {
    const id = uuid();
    await this.owner.query(
      `INSERT INTO catalogue.product (id, name, category, stock_unit, dea_schedule, is_antibiotic, doses_per_stock_unit, unit_price)
       VALUES ($1, $2, 'Test', $3, $4, $5, $6, $7)`,
      [
        id,
        product.name ?? `Product ${id}`,
        product.stockUnit ?? 'vial',
        product.deaSchedule ?? null,
        product.isAntibiotic ?? false,
        product.dosesPerStockUnit ?? null,
        product.unitPrice ?? null,
      ],
    );
    return id;
  }

  async patient(birthDate = '1980-05-17'): Promise<string> {
    const id = uuid();
    await this.owner.query(
      `INSERT INTO people.patient (id, first_name, last_name, birth_date) VALUES ($1, 'Pat', 'Example', $2)`,
      [id, birthDate],
    );
    return id;
  }

  /** A LIVE batch with its first ledger line; the lot is found by its number, or made. */
  async stock(stock: NewStock): Promise<{ stockId: string; lotId: string }> {
    const stockId = uuid();
    const lotNumber = stock.lotNumber ?? `L-${stockId}`;
    const expiresOn = stock.expiresOn === undefined ? '2099-12-31' : stock.expiresOn;
    const { rows } = await this.owner.query<{ lotId: string }>(
      `WITH audited AS MATERIALIZED (SELECT set_config('lotkeeper.audited', 'on', true)),
       made AS (
         INSERT INTO inventory.inventory_lot (id, lot_code, product_id, manufacturer_lot_number, expires_on)
         SELECT $2::uuid, 'LOT-' || $2::text, $3, $4, $5 FROM audited ON CONFLICT DO NOTHING RETURNING *),
       lot AS (SELECT * FROM made UNION ALL SELECT * FROM inventory.inventory_lot WHERE product_id = $3 AND lot_number_key = catalogue.lot_number_key($4) LIMIT 1),
       row AS (
         INSERT INTO inventory.stock (id, batch_code, sku, product_id, lot_id, location_id, status, on_hand_quantity, cogs_mode, unit_cogs,
           ledger_seq, lot_expires_on, lot_recalled, lot_quarantined)
         SELECT $1::uuid, 'BCH-' || $1::text, 'SKU-' || $1::text, $3, lot.id, $6, 'LIVE', $7, 'FIXED', $8, 1, lot.expires_on, lot.recalled, lot.quarantined FROM lot RETURNING *),
       line AS (
         INSERT INTO inventory.inventory_transaction (id, stock_id, ledger_seq, type, bucket, quantity_change, quantity_before, quantity_after,
           unit_cost, lot_id, product_id, location_id, performed_by, occurred_at)
         SELECT $9, id, 1, 'INTAKE', 'ON_HAND', on_hand_quantity, 0, on_hand_quantity, unit_cogs, lot_id, product_id, location_id, $10, now() FROM row)
       SELECT lot_id AS "lotId" FROM row`,
      [
        stockId,
        uuid(),
        stock.productId,
        lotNumber,
        expiresOn,
        stock.locationId ?? this.locationId,
        stock.quantity ?? '10',
        stock.unitCogs ?? '5',
        uuid(),
        systemUserId,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no stock row was made');
    return { stockId, lotId: row.lotId };
  }

  /** One row, as the owner sees it. */
  async one<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row> {
    const { rows } = await this.owner.query<Row>(sql, [...values]);
    const [row] = rows;
    if (row === undefined) throw new Error('no row');
    return row;
  }

  async all<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.owner.query<Row>(sql, [...values])).rows;
  }
}

export const newKey = (): string => uuid();
