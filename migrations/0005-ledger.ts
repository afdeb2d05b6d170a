import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger and what makes a table append-only; monthly partitions made by one function. */
export class Ledger1760000000005 implements MigrationInterface {
  name = 'Ledger1760000000005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.stock_bucket AS ENUM ('ON_HAND', 'RESERVED', 'QUARANTINE', 'HOLD', 'DEFECTIVE', 'SAMPLE');
      CREATE TYPE inventory.transaction_type AS ENUM (
        'INTAKE', 'SALE', 'DISPENSE', 'ADJUSTMENT', 'COUNT_ADJUSTMENT', 'TRANSFER_OUT', 'TRANSFER_IN', 'WASTE', 'VIAL_OPENED', 'RETURN',
        'RESERVE', 'RELEASE', 'QUARANTINE', 'UNQUARANTINE', 'HOLD', 'UNHOLD', 'DEFECT', 'SAMPLE', 'IMPORT');

      CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$;

      -- Row and TRUNCATE triggers, fired in replica mode too.
      CREATE FUNCTION audit.make_append_only(target regclass) RETURNS void LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'append_only') THEN
          EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()', target);
        END IF;
        IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'append_only_truncate') THEN
          EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change()', target);
        END IF;
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', target);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_truncate', target);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM lotkeeper_app', target);
      END $$;

      CREATE TABLE inventory.inventory_transaction (
        id uuid NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        ledger_seq bigint NOT NULL CHECK (ledger_seq > 0),
        type inventory.transaction_type NOT NULL,
        bucket inventory.stock_bucket NOT NULL,
        quantity_change inventory.quantity_change NOT NULL CHECK (quantity_change <> 0),
        quantity_before inventory.quantity NOT NULL,
        quantity_after inventory.quantity NOT NULL,
        unit_cost inventory.money,
        -- Copied from the stock row by the one statement that writes lines; they never change there.
        lot_id uuid NOT NULL, product_id uuid NOT NULL, location_id uuid NOT NULL,
        reference_type text CHECK (length(reference_type) <= 50),
        reference_id text CHECK (length(reference_id) <= 100),
        reason text CHECK (length(reason) <= 1000),
        performed_by uuid NOT NULL REFERENCES people."user",
        occurred_at timestamptz NOT NULL,
        request_id text,
        PRIMARY KEY (recorded_at, id),
        CONSTRAINT ledger_line_adds_up CHECK (quantity_after = quantity_before + quantity_change),
        CONSTRAINT ledger_occurred_in_time CHECK (occurred_at <= recorded_at)
      ) PARTITION BY RANGE (recorded_at);
      CREATE TABLE inventory.inventory_transaction_default PARTITION OF inventory.inventory_transaction DEFAULT;
      CREATE UNIQUE INDEX inventory_transaction_stock ON inventory.inventory_transaction (stock_id, ledger_seq, recorded_at);
      CREATE INDEX inventory_transaction_type ON inventory.inventory_transaction (type, recorded_at);
      CREATE INDEX inventory_transaction_reference ON inventory.inventory_transaction (reference_id) WHERE reference_id IS NOT NULL;

      -- Months from..until (both included), each with its append-only guards; existing ones are left alone. Runs with
      -- the owner's rights, because the application may not make tables.
      CREATE FUNCTION ops.make_month_partitions(target regclass, first_month date, last_month date) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        month date := date_trunc('month', first_month)::date;
        schema_name text; table_name text; partition_name text; made integer := 0;
      BEGIN
        IF NOT target::text = ANY ('{inventory.inventory_transaction,dpap.dispensing_event}') THEN
          RAISE EXCEPTION '% is not partitioned by month', target;
        END IF;
        SELECT n.nspname, c.relname INTO schema_name, table_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
        WHILE month <= last_month LOOP
          partition_name := format('%s_%s', table_name, to_char(month, 'YYYY_MM'));
          IF to_regclass(format('%I.%I', schema_name, partition_name)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', schema_name, partition_name, target,
              month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
            PERFORM audit.make_append_only(format('%I.%I', schema_name, partition_name)::regclass);
            made := made + 1;
          END IF;
          month := (month + interval '1 month')::date;
        END LOOP;
        RETURN made;
      END $$;
      REVOKE ALL ON FUNCTION ops.make_month_partitions FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ops.make_month_partitions TO lotkeeper_app;

      GRANT SELECT, INSERT ON inventory.inventory_transaction TO lotkeeper_app;
      SELECT audit.make_append_only('inventory.inventory_transaction');
      SELECT audit.make_append_only('inventory.inventory_transaction_default');
      SELECT ops.make_month_partitions('inventory.inventory_transaction', current_date, (current_date + interval '3 months')::date);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.inventory_transaction;
      DROP FUNCTION ops.make_month_partitions, audit.make_append_only, audit.refuse_change;
      DROP TYPE inventory.transaction_type, inventory.stock_bucket;
    `);
  }
}
