import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The review queue of high-risk events, the keys of received events, and the one right by which scores may change. */
export class HighRisk1760000000030 implements MigrationInterface {
  name = 'HighRisk1760000000030';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX dispensing_event_category ON dpap.dispensing_event (risk_category, timestamp);
      CREATE INDEX dispensing_event_high_risk ON dpap.dispensing_event (timestamp) WHERE high_risk_flag;
      CREATE INDEX dispensing_event_user ON dpap.dispensing_event (user_id, timestamp);
      CREATE INDEX dispensing_event_drug ON dpap.dispensing_event (drug_id, timestamp);
      -- What the same patient has had of the same controlled product: read while a dispense holds its locks.
      CREATE INDEX dispensing_event_repeat ON dpap.dispensing_event (patient_hash, drug_id, timestamp)
        WHERE patient_hash IS NOT NULL AND is_controlled_drug;

      -- A sender's own id of a dispense, once, in whatever month the event lies.
      CREATE TABLE dpap.event_key (
        pharmacy_id uuid NOT NULL,
        dispense_record_id text NOT NULL,
        event_id uuid NOT NULL,
        event_timestamp timestamptz NOT NULL,
        PRIMARY KEY (pharmacy_id, dispense_record_id)
      );
      DO $$
      DECLARE doubled text;
      BEGIN
        SELECT string_agg(format('%s of %s', dispense_record_id, pharmacy_id), ', ') INTO doubled FROM (
          SELECT pharmacy_id, dispense_record_id FROM dpap.dispensing_event WHERE synced_at IS NOT NULL
          GROUP BY 1, 2 HAVING count(*) > 1 LIMIT 10) d;
        IF doubled IS NOT NULL THEN
          RAISE EXCEPTION 'Received events share an id within a pharmacy. Reverse and rename all but one of each: %', doubled;
        END IF;
      END $$;
      INSERT INTO dpap.event_key
        SELECT pharmacy_id, dispense_record_id, id, timestamp FROM dpap.dispensing_event WHERE synced_at IS NOT NULL;

      CREATE TYPE dpap.review_decision AS ENUM ('CLEARED', 'INTERVENED', 'ESCALATED');
      -- Written with the event; numbered when it is committed, by one at a time: who has seen N has seen all before N.
      CREATE TABLE dpap.high_risk_alert (
        id uuid PRIMARY KEY,
        seq bigint UNIQUE,
        event_id uuid NOT NULL UNIQUE,
        pharmacy_id uuid NOT NULL,
        -- Of the event, with which its id finds it.
        timestamp timestamptz NOT NULL,
        local_date date NOT NULL,
        drug_name text NOT NULL,
        patient_age_group dpap.patient_age_group NOT NULL,
        -- As they were when it was raised, whatever a later model says.
        risk_score smallint NOT NULL CHECK (risk_score BETWEEN 50 AND 100),
        risk_category dpap.risk_category NOT NULL CHECK (risk_category IN ('HIGH', 'CRITICAL')),
        flags jsonb NOT NULL CHECK (jsonb_typeof(flags) = 'array'),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        reviewed_by uuid REFERENCES people."user",
        reviewed_at timestamptz,
        review_notes text CHECK (length(review_notes) BETWEEN 1 AND 2000),
        decision dpap.review_decision,
        CONSTRAINT review_is_whole CHECK (num_nonnulls(reviewed_by, reviewed_at, review_notes, decision) IN (0, 4))
      );
      CREATE INDEX high_risk_alert_pharmacy ON dpap.high_risk_alert (pharmacy_id, timestamp);
      CREATE INDEX high_risk_alert_queue ON dpap.high_risk_alert (pharmacy_id, local_date, risk_score, timestamp, id);
      CREATE INDEX high_risk_alert_waiting ON dpap.high_risk_alert (pharmacy_id, local_date, risk_score, timestamp, id) WHERE reviewed_at IS NULL;
      CREATE INDEX high_risk_alert_reviewer ON dpap.high_risk_alert (reviewed_by) WHERE reviewed_by IS NOT NULL;
      CREATE INDEX high_risk_alert_created ON dpap.high_risk_alert (created_at);
      CREATE INDEX high_risk_alert_unnumbered ON dpap.high_risk_alert (created_at, id) WHERE seq IS NULL;
      CREATE INDEX high_risk_alert_place ON dpap.high_risk_alert (pharmacy_id, seq);

