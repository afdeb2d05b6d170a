import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Recalls with their lots and who has seen to them where; notices of a feed, and what they may concern here. */
export class Recalls1760000000023 implements MigrationInterface {
  name = 'Recalls1760000000023';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.recall_class AS ENUM ('CLASS_I', 'CLASS_II', 'CLASS_III');
      CREATE TYPE inventory.recall_status AS ENUM ('ACTIVE', 'CLOSED');
      CREATE TYPE inventory.recall_match_kind AS ENUM ('EXACT_LOT', 'PRODUCT_ONLY', 'POSSIBLE');
      CREATE TYPE inventory.recall_match_status AS ENUM ('PENDING', 'CONFIRMED', 'DISMISSED');

      CREATE TABLE inventory.recall (
        id uuid PRIMARY KEY,
        reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
        recall_class inventory.recall_class NOT NULL,
        status inventory.recall_status NOT NULL DEFAULT 'ACTIVE',
        reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 2000),
        source text NOT NULL CHECK (length(source) BETWEEN 1 AND 255),
        product_id uuid NOT NULL REFERENCES catalogue.product,
        -- As told; none is every lot of the product.
        lot_numbers text[] NOT NULL,
        -- The same as lot numbers are compared: what comes in later under one of them is recalled too.
        lot_number_keys text[] NOT NULL,
        issued_by uuid NOT NULL REFERENCES people."user",
        issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        closed_by uuid REFERENCES people."user",
        closed_at timestamptz,
        resolution text CHECK (length(resolution) BETWEEN 1 AND 1000),
        -- Closed without, its lots stay blocked for good.
        released boolean NOT NULL DEFAULT false,
        CONSTRAINT recall_closed CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND resolution IS NOT NULL)),
        CONSTRAINT recall_released_is_closed CHECK (status = 'CLOSED' OR NOT released),
        CHECK (cardinality(lot_numbers) = cardinality(lot_number_keys))
      );
      CREATE INDEX recall_page ON inventory.recall (issued_at, id);
      CREATE INDEX recall_product ON inventory.recall (product_id);

      CREATE TABLE inventory.recall_lot (
        recall_id uuid NOT NULL REFERENCES inventory.recall,
        lot_id uuid NOT NULL REFERENCES inventory.inventory_lot,
        added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (recall_id, lot_id)
      );
      CREATE INDEX recall_lot_lot ON inventory.recall_lot (lot_id);

      -- One for each location that holds, held or awaits a lot of the recall.
      CREATE TABLE inventory.recall_acknowledgement (
        recall_id uuid NOT NULL REFERENCES inventory.recall,
        location_id uuid NOT NULL REFERENCES people.location,
        added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        acknowledged_by uuid REFERENCES people."user",
        acknowledged_at timestamptz,
        note text CHECK (length(note) <= 1000),
        PRIMARY KEY (recall_id, location_id),
        CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
      );

      -- What a feed has said, as it says it now.
      CREATE TABLE inventory.recall_notice (
        id uuid PRIMARY KEY,
        notice_number text NOT NULL UNIQUE CHECK (length(notice_number) BETWEEN 1 AND 100),
        -- Null: not classified yet.
        recall_class inventory.recall_class,
        feed_status text CHECK (length(feed_status) <= 100),
        reason text NOT NULL,
        firm text,
        product_description text NOT NULL,
        code_info text NOT NULL,
        names text[] NOT NULL,
        -- Product codes (NDC without its package, GTIN), and whatever may be read as a lot number, as lot numbers are compared.
        product_keys text[] NOT NULL,
        lot_keys text[] NOT NULL,
        content_hash bytea NOT NULL,
        first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX recall_notice_products ON inventory.recall_notice USING gin (product_keys);
      CREATE INDEX recall_notice_lots ON inventory.recall_notice USING gin (lot_keys);

      CREATE TABLE inventory.recall_match (
        id uuid PRIMARY KEY,
        notice_id uuid NOT NULL REFERENCES inventory.recall_notice,
        kind inventory.recall_match_kind NOT NULL,
        status inventory.recall_match_status NOT NULL DEFAULT 'PENDING',
        product_id uuid NOT NULL REFERENCES catalogue.product,
        lot_id uuid REFERENCES inventory.inventory_lot,
        evidence jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
        recall_id uuid REFERENCES inventory.recall,
        decided_by uuid REFERENCES people."user",
        decided_at timestamptz,
        note text CHECK (length(note) <= 1000),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE NULLS NOT DISTINCT (notice_id, product_id, lot_id),
        CONSTRAINT recall_match_decided CHECK ((status = 'PENDING') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
        CONSTRAINT recall_match_confirmed CHECK ((status = 'CONFIRMED') = (recall_id IS NOT NULL))
      );
      CREATE INDEX recall_match_page ON inventory.recall_match (created_at, id);
      CREATE INDEX recall_match_pending ON inventory.recall_match (created_at, id) WHERE status = 'PENDING';
      CREATE INDEX recall_match_lot ON inventory.recall_match (lot_id) WHERE lot_id IS NOT NULL;

      GRANT SELECT, INSERT, UPDATE ON inventory.recall, inventory.recall_acknowledgement, inventory.recall_notice, inventory.recall_match TO lotkeeper_app;
      GRANT SELECT, INSERT ON inventory.recall_lot TO lotkeeper_app;
      SELECT audit.make_append_only('inventory.recall_lot');
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{recall,recall_lot,recall_acknowledgement,recall_notice,recall_match}'::text[] LOOP
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.recall_match, inventory.recall_notice, inventory.recall_acknowledgement, inventory.recall_lot, inventory.recall;
      DROP TYPE inventory.recall_match_status, inventory.recall_match_kind, inventory.recall_status, inventory.recall_class;
    `);
  }
}
