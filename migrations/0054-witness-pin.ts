import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With what people of an identity provider sign: they have no password here. It opens no door. */
export class WitnessPin1760000000054 implements MigrationInterface {
  name = 'WitnessPin1760000000054';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE people."user" ADD COLUMN witness_pin_hash text,
      ADD CONSTRAINT user_signs_with_one_secret CHECK (password_hash IS NULL OR witness_pin_hash IS NULL)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE people."user" DROP COLUMN witness_pin_hash');
  }
}
