import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Opened multi-dose vials with each use of them, and what was wasted, of stock or of a vial. */
export class Vials1760000000020 implements MigrationInterface {
  name = 'Vials1760000000020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE inventory.vial_status AS ENUM ('OPEN', 'DEPLETED', 'CLOSED', 'EXPIRED');
      CREATE TYPE inventory.stability_rule AS ENUM ('LABEL', 'POLICY');
      CREATE TYPE inventory.waste_reason AS ENUM ('EXPIRED', 'DAMAGED', 'CONTAMINATED', 'SPILLED', 'DRAW_UP_LOSS', 'OPEN_VIAL_EXPIRED',
        'RECONSTITUTION_ERROR', 'TEMPERATURE_EXCURSION', 'RECALLED', 'PATIENT_NO_SHOW', 'LOST_OR_STOLEN', 'OTHER');

      CREATE TABLE inventory.open_vial_session (
        id uuid PRIMARY KEY,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        lot_id uuid NOT NULL REFERENCES inventory.inventory_lot,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        location_id uuid NOT NULL REFERENCES people.location,
        status inventory.vial_status NOT NULL DEFAULT 'OPEN',
        opened_at timestamptz NOT NULL,
        opened_by uuid NOT NULL REFERENCES people."user",
        expires_at timestamptz NOT NULL,
        stability_rule inventory.stability_rule NOT NULL,
        label_expires_at timestamptz,
        policy_expires_at timestamptz,
        authorised_by uuid REFERENCES people."user",
        single_patient boolean NOT NULL,
        -- In dose units. What was drawn, what was wasted and what is left is the vial, exactly.
        initial_doses inventory.quantity NOT NULL CHECK (initial_doses > 0),
        remaining_doses inventory.quantity NOT NULL,
        used_doses inventory.quantity NOT NULL DEFAULT 0,
        wasted_doses inventory.quantity NOT NULL DEFAULT 0,
        unit_cost inventory.money,
        diluent text CHECK (length(diluent) BETWEEN 1 AND 100),
        diluent_ml numeric(10, 4) CHECK (diluent_ml > 0 AND diluent_ml <> 'NaN'),
        reconstituted_at timestamptz,
        closed_at timestamptz,
        CONSTRAINT open_vial_session_reconciles CHECK (initial_doses = used_doses + wasted_doses + remaining_doses),
        CONSTRAINT open_vial_session_depleted CHECK (status <> 'DEPLETED' OR remaining_doses = 0),
        CONSTRAINT open_vial_session_closed CHECK (status <> 'CLOSED' OR (remaining_doses = 0 AND closed_at IS NOT NULL)),
        CHECK ((diluent IS NULL) = (diluent_ml IS NULL)),
        CHECK (expires_at >= opened_at)
      ) WITH (fillfactor = 80);
      CREATE INDEX open_vial_session_page ON inventory.open_vial_session (location_id, opened_at, id);
      CREATE INDEX open_vial_session_due ON inventory.open_vial_session (expires_at) WHERE status = 'OPEN';
      CREATE INDEX open_vial_session_lot ON inventory.open_vial_session (lot_id);
      CREATE INDEX open_vial_session_stock ON inventory.open_vial_session (stock_id);

      CREATE TABLE inventory.vial_usage_record (
        id uuid PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES inventory.open_vial_session,
        patient_id uuid NOT NULL REFERENCES people.patient,
        provider_id uuid NOT NULL REFERENCES people."user",
        performed_by uuid NOT NULL REFERENCES people."user",
        -- Below 0 in the record that takes another one back.
        doses inventory.quantity_change NOT NULL CHECK (doses <> 0),
        treatment text CHECK (length(treatment) <= 255),
        site text CHECK (length(site) <= 255),
        charge inventory.signed_money,
        authorised_by uuid REFERENCES people."user",
        used_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        event_id uuid NOT NULL,
        event_timestamp timestamptz NOT NULL,
        reverses uuid UNIQUE REFERENCES inventory.vial_usage_record,
        reason text CHECK (length(reason) <= 1000),
        CHECK ((doses < 0) = (reverses IS NOT NULL))
      );
      CREATE INDEX vial_usage_record_session ON inventory.vial_usage_record (session_id, recorded_at, id);
      CREATE INDEX vial_usage_record_patient ON inventory.vial_usage_record (patient_id, used_at);

      CREATE TABLE inventory.waste_record (
        id uuid PRIMARY KEY,
        stock_id uuid NOT NULL REFERENCES inventory.stock,
        session_id uuid REFERENCES inventory.open_vial_session,
        lot_id uuid NOT NULL REFERENCES inventory.inventory_lot,
        product_id uuid NOT NULL REFERENCES catalogue.product,
        location_id uuid NOT NULL REFERENCES people.location,
        -- In stock units, or of an open vial in dose units.
        quantity inventory.quantity NOT NULL CHECK (quantity > 0),
        unit text NOT NULL,
        reason inventory.waste_reason NOT NULL,
        note text CHECK (length(note) <= 1000),
        cost inventory.money,
        recorded_by uuid NOT NULL REFERENCES people."user",
        witness_id uuid REFERENCES people."user" CHECK (witness_id <> recorded_by),
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CHECK (reason NOT IN ('OTHER', 'LOST_OR_STOLEN') OR note IS NOT NULL)
      );
      CREATE INDEX waste_record_page ON inventory.waste_record (location_id, recorded_at, id);
      CREATE INDEX waste_record_session ON inventory.waste_record (session_id) WHERE session_id IS NOT NULL;
      CREATE INDEX waste_record_lot ON inventory.waste_record (lot_id);

      GRANT SELECT, INSERT, UPDATE ON inventory.open_vial_session TO lotkeeper_app;
      GRANT SELECT, INSERT ON inventory.vial_usage_record, inventory.waste_record TO lotkeeper_app;
      SELECT audit.make_append_only('inventory.vial_usage_record'), audit.make_append_only('inventory.waste_record');
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{open_vial_session,vial_usage_record,waste_record}'::text[] LOOP
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE inventory.waste_record, inventory.vial_usage_record, inventory.open_vial_session;
      DROP TYPE inventory.waste_reason, inventory.stability_rule, inventory.vial_status;
    `);
  }
}
