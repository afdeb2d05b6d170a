import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a batch has stood: asked of each batch whose minutes out of range are summed up, and of each that comes by transfer. */
export class PositionIndex1760000000025 implements MigrationInterface {
  name = 'PositionIndex1760000000025';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX stock_position_stock ON inventory.stock_position (stock_id, since)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX inventory.stock_position_stock`);
  }
}
