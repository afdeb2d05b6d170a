import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Transfers of units from one location to another, and reservations that only a transfer may touch. */
export class Transfers1760000000021 implements MigrationInterface {
  name = 'Transfers1760000000021';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.transfer_status AS ENUM ('REQUESTED', 'APPROVED', 'IN_TRANSIT', 'RECEIVED', 'REJECTED', 'CANCELLED');

      CREATE TABLE inventory.inventory_transfer (
        id uuid PRIMARY KEY,
        code text NOT NULL UNIQUE,
        status inventory.transfer_status NOT NULL DEFAULT 'REQUESTED',
        from_location_id uuid NOT NULL REFERENCES people.location,
        to_location_id uuid NOT NULL REFERENCES people.location,
        reason text CHECK (length(reason) <= 1000),
        requested_by uuid NOT NULL REFERENCES people."user",
        requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        approved_by uuid REFERENCES people."user",
        approved_at timestamptz,
        shipped_by uuid REFERENCES people."user",
        shipped_at timestamptz,
        received_by uuid REFERENCES people."user",
        received_at timestamptz,
        -- Rejected or cancelled.
        ended_by uuid REFERENCES people."user",
        ended_at timestamptz,
        end_reason text CHECK (length(end_reason) <= 1000),
        -- Something of it was damaged or lost.
        has_discrepancy boolean NOT NULL DEFAULT false,
        CHECK (from_location_id <> to_location_id),
        CONSTRAINT inventory_transfer_separation CHECK (approved_by <> requested_by),
        CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
        CHECK ((shipped_by IS NULL) = (shipped_at IS NULL)),
        CHECK ((received_by IS NULL) = (received_at IS NULL)),
        CHECK ((ended_by IS NULL) = (ended_at IS NULL)),
        CHECK (approved_at IS NOT NULL OR shipped_at IS NULL),
        CHECK (shipped_at IS NOT NULL OR received_at IS NULL),
        CHECK (received_at IS NOT NULL OR NOT has_discrepancy),
        CONSTRAINT inventory_transfer_status_told CHECK (CASE status
          WHEN 'REQUESTED' THEN approved_at IS NULL AND ended_at IS NULL
          WHEN 'APPROVED' THEN approved_at IS NOT NULL AND shipped_at IS NULL AND ended_at IS NULL
          WHEN 'IN_TRANSIT' THEN shipped_at IS NOT NULL AND received_at IS NULL AND ended_at IS NULL
          WHEN 'RECEIVED' THEN received_at IS NOT NULL AND ended_at IS NULL
          ELSE shipped_at IS NULL AND ended_at IS NOT NULL END)
      );
      CREATE INDEX inventory_transfer_page ON inventory.inventory_transfer (requested_at, id);
      CREATE INDEX inventory_transfer_from ON inventory.inventory_transfer (from_location_id, requested_at, id);
      CREATE INDEX inventory_transfer_to ON inventory.inventory_transfer (to_location_id, requested_at, id);

      CREATE TABLE inventory.inventory_transfer_line (
        id uuid PRIMARY KEY,
        transfer_id uuid NOT NULL REFERENCES inventory.inventory_transfer,
        position integer NOT NULL CHECK (position > 0),
        -- The batch at the source, and what it is of; one line a batch.
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        lot_id uuid NOT NULL REFERENCES inventory.inventory_lot,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        -- The row of the same lot and batch code at the destination; a sibling where that one is closed.
        destination_stock_id uuid REFERENCES inventory.stock,
        requested_quantity inventory.quantity NOT NULL CHECK (requested_quantity > 0),
        shipped_quantity inventory.quantity CHECK (shipped_quantity > 0),
        received_quantity inventory.quantity,
        damaged_quantity inventory.quantity,
        lost_quantity inventory.quantity,
        -- Out of the source and not yet told of by the destination. The one place where transit is counted.
        in_transit_quantity numeric GENERATED ALWAYS AS (coalesce(shipped_quantity::numeric, 0) - coalesce(received_quantity::numeric, 0)
          - coalesce(damaged_quantity::numeric, 0) - coalesce(lost_quantity::numeric, 0)) STORED,
        -- What left the source's money, and comes to the destination's.
        purchase_price inventory.money,
        gross_purchase_price inventory.money,
        note text CHECK (length(note) <= 1000),
        UNIQUE (transfer_id, stock_id),
        UNIQUE (transfer_id, position),
        CHECK (received_quantity IS NULL OR shipped_quantity IS NOT NULL),
        CHECK ((received_quantity IS NULL) = (damaged_quantity IS NULL)),
        CHECK ((received_quantity IS NULL) = (lost_quantity IS NULL)),
        CHECK ((received_quantity IS NULL) = (destination_stock_id IS NULL)),
        CONSTRAINT inventory_transfer_line_balances
          CHECK (received_quantity IS NULL OR shipped_quantity::numeric = received_quantity::numeric + damaged_quantity + lost_quantity)
      );
      CREATE INDEX inventory_transfer_line_in_transit ON inventory.inventory_transfer_line (lot_id) WHERE in_transit_quantity > 0;
      CREATE INDEX inventory_transfer_line_lot ON inventory.inventory_transfer_line (lot_id);
      CREATE INDEX inventory_transfer_line_stock ON inventory.inventory_transfer_line (stock_id);
      CREATE INDEX inventory_transfer_line_destination ON inventory.inventory_transfer_line (destination_stock_id) WHERE destination_stock_id IS NOT NULL;

      -- Whose units these are: then nobody but the transfer's own verbs gives them out or back.
      ALTER TABLE inventory.stock_reservation ADD COLUMN transfer_id uuid REFERENCES inventory.inventory_transfer;
      CREATE INDEX stock_reservation_transfer ON inventory.stock_reservation (transfer_id) WHERE transfer_id IS NOT NULL;

      GRANT SELECT, INSERT, UPDATE ON inventory.inventory_transfer, inventory.inventory_transfer_line TO lotkeeper_app;
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{inventory_transfer,inventory_transfer_line}'::text[] LOOP
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE inventory.stock_reservation DROP COLUMN transfer_id;
      DROP TABLE inventory.inventory_transfer_line, inventory.inventory_transfer;
      DROP TYPE inventory.transfer_status;
    `);
  }
}
