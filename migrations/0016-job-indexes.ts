import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What jobs look for among much that is over: batches that still hold units, and keys that may go. */
export class JobIndexes1760000000016 implements MigrationInterface {
  name = 'JobIndexes1760000000016';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Batches that were used up long ago have expired too. At 60 000 batches, nine tenths of them closed, expire-lots takes
      -- 0.15 s with nothing to do, and took 0.45 s. That a status changes ends HOT in any case: stock_status_created.
      CREATE INDEX stock_held_expiry ON inventory.stock (location_id, (coalesce(lot_expires_on, 'infinity')), lot_id)
        WHERE status NOT IN ('SOLD_OUT', 'CLOSED');

      -- Keys of dispenses are kept for ever: a range of days held ever more of them, which the purge read through each day.
      DROP INDEX ops.idempotency_key_age;
      CREATE INDEX idempotency_key_age ON ops.idempotency_key (created_at) WHERE mutation <> 'dispense';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX inventory.stock_held_expiry, ops.idempotency_key_age;
      CREATE INDEX idempotency_key_age ON ops.idempotency_key USING brin (created_at);
    `);
  }
}
