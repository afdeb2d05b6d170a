import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stock counts: who counted what, and what the system held at that very moment. */
export class Counts1760000000022 implements MigrationInterface {
  name = 'Counts1760000000022';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.count_status AS ENUM ('IN_PROGRESS', 'RECOUNTING', 'SUBMITTED', 'APPROVED', 'CANCELLED');

      CREATE TABLE inventory.inventory_count (
        id uuid PRIMARY KEY,
        code text NOT NULL UNIQUE,
        location_id uuid NOT NULL REFERENCES people.location,
        status inventory.count_status NOT NULL DEFAULT 'IN_PROGRESS',
        -- Until it is submitted, who may count does not see what the system expects.
        blind boolean NOT NULL,
        -- What of the location is counted; null is all.
        category text,
        zone text,
        started_by uuid NOT NULL REFERENCES people."user",
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Whoever has told a figure, even one that was told anew by another.
        counter_ids uuid[] NOT NULL DEFAULT '{}',
        submitted_by uuid REFERENCES people."user",
        submitted_at timestamptz,
        approved_by uuid REFERENCES people."user",
        approved_at timestamptz,
        witness_id uuid REFERENCES people."user",
        cancelled_by uuid REFERENCES people."user",
        cancelled_at timestamptz,
        -- Sums over the lines, of units and of money; null until submission.
        variance_quantity numeric CHECK (variance_quantity <> 'NaN'),
        variance_value numeric CHECK (variance_value <> 'NaN'),
        CONSTRAINT inventory_count_submitted CHECK (CASE status WHEN 'SUBMITTED' THEN submitted_at IS NOT NULL WHEN 'APPROVED' THEN submitted_at IS NOT NULL
          WHEN 'CANCELLED' THEN true ELSE submitted_at IS NULL END),
        CONSTRAINT inventory_count_approved CHECK ((status = 'APPROVED') = (approved_at IS NOT NULL)),
        CONSTRAINT inventory_count_cancelled CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL)),
        CONSTRAINT inventory_count_approver_counted_nothing CHECK (approved_by <> ALL (counter_ids)),
        CHECK (witness_id <> approved_by),
        CHECK ((submitted_at IS NULL) = (submitted_by IS NULL)),
        CHECK ((submitted_at IS NULL) = (variance_quantity IS NULL)),
        CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
        CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL))
      ) WITH (fillfactor = 80);
      CREATE INDEX inventory_count_page ON inventory.inventory_count (location_id, started_at, id);

      CREATE TABLE inventory.inventory_count_line (
        id uuid PRIMARY KEY,
        count_id uuid NOT NULL REFERENCES inventory.inventory_count,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        -- In the order in which one walks along the shelves.
        position integer NOT NULL,
        -- Until the count is approved or cancelled.
        open boolean NOT NULL DEFAULT true,
        -- What was on hand when it was counted, and how many lines the ledger of the batch had then.
        expected_quantity inventory.quantity,
        expected_seq bigint,
        counted_quantity inventory.quantity,
        counted_by uuid REFERENCES people."user",
        counted_at timestamptz,
        recount_needed boolean NOT NULL DEFAULT false,
        recount_expected_quantity inventory.quantity,
        recount_seq bigint,
        recounted_quantity inventory.quantity,
        recounted_by uuid REFERENCES people."user",
        recounted_at timestamptz,
        -- Of one unit, when it was counted last.
        unit_cost inventory.money,
        -- As judged at submission, by the count that holds: the second one, where there are two.
        within_tolerance boolean,
        UNIQUE (count_id, stock_id),
        CHECK (num_nulls(expected_quantity, expected_seq, counted_quantity, counted_by, counted_at) IN (0, 5)),
        CHECK (num_nulls(recount_expected_quantity, recount_seq, recounted_quantity, recounted_by, recounted_at) IN (0, 5)),
        CHECK (recounted_at IS NULL OR counted_at IS NOT NULL),
        CONSTRAINT inventory_count_line_recounted_by_another CHECK (recounted_by <> counted_by)
      ) WITH (fillfactor = 80);
      -- A batch is on one open count at a time.
      CREATE UNIQUE INDEX inventory_count_line_open ON inventory.inventory_count_line (stock_id) WHERE open;

      GRANT SELECT, INSERT, UPDATE ON inventory.inventory_count, inventory.inventory_count_line TO lotkeeper_app;
      -- What has ended stays as it is.
      CREATE TRIGGER ended BEFORE UPDATE OR DELETE ON inventory.inventory_count FOR EACH ROW
        WHEN (OLD.status IN ('APPROVED', 'CANCELLED')) EXECUTE FUNCTION audit.refuse_change();
      CREATE TRIGGER ended BEFORE UPDATE OR DELETE ON inventory.inventory_count_line FOR EACH ROW
        WHEN (NOT OLD.open) EXECUTE FUNCTION audit.refuse_change();
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{inventory_count,inventory_count_line}'::text[] LOOP
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER ended', target);
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.inventory_count_line, inventory.inventory_count;
      DROP TYPE inventory.count_status;
    `);
  }
}
