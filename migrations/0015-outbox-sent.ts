import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was sent lately, found by its time: by those who may have missed a hint, and by the purge. */
export class OutboxSent1760000000015 implements MigrationInterface {
  name = 'OutboxSent1760000000015';

  async up(db: QueryRunner): Promise<void> {
    // The update that sets sent_at changes outbox_unsent already: it was never a HOT one.
    await db.query('CREATE INDEX outbox_sent ON ops.outbox (sent_at) WHERE sent_at IS NOT NULL');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX ops.outbox_sent');
  }
}
