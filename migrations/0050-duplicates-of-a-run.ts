import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which migration proposed two records as one person's, or merged them: that run's rollback takes it back. */
export class DuplicatesOfARun1760000000050 implements MigrationInterface {
  name = 'DuplicatesOfARun1760000000050';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE people.duplicate_candidate ADD COLUMN run_id uuid REFERENCES ops.migration_run;
      CREATE INDEX duplicate_run ON people.duplicate_candidate (run_id) WHERE run_id IS NOT NULL;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE people.duplicate_candidate DROP COLUMN run_id');
  }
}
