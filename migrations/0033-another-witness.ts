import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nobody witnesses what he does himself: here where the trail alone keeps the witness (adjustments, receipts). */
export class AnotherWitness1760000000033 implements MigrationInterface {
  name = 'AnotherWitness1760000000033';

  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `ALTER TABLE audit.audit_entry ADD CONSTRAINT audit_entry_another_witness CHECK (after->>'witnessedBy' <> actor_id::text)`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit.audit_entry DROP CONSTRAINT audit_entry_another_witness');
  }
}
