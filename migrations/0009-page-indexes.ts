import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes along which lists are paged. A comparison of rows cannot tell where nulls belong, so the key says it: a batch
 * without expiry lies at infinity, one without a profit below all. Codes and lot numbers are found by their beginning.
 */
export class PageIndexes1760000000009 implements MigrationInterface {
  name = 'PageIndexes1760000000009';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX inventory.stock_expiry_page, inventory.stock_profit_page, inventory.stock_sku, inventory.stock_batch_code,
        inventory.inventory_lot_number;
      CREATE INDEX stock_expiry_page ON inventory.stock (location_id, (coalesce(lot_expires_on, 'infinity')), received_at, id);
      CREATE INDEX stock_created_page ON inventory.stock (location_id, created_at, id);
      CREATE INDEX stock_profit_page ON inventory.stock (location_id, (coalesce(profit_per_shelf_day::numeric, '-Infinity')), id);
      CREATE INDEX stock_sku ON inventory.stock (sku text_pattern_ops);
      CREATE INDEX stock_batch_code ON inventory.stock (batch_code text_pattern_ops);
      CREATE INDEX inventory_lot_number ON inventory.inventory_lot (lot_number_key text_pattern_ops);
      CREATE INDEX patient_page ON people.patient ((coalesce(lower(last_name), '')), (coalesce(lower(first_name), '')), id)
        WHERE merged_into IS NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX people.patient_page, inventory.stock_created_page, inventory.stock_expiry_page, inventory.stock_profit_page,
        inventory.stock_sku, inventory.stock_batch_code, inventory.inventory_lot_number;
      CREATE INDEX inventory_lot_number ON inventory.inventory_lot (lot_number_key);
      CREATE INDEX stock_batch_code ON inventory.stock (batch_code);
      CREATE INDEX stock_sku ON inventory.stock (sku);
      CREATE INDEX stock_profit_page ON inventory.stock (profit_per_shelf_day DESC NULLS LAST, id);
      CREATE INDEX stock_expiry_page ON inventory.stock (location_id, lot_expires_on NULLS LAST, received_at, id);
    `);
  }
}
