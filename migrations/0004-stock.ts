import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lots, and stock: one row an intake batch at a location, with quantities, money, lifecycle and listings together. */
export class Stock1760000000004 implements MigrationInterface {
  name = 'Stock1760000000004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.stock_status AS ENUM ('AWAITING_INTAKE', 'LIVE', 'ON_HOLD', 'QUARANTINED', 'SOLD_OUT', 'CLOSED');
      CREATE TYPE inventory.cogs_mode AS ENUM ('FIXED', 'RANGE');
      CREATE TYPE inventory.payment_terms AS ENUM ('COD', 'NET_7', 'NET_15', 'NET_30', 'CONSIGNMENT', 'PARTIAL');
      CREATE TYPE inventory.quarantine_cause AS ENUM ('RECALL', 'EXPIRY', 'EXCURSION', 'RETURN', 'MANUAL');
      CREATE TYPE inventory.reservation_status AS ENUM ('ACTIVE', 'FULFILLED', 'RELEASED', 'EXPIRED');

      CREATE TABLE inventory.storage_unit (
        id uuid PRIMARY KEY,
        location_id uuid NOT NULL REFERENCES people.location,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        name_key text GENERATED ALWAYS AS (catalogue.name_key(name)) STORED,
        min_celsius numeric(5, 2) NOT NULL CHECK (min_celsius BETWEEN -273.15 AND 200),
        max_celsius numeric(5, 2) NOT NULL CHECK (max_celsius BETWEEN -273.15 AND 200),
        grace_minutes integer NOT NULL DEFAULT 5 CHECK (grace_minutes BETWEEN 0 AND 10080),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (location_id, name_key),
        CHECK (min_celsius <= max_celsius)
      );

      CREATE TABLE inventory.inventory_lot (
        id uuid PRIMARY KEY,
        lot_code text NOT NULL UNIQUE,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        vendor_id uuid REFERENCES catalogue.vendor,
        manufacturer_lot_number text NOT NULL CHECK (length(manufacturer_lot_number) BETWEEN 1 AND 100),
        lot_number_key text GENERATED ALWAYS AS (catalogue.lot_number_key(manufacturer_lot_number)) STORED CHECK (lot_number_key <> ''),
        serial_number text CHECK (length(serial_number) <= 100),
        manufactured_on date,
        expires_on date,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Facts; the lot's status is derived from them and from the clock.
        recalled boolean NOT NULL DEFAULT false,
        quarantined boolean NOT NULL DEFAULT false,
        UNIQUE (product_id, lot_number_key),
        CHECK (manufactured_on <= expires_on)
      );
      CREATE INDEX inventory_lot_expiry ON inventory.inventory_lot (expires_on, id);
      CREATE INDEX inventory_lot_number ON inventory.inventory_lot (lot_number_key);
      CREATE INDEX inventory_lot_received ON inventory.inventory_lot (received_at, id);

