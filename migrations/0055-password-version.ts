import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Our tokens name the password with which they were got: a new one ends them. Tokens of before name the first. */
export class PasswordVersion1760000000055 implements MigrationInterface {
  name = 'PasswordVersion1760000000055';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE people."user" ADD COLUMN password_version integer NOT NULL DEFAULT 1');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE people."user" DROP COLUMN password_version');
  }
}