      GRANT SELECT, INSERT ON dpap.event_key, dpap.high_risk_alert TO lotkeeper_app;
      GRANT UPDATE (seq, reviewed_by, reviewed_at, review_notes, decision) ON dpap.high_risk_alert TO lotkeeper_app;
      SELECT audit.make_append_only('dpap.event_key');
      -- Of all columns but the number.
      CREATE TRIGGER record_unsaid AFTER INSERT OR DELETE OR UPDATE OF id, event_id, pharmacy_id, timestamp, local_date, drug_name, patient_age_group,
        risk_score, risk_category, flags, created_at, reviewed_by, reviewed_at, review_notes, decision ON dpap.high_risk_alert FOR EACH ROW
        WHEN (current_setting('lotkeeper.audited', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION audit.record_unsaid();
      ALTER TABLE dpap.high_risk_alert ENABLE ALWAYS TRIGGER record_unsaid;
    `);
    await db.query(rescoring);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ${guard('audit.refuse_change')}
      DROP FUNCTION dpap.rescore, dpap.refuse_change_but_rescoring;
      REVOKE ALL ON dpap.dispensing_event FROM lotkeeper_rescoring;
      REVOKE ALL ON SCHEMA dpap FROM lotkeeper_rescoring;
      DROP TABLE dpap.high_risk_alert, dpap.event_key;
      DROP TYPE dpap.review_decision;
      DROP INDEX dpap.dispensing_event_category, dpap.dispensing_event_high_risk, dpap.dispensing_event_user, dpap.dispensing_event_drug,
        dpap.dispensing_event_repeat;
    `);
  }
}

/** The row trigger of the events, anew with another function: in place on the table, it is on every month. */
function guard(name: string): string {
  return `
      DROP TRIGGER append_only ON dpap.dispensing_event;
      CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dpap.dispensing_event FOR EACH ROW EXECUTE FUNCTION ${name}();
      DO $$
      DECLARE part regclass;
      BEGIN
        FOR part IN SELECT relid FROM pg_partition_tree('dpap.dispensing_event') LOOP
          EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', part);
        END LOOP;
      END $$;`;
}

/**
 * Nobody signs in as lotkeeper_rescoring and nobody is a member of it: the function alone runs as it, and it may write
 * nothing but the four columns of the score. The role belongs to the whole server, so it stays when this is taken back.
 */
const rescoring = `
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lotkeeper_rescoring') THEN CREATE ROLE lotkeeper_rescoring NOLOGIN; END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$;
      GRANT USAGE ON SCHEMA dpap TO lotkeeper_rescoring;
      GRANT SELECT, UPDATE (risk_score, risk_category, risk_flags, risk_model_version) ON dpap.dispensing_event TO lotkeeper_rescoring;

      CREATE FUNCTION dpap.refuse_change_but_rescoring() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'UPDATE' AND current_user = 'lotkeeper_rescoring' THEN RETURN NEW; END IF;
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
      END $$;
      ${guard('dpap.refuse_change_but_rescoring')}

      -- Never back to an older model.
      CREATE FUNCTION dpap.rescore(version integer, timestamps timestamptz[], ids uuid[], scores smallint[], categories dpap.risk_category[], flags jsonb[])
      RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        WITH scored AS (
          UPDATE dpap.dispensing_event e SET risk_score = s.score, risk_category = s.category, risk_flags = s.flags, risk_model_version = $1
          FROM unnest($2, $3, $4, $5, $6) AS s(at, id, score, category, flags)
          WHERE e.timestamp = s.at AND e.id = s.id AND e.risk_model_version <= $1 RETURNING 1)
        SELECT count(*) FROM scored
      $$;
      REVOKE ALL ON FUNCTION dpap.rescore FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION dpap.rescore TO lotkeeper_app;

      -- Handing a function over asks for a membership, and for the right to make things in the schema, for this moment.
      GRANT lotkeeper_rescoring TO CURRENT_USER;
      GRANT CREATE ON SCHEMA dpap TO lotkeeper_rescoring;
      ALTER FUNCTION dpap.rescore OWNER TO lotkeeper_rescoring;
      REVOKE CREATE ON SCHEMA dpap FROM lotkeeper_rescoring;
      REVOKE lotkeeper_rescoring FROM CURRENT_USER;
`;
