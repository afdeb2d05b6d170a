import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Senders' ids are compared byte by byte: they are no words of a language, and a bulk of events takes half of the time. */
export class EventKeys1760000000036 implements MigrationInterface {
  name = 'EventKeys1760000000036';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE dpap.event_key ALTER COLUMN dispense_record_id TYPE text COLLATE "C"');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE dpap.event_key ALTER COLUMN dispense_record_id TYPE text COLLATE "default"');
  }
}
