import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger's own index tells type, bucket and change, too: where the units of a lot went is summed up from it alone,
 * without a look at the lines (200 000 of them: 23 000 pages less).
 */
export class LedgerSums1760000000034 implements MigrationInterface {
  name = 'LedgerSums1760000000034';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX inventory.inventory_transaction_stock;
      CREATE UNIQUE INDEX inventory_transaction_stock ON inventory.inventory_transaction (stock_id, ledger_seq, recorded_at)
        INCLUDE (type, bucket, quantity_change);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX inventory.inventory_transaction_stock;
      CREATE UNIQUE INDEX inventory_transaction_stock ON inventory.inventory_transaction (stock_id, ledger_seq, recorded_at);
    `);
  }
}
