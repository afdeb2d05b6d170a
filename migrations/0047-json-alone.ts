import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What begins like JSON and is none is caught by a subtransaction, and in a transaction that has written none can end within
 * a parallel plan. Of 200 000 projects the planner makes one: their migration ended with 25000.
 */
export class JsonAlone1760000000047 implements MigrationInterface {
  name = 'JsonAlone1760000000047';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER FUNCTION legacy.parsed_json(text) PARALLEL UNSAFE');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER FUNCTION legacy.parsed_json(text) PARALLEL SAFE');
  }
}
