import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Audit trail, access log of patient data, and the triggers that write where the code has not said that it does. */
export class Audit1760000000007 implements MigrationInterface {
  name = 'Audit1760000000007';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit.audit_entry (
        id uuid PRIMARY KEY,
        entity text NOT NULL,
        entity_id text NOT NULL,
        action text NOT NULL,
        actor_id uuid REFERENCES people."user",
        location_id uuid REFERENCES people.location,
        before jsonb, after jsonb,
        reason text,
        request_id text,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX audit_entry_entity ON audit.audit_entry (entity_id, occurred_at, id);
      CREATE INDEX audit_entry_actor ON audit.audit_entry (actor_id, occurred_at, id);
      CREATE INDEX audit_entry_page ON audit.audit_entry (occurred_at, id);

      CREATE TABLE audit.phi_access_log (
        id uuid PRIMARY KEY,
        actor_id uuid NOT NULL REFERENCES people."user",
        patient_id uuid NOT NULL REFERENCES people.patient,
        operation text NOT NULL,
        request_id text NOT NULL,
        accessed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX phi_access_log_patient ON audit.phi_access_log (patient_id, accessed_at);

      GRANT SELECT, INSERT ON audit.audit_entry, audit.phi_access_log TO lotkeeper_app;
      SELECT audit.make_append_only('audit.audit_entry'), audit.make_append_only('audit.phi_access_log');

      -- The safety net: a change of an inventory table by somebody who does not write audit rows of his own.
      CREATE FUNCTION audit.record_unsaid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
        new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
        current_row jsonb := coalesce(new_row, old_row);
      BEGIN
        INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, location_id, before, after, reason, request_id)
        VALUES (gen_random_uuid(), TG_TABLE_NAME, coalesce(current_row->>'id', current_row->>'stock_id', current_row->>'name', '?'), TG_OP,
          nullif(current_setting('lotkeeper.actor', true), '')::uuid, (current_row->>'location_id')::uuid, old_row, new_row,
          'changed outside the application by ' || session_user, nullif(current_setting('lotkeeper.request', true), ''));
        RETURN NULL;
      END $$;
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{storage_unit,inventory_lot,stock,stock_position,stock_quarantine,stock_reservation,sequence,dispense_record,dispense_allocation}'::text[] LOOP
          EXECUTE format('CREATE TRIGGER record_unsaid AFTER INSERT OR UPDATE OR DELETE ON inventory.%I FOR EACH ROW
            WHEN (current_setting(''lotkeeper.audited'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION audit.record_unsaid()', target);
          EXECUTE format('ALTER TABLE inventory.%I ENABLE ALWAYS TRIGGER record_unsaid', target);
        END LOOP;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $$
      DECLARE target text;
      BEGIN
        FOREACH target IN ARRAY '{storage_unit,inventory_lot,stock,stock_position,stock_quarantine,stock_reservation,sequence,dispense_record,dispense_allocation}'::text[] LOOP
          EXECUTE format('DROP TRIGGER record_unsaid ON inventory.%I', target);
        END LOOP;
      END $$;
      DROP TABLE audit.phi_access_log, audit.audit_entry;
      DROP FUNCTION audit.record_unsaid;
    `);
  }
}
