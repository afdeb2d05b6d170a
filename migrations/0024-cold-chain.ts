import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Readings of storage units, what loggers say themselves, excursions; where batches stand is kept by the database. */
export class ColdChain1760000000024 implements MigrationInterface {
  name = 'ColdChain1760000000024';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.excursion_kind AS ENUM ('CONSECUTIVE', 'CUMULATIVE');

      -- A unit has one reading at an instant, however often it is told.
      CREATE TABLE inventory.temperature_reading (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        storage_unit_id uuid NOT NULL REFERENCES inventory.storage_unit,
        measured_at timestamptz NOT NULL CHECK (measured_at >= '2000-01-01 00:00:00+00'),
        celsius numeric(5, 2) NOT NULL CHECK (celsius BETWEEN -273.15 AND 200),
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (storage_unit_id, measured_at)
      ) PARTITION BY RANGE (measured_at);
      -- What was measured before the months that are made: files of old loggers.
      CREATE TABLE inventory.temperature_reading_default PARTITION OF inventory.temperature_reading DEFAULT;

      -- A logger measures more often than it tells: of what it has watched by itself its own word counts.
      CREATE TABLE inventory.logger_report (
        id uuid PRIMARY KEY,
        storage_unit_id uuid NOT NULL REFERENCES inventory.storage_unit,
        model text NOT NULL CHECK (length(model) <= 100),
        serial_number text NOT NULL CHECK (length(serial_number) <= 100),
        watched_from timestamptz NOT NULL,
        watched_until timestamptz NOT NULL,
        -- Its alarms as they were set, each with the periods out of them.
        alarms jsonb NOT NULL CHECK (jsonb_typeof(alarms) = 'array'),
        recorded_by uuid NOT NULL REFERENCES people."user",
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        UNIQUE (storage_unit_id, serial_number, watched_from, watched_until),
        CHECK (watched_until >= watched_from)
      );

      -- Which limits were in force when: a late reading is judged by those of its time.
      CREATE TABLE inventory.storage_unit_limits (
        storage_unit_id uuid NOT NULL REFERENCES inventory.storage_unit,
        since timestamptz NOT NULL,
        min_celsius numeric(5, 2) NOT NULL,
        max_celsius numeric(5, 2) NOT NULL,
        grace_minutes integer NOT NULL,
        PRIMARY KEY (storage_unit_id, since)
      );
      INSERT INTO inventory.storage_unit_limits
        SELECT id, '-infinity', min_celsius, max_celsius, grace_minutes FROM inventory.storage_unit;
      CREATE FUNCTION inventory.keep_limits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      BEGIN
        IF TG_OP = 'INSERT' OR (NEW.min_celsius, NEW.max_celsius, NEW.grace_minutes) <> (OLD.min_celsius, OLD.max_celsius, OLD.grace_minutes) THEN
          INSERT INTO inventory.storage_unit_limits VALUES
            (NEW.id, CASE TG_OP WHEN 'INSERT' THEN '-infinity' ELSE clock_timestamp() END, NEW.min_celsius, NEW.max_celsius, NEW.grace_minutes);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER keep_limits AFTER INSERT OR UPDATE OF min_celsius, max_celsius, grace_minutes ON inventory.storage_unit
        FOR EACH ROW EXECUTE FUNCTION inventory.keep_limits();
      ALTER TABLE inventory.storage_unit ENABLE ALWAYS TRIGGER keep_limits;

