import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The seals of audit rows, and the chain of blocks that holds them together. */
export class AuditSeal1760000000013 implements MigrationInterface {
  name = 'AuditSeal1760000000013';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit.audit_seal (
        -- No foreign key: its lock would write to each audit row once more. That a row is gone is what verification tells.
        entry_id uuid PRIMARY KEY,
        -- From 1, without a gap, in the order of sealing.
        seq bigint NOT NULL UNIQUE CHECK (seq > 0),
        entry_hash bytea NOT NULL CHECK (length(entry_hash) = 32)
      );

      -- Numbers first_seq to last_seq were sealed together. A block without rows (last_seq = first_seq - 1) tells that there
      -- was nothing to seal.
      CREATE TABLE audit.audit_block (
        block bigint PRIMARY KEY CHECK (block > 0),
        first_seq bigint NOT NULL,
        last_seq bigint NOT NULL CHECK (last_seq >= first_seq - 1),
        -- Nothing that was committed before sealed_at was left without a seal.
        complete boolean NOT NULL,
        version smallint NOT NULL,
        -- The hash of the block before; zeros in the first.
        previous bytea NOT NULL CHECK (length(previous) = 32),
        hash bytea NOT NULL CHECK (length(hash) = 32),
        sealed_at timestamptz NOT NULL
      );

      GRANT SELECT, INSERT ON audit.audit_seal, audit.audit_block TO lotkeeper_app;
      SELECT audit.make_append_only('audit.audit_seal'), audit.make_append_only('audit.audit_block');
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE audit.audit_block, audit.audit_seal');
  }
}
