import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Dispense records with the batches they came from, and the analytics event of each. */
export class Dispensing1760000000006 implements MigrationInterface {
  name = 'Dispensing1760000000006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE dpap.patient_age_group AS ENUM ('NEONATE', 'INFANT', 'CHILD', 'ADOLESCENT', 'ADULT', 'ELDERLY');
      CREATE TYPE dpap.risk_category AS ENUM ('NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

      CREATE TABLE inventory.dispense_record (
        id uuid PRIMARY KEY,
        encounter_id uuid NOT NULL,
        location_id uuid NOT NULL REFERENCES people.location,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        patient_id uuid REFERENCES people.patient,
        provider_id uuid REFERENCES people."user",
        performed_by uuid NOT NULL REFERENCES people."user",
        quantity inventory.quantity NOT NULL CHECK (quantity > 0),
        unit_price inventory.money,
        dispensed_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        -- The event is found by its time and id, because its table is partitioned by time.
        event_id uuid NOT NULL,
        event_timestamp timestamptz NOT NULL,
        reverses uuid UNIQUE REFERENCES inventory.dispense_record,
        reason text CHECK (length(reason) <= 1000)
      );
      CREATE INDEX dispense_record_page ON inventory.dispense_record (location_id, dispensed_at, id);
      CREATE INDEX dispense_record_patient ON inventory.dispense_record (patient_id, dispensed_at);
      CREATE INDEX dispense_record_product ON inventory.dispense_record (product_id, dispensed_at);

      CREATE TABLE inventory.dispense_allocation (
        dispense_record_id uuid NOT NULL REFERENCES inventory.dispense_record,
        transaction_id uuid NOT NULL,
        transaction_recorded_at timestamptz NOT NULL,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        lot_id uuid NOT NULL,
        quantity inventory.quantity NOT NULL CHECK (quantity > 0),
        unit_cost inventory.money,
        PRIMARY KEY (dispense_record_id, transaction_id)
      );
      CREATE INDEX dispense_allocation_lot ON inventory.dispense_allocation (lot_id);

      CREATE TABLE dpap.dispensing_event (
        id uuid NOT NULL,
        timestamp timestamptz NOT NULL,
        dispense_record_id text NOT NULL,
        encounter_id text,
        pharmacy_id uuid NOT NULL,
        user_id text NOT NULL,
        drug_id text NOT NULL,
        drug_name text NOT NULL,
        generic_name text,
        patient_hash bytea,
        patient_age_group dpap.patient_age_group NOT NULL,
        is_prescription boolean NOT NULL,
        is_controlled_drug boolean NOT NULL,
        is_antibiotic boolean NOT NULL,
        is_injection boolean,
        stg_compliant boolean NOT NULL,
        override_flag boolean NOT NULL,
        override_reason text,
        patient_is_pregnant boolean NOT NULL,
        pregnancy_risk boolean NOT NULL,
        prescribed_by_generic_name boolean,
        aware_class catalogue.aware_class,
        dea_schedule catalogue.dea_schedule,
        dispensing_seconds integer CHECK (dispensing_seconds BETWEEN 0 AND 86400),
        risk_score smallint NOT NULL DEFAULT 0 CHECK (risk_score BETWEEN 0 AND 100),
        risk_category dpap.risk_category NOT NULL DEFAULT 'NONE',
        risk_flags jsonb NOT NULL DEFAULT '[]',
        risk_model_version integer NOT NULL DEFAULT 0,
        high_risk_flag boolean NOT NULL GENERATED ALWAYS AS (risk_category IN ('HIGH', 'CRITICAL')) STORED,
        -- The pharmacy's own day and hour, fixed when written.
        local_date date NOT NULL,
        local_hour smallint NOT NULL CHECK (local_hour BETWEEN 0 AND 23),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        synced_at timestamptz,
        PRIMARY KEY (timestamp, id)
      ) PARTITION BY RANGE (timestamp);
      CREATE TABLE dpap.dispensing_event_default PARTITION OF dpap.dispensing_event DEFAULT;
      CREATE INDEX dispensing_event_pharmacy ON dpap.dispensing_event (pharmacy_id, timestamp);

      CREATE TABLE dpap.event_reversal (
        event_id uuid PRIMARY KEY,
        event_timestamp timestamptz NOT NULL,
        reversed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        reversed_by uuid NOT NULL REFERENCES people."user",
        reason text CHECK (length(reason) <= 1000)
      );

      GRANT SELECT, INSERT ON inventory.dispense_record, inventory.dispense_allocation, dpap.dispensing_event, dpap.event_reversal TO lotkeeper_app;
      SELECT audit.make_append_only(t::regclass) FROM unnest('{inventory.dispense_record,inventory.dispense_allocation,
        dpap.dispensing_event,dpap.dispensing_event_default,dpap.event_reversal}'::text[]) t;
      SELECT ops.make_month_partitions('dpap.dispensing_event', (current_date - interval '1 month')::date, (current_date + interval '3 months')::date);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE dpap.event_reversal, dpap.dispensing_event, inventory.dispense_allocation, inventory.dispense_record;
      DROP TYPE dpap.risk_category, dpap.patient_age_group;
    `);
  }
}