      CREATE TABLE inventory.stock (
        id uuid PRIMARY KEY,
        batch_code text NOT NULL,
        sku text NOT NULL,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        lot_id uuid NOT NULL REFERENCES inventory.inventory_lot,
        location_id uuid NOT NULL REFERENCES people.location,
        vendor_id uuid REFERENCES catalogue.vendor,
        storage_unit_id uuid REFERENCES inventory.storage_unit,
        zone text CHECK (length(zone) <= 50), rack text CHECK (length(rack) <= 50),
        shelf text CHECK (length(shelf) <= 50), bin text CHECK (length(bin) <= 50),
        status inventory.stock_status NOT NULL,
        detailed_status text CHECK (length(detailed_status) <= 255),
        grade text CHECK (length(grade) <= 10),

        on_hand_quantity inventory.quantity NOT NULL DEFAULT 0,
        reserved_quantity inventory.quantity NOT NULL DEFAULT 0,
        quarantine_quantity inventory.quantity NOT NULL DEFAULT 0,
        hold_quantity inventory.quantity NOT NULL DEFAULT 0,
        defective_quantity inventory.quantity NOT NULL DEFAULT 0,
        sample_quantity inventory.quantity NOT NULL DEFAULT 0,
        available_quantity numeric GENERATED ALWAYS AS
          (greatest(0, on_hand_quantity - reserved_quantity - quarantine_quantity - hold_quantity)) STORED,

        cogs_mode inventory.cogs_mode NOT NULL,
        unit_cogs inventory.money, unit_cogs_min inventory.money, unit_cogs_max inventory.money,
        -- FIXED: the unit cost told. RANGE: the mean of both ends, an estimate.
        unit_cost inventory.money GENERATED ALWAYS AS
          (CASE cogs_mode WHEN 'FIXED' THEN unit_cogs ELSE round((unit_cogs_min + unit_cogs_max) / 2, 4) END) STORED,
        payment_terms inventory.payment_terms,
        purchase_price inventory.money, gross_purchase_price inventory.money,
        vat_rate numeric(7, 6) CHECK (vat_rate BETWEEN 0 AND 1), vat_amount inventory.money,
        delivered_on date,
        shelf_life_days integer CHECK (shelf_life_days > 0),
        roi_percentage numeric(9, 4) CHECK (roi_percentage <> 'NaN'),
        profit_per_shelf_day inventory.signed_money,
        listed_on_platforms jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(listed_on_platforms) = 'array'),
        status_history jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(status_history) = 'array'),
        metadata jsonb, external_ids jsonb,
        notes text CHECK (length(notes) <= 10000),

        -- What first-expiry-first-out needs of the lot, copied here so that a lock on this row is enough to decide
        -- by: a joined lot row would be read from before the wait for the lock.
        lot_recalled boolean NOT NULL DEFAULT false,
        lot_quarantined boolean NOT NULL DEFAULT false,
        lot_expires_on date,

        ledger_seq bigint NOT NULL DEFAULT 0,
        version integer NOT NULL DEFAULT 1,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),

        UNIQUE (location_id, batch_code),
        UNIQUE (location_id, sku),
        CONSTRAINT stock_buckets_fit CHECK (reserved_quantity + quarantine_quantity + hold_quantity <= on_hand_quantity),
        CONSTRAINT stock_cogs CHECK (CASE cogs_mode WHEN 'FIXED' THEN unit_cogs IS NOT NULL AND unit_cogs_min IS NULL AND unit_cogs_max IS NULL
                                     ELSE unit_cogs IS NULL AND unit_cogs_min < unit_cogs_max END),
        CONSTRAINT stock_closed_is_empty CHECK (status <> 'CLOSED' OR
          (on_hand_quantity = 0 AND defective_quantity = 0 AND sample_quantity = 0)),
        CONSTRAINT stock_sold_out_is_empty CHECK (status <> 'SOLD_OUT' OR on_hand_quantity = 0),
        CONSTRAINT stock_live_has_units CHECK (status <> 'LIVE' OR on_hand_quantity > 0),
        CONSTRAINT stock_not_live_has_no_free_units CHECK (status NOT IN ('AWAITING_INTAKE', 'ON_HOLD', 'QUARANTINED')
          OR on_hand_quantity = reserved_quantity + quarantine_quantity + hold_quantity)
      ) WITH (fillfactor = 80);
      -- No index names a quantity, version or updated_at: each would end HOT updates.
      CREATE INDEX stock_fefo ON inventory.stock (product_id, location_id, lot_expires_on NULLS LAST, received_at, id);
      CREATE INDEX stock_status_created ON inventory.stock (status, created_at);
      CREATE INDEX stock_created ON inventory.stock (created_at, id);
      CREATE INDEX stock_lot ON inventory.stock (lot_id);
      CREATE INDEX stock_expiry_page ON inventory.stock (location_id, lot_expires_on NULLS LAST, received_at, id);
      CREATE INDEX stock_profit_page ON inventory.stock (profit_per_shelf_day DESC NULLS LAST, id);
      CREATE INDEX stock_listings ON inventory.stock USING gin (listed_on_platforms jsonb_path_ops);
      CREATE INDEX stock_status_history ON inventory.stock USING gin (status_history jsonb_path_ops);
      CREATE INDEX stock_sku ON inventory.stock (sku);
      CREATE INDEX stock_batch_code ON inventory.stock (batch_code);

      CREATE TABLE inventory.stock_position (
        id uuid PRIMARY KEY,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        storage_unit_id uuid REFERENCES inventory.storage_unit,
        zone text, rack text, shelf text, bin text,
        since timestamptz NOT NULL DEFAULT clock_timestamp(),
        until timestamptz CHECK (until >= since)
      );
      CREATE UNIQUE INDEX stock_position_now ON inventory.stock_position (stock_id) WHERE until IS NULL;
      CREATE INDEX stock_position_unit ON inventory.stock_position (storage_unit_id, since);

      CREATE TABLE inventory.stock_quarantine (
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        cause inventory.quarantine_cause NOT NULL,
        reference uuid NOT NULL,
        quantity inventory.quantity NOT NULL CHECK (quantity > 0),
        since timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (stock_id, cause, reference)
      );

      CREATE TABLE inventory.stock_reservation (
        id uuid PRIMARY KEY,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        quantity inventory.quantity NOT NULL CHECK (quantity > 0),
        status inventory.reservation_status NOT NULL DEFAULT 'ACTIVE',
        reserved_until timestamptz NOT NULL,
        reason text CHECK (length(reason) <= 1000),
        reserved_by uuid NOT NULL REFERENCES people."user",
        reference_type text CHECK (length(reference_type) <= 50),
        reference_id text CHECK (length(reference_id) <= 100),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        closed_at timestamptz,
        CHECK ((status = 'ACTIVE') = (closed_at IS NULL))
      );
      CREATE INDEX stock_reservation_stock ON inventory.stock_reservation (stock_id, created_at);
      CREATE INDEX stock_reservation_due ON inventory.stock_reservation (reserved_until) WHERE status = 'ACTIVE';

      CREATE TABLE inventory.sequence (
        name text PRIMARY KEY,
        current_value bigint NOT NULL CHECK (current_value > 0),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );

      GRANT SELECT, INSERT, UPDATE ON inventory.storage_unit, inventory.inventory_lot, inventory.stock,
        inventory.stock_position, inventory.stock_reservation, inventory.sequence TO lotkeeper_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON inventory.stock_quarantine TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.sequence, inventory.stock_reservation, inventory.stock_quarantine, inventory.stock_position,
        inventory.stock, inventory.inventory_lot, inventory.storage_unit;
      DROP TYPE inventory.reservation_status, inventory.quarantine_cause, inventory.payment_terms, inventory.cogs_mode, inventory.stock_status;
    `);
  }
}
