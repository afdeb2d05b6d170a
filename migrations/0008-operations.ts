import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Idempotency keys, the outbox, the organisation's settings. */
export class Operations1760000000008 implements MigrationInterface {
  name = 'Operations1760000000008';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE ops.idempotency_key (
        actor_id uuid NOT NULL REFERENCES people."user",
        mutation text NOT NULL,
        key text NOT NULL CHECK (length(key) BETWEEN 16 AND 255),
        input_hash bytea NOT NULL,
        -- Ids of what was made, by kind: {"stock": [...], "transaction": [...]}
        result jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (actor_id, mutation, key)
      ) WITH (fillfactor = 80);
      CREATE INDEX idempotency_key_age ON ops.idempotency_key USING brin (created_at);

      CREATE TABLE ops.outbox (
        id uuid PRIMARY KEY,
        topic text NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        sent_at timestamptz
      ) WITH (fillfactor = 80);
      CREATE INDEX outbox_unsent ON ops.outbox (created_at) WHERE sent_at IS NULL;

      CREATE TABLE ops.settings (
        id boolean PRIMARY KEY DEFAULT true CHECK (id),
        expiry_horizon_days integer[] NOT NULL DEFAULT '{90,60,30,7}',
        policy_vial_sharing boolean NOT NULL DEFAULT false,
        count_tolerance_share numeric(7, 6) NOT NULL DEFAULT 0.01 CHECK (count_tolerance_share BETWEEN 0 AND 1),
        currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$'),
        alert_emails text[] NOT NULL DEFAULT '{}',
        webhook_urls text[] NOT NULL DEFAULT '{}',
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO ops.settings DEFAULT VALUES;

      GRANT SELECT, INSERT, UPDATE, DELETE ON ops.idempotency_key, ops.outbox TO lotkeeper_app;
      GRANT SELECT, UPDATE ON ops.settings TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE ops.settings, ops.outbox, ops.idempotency_key');
  }
}