      CREATE TABLE inventory.temperature_excursion (
        id uuid PRIMARY KEY,
        kind inventory.excursion_kind NOT NULL,
        storage_unit_id uuid NOT NULL REFERENCES inventory.storage_unit,
        -- The batch whose minutes they are; none where it is the unit's.
        stock_id uuid REFERENCES inventory.stock,
        started_at timestamptz NOT NULL,
        -- None: it lasts.
        ended_at timestamptz,
        min_celsius numeric(5, 2) NOT NULL,
        max_celsius numeric(5, 2) NOT NULL CHECK (max_celsius >= min_celsius),
        minutes_out integer NOT NULL CHECK (minutes_out >= 0),
        limit_min_celsius numeric(5, 2) NOT NULL,
        limit_max_celsius numeric(5, 2) NOT NULL,
        grace_minutes integer NOT NULL,
        budget_minutes integer CHECK (budget_minutes >= 0),
        found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- Readings that came later have shown that it was none, or is part of another.
        superseded_at timestamptz,
        acknowledged_by uuid REFERENCES people."user",
        acknowledged_at timestamptz,
        comment text CHECK (length(comment) BETWEEN 1 AND 1000),
        released_at timestamptz,
        CONSTRAINT excursion_ends_later CHECK (ended_at >= started_at),
        CONSTRAINT excursion_of_batch CHECK ((kind = 'CUMULATIVE') = (stock_id IS NOT NULL) AND (stock_id IS NULL) = (budget_minutes IS NULL)),
        CONSTRAINT excursion_acknowledged CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL) AND (acknowledged_at IS NULL) = (comment IS NULL)),
        CONSTRAINT excursion_released_by_person CHECK (released_at IS NULL OR acknowledged_at IS NOT NULL)
      );
      CREATE INDEX temperature_excursion_unit ON inventory.temperature_excursion (storage_unit_id, started_at, id);
      CREATE INDEX temperature_excursion_stock ON inventory.temperature_excursion (stock_id) WHERE stock_id IS NOT NULL;
      CREATE INDEX temperature_excursion_open ON inventory.temperature_excursion (storage_unit_id)
        WHERE acknowledged_at IS NULL AND superseded_at IS NULL;

      -- The batch has been out of its limits for longer than its product bears, and nobody has released it yet. On the row,
      -- so that whoever has waited for its lock sees it.
      ALTER TABLE inventory.stock ADD COLUMN excursion_id uuid REFERENCES inventory.temperature_excursion;

      -- Minutes out of range belong to the batch: where it stood when is written here and nowhere else.
      CREATE FUNCTION inventory.keep_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        moment timestamptz := clock_timestamp();
      BEGIN
        IF TG_OP = 'UPDATE' THEN
          IF (NEW.storage_unit_id, NEW.zone, NEW.rack, NEW.shelf, NEW.bin) IS NOT DISTINCT FROM (OLD.storage_unit_id, OLD.zone, OLD.rack, OLD.shelf, OLD.bin) THEN
            RETURN NULL;
          END IF;
          UPDATE inventory.stock_position SET until = greatest(since, moment) WHERE stock_id = NEW.id AND until IS NULL RETURNING until INTO moment;
        ELSE
          moment := NEW.received_at;
        END IF;
        INSERT INTO inventory.stock_position (id, stock_id, storage_unit_id, zone, rack, shelf, bin, since)
        VALUES (gen_random_uuid(), NEW.id, NEW.storage_unit_id, NEW.zone, NEW.rack, NEW.shelf, NEW.bin, coalesce(moment, clock_timestamp()));
        RETURN NULL;
      END $$;
      CREATE TRIGGER keep_position AFTER INSERT OR UPDATE OF storage_unit_id, zone, rack, shelf, bin ON inventory.stock
        FOR EACH ROW EXECUTE FUNCTION inventory.keep_position();
      ALTER TABLE inventory.stock ENABLE ALWAYS TRIGGER keep_position;
      REVOKE INSERT, UPDATE ON inventory.stock_position FROM lotkeeper_app;
      ${monthly(['inventory.inventory_transaction', 'dpap.dispensing_event', 'inventory.temperature_reading'])}

      GRANT SELECT, INSERT ON inventory.temperature_reading, inventory.logger_report TO lotkeeper_app;
      GRANT SELECT ON inventory.storage_unit_limits TO lotkeeper_app;
      GRANT SELECT, INSERT, UPDATE ON inventory.temperature_excursion TO lotkeeper_app;
      SELECT audit.make_append_only(t::regclass) FROM unnest('{inventory.temperature_reading,inventory.temperature_reading_default,
        inventory.logger_report,inventory.storage_unit_limits}'::text[]) t;
      SELECT ops.make_month_partitions('inventory.temperature_reading', (current_date - interval '1 month')::date, (current_date + interval '3 months')::date);
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{logger_report,temperature_excursion}'::text[] LOOP
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ${monthly(['inventory.inventory_transaction', 'dpap.dispensing_event'])}
      DROP TRIGGER keep_position ON inventory.stock;
      DROP FUNCTION inventory.keep_position;
      GRANT INSERT, UPDATE ON inventory.stock_position TO lotkeeper_app;
      ALTER TABLE inventory.stock DROP COLUMN excursion_id;
      DROP TABLE inventory.temperature_excursion;
      DROP TRIGGER keep_limits ON inventory.storage_unit;
      DROP FUNCTION inventory.keep_limits;
      DROP TABLE inventory.storage_unit_limits, inventory.logger_report, inventory.temperature_reading;
      DROP TYPE inventory.excursion_kind;
    `);
  }
}

/** The function of the ledger's migration, for these tables. */
function monthly(tables: readonly string[]): string {
  return `
      CREATE OR REPLACE FUNCTION ops.make_month_partitions(target regclass, first_month date, last_month date) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        month date := date_trunc('month', first_month)::date;
        schema_name text; table_name text; partition_name text; made integer := 0;
      BEGIN
        IF NOT target::text = ANY ('{${tables.join(',')}}') THEN
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
      END $$;`;
}
