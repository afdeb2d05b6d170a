import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pharmacies that dispense in another system and only send their events; and months of events that nobody has made ahead. */
export class OutsidePharmacies1760000000035 implements MigrationInterface {
  name = 'OutsidePharmacies1760000000035';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE people.outside_pharmacy (
        id uuid PRIMARY KEY,
        -- Who works there answers for it: sees its events and reviews its alerts.
        location_id uuid NOT NULL REFERENCES people.location,
        code text NOT NULL CONSTRAINT outside_pharmacy_code_key UNIQUE CHECK (length(code) BETWEEN 1 AND 50),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        -- An unknown time zone makes this expression fail.
        time_zone text NOT NULL CHECK ((timestamptz '2000-01-01 00:00+00' AT TIME ZONE time_zone) IS NOT NULL),
        external_ids jsonb CHECK (jsonb_typeof(external_ids) = 'object'),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX outside_pharmacy_location ON people.outside_pharmacy (location_id);

      -- Whatever dispensing events can be of, with the location whose people see them.
      CREATE VIEW people.pharmacy AS
        SELECT id, id AS location_id, code, time_zone, external_ids FROM people.location
        UNION ALL
        SELECT id, location_id, code, time_zone, external_ids FROM people.outside_pharmacy;

      GRANT SELECT, INSERT, UPDATE ON people.outside_pharmacy TO lotkeeper_app;
      GRANT SELECT ON people.pharmacy TO lotkeeper_app;

      -- Months in which somebody's late events lie; one at a time: the second finds what the first has made.
      CREATE FUNCTION dpap.make_event_months(months date[]) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        month date; made integer := 0;
      BEGIN
        FOR month IN SELECT DISTINCT date_trunc('month', m)::date FROM unnest(months) m
          WHERE to_regclass('dpap.dispensing_event_' || to_char(m, 'YYYY_MM')) IS NULL
            AND EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = 'dpap.dispensing_event'::regclass) ORDER BY 1 LOOP
          PERFORM pg_advisory_xact_lock(7106004);
          made := made + ops.make_month_partitions('dpap.dispensing_event', month, month);
        END LOOP;
        RETURN made;
      END $$;
      REVOKE ALL ON FUNCTION dpap.make_event_months FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION dpap.make_event_months TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION dpap.make_event_months;
      DROP VIEW people.pharmacy;
      DROP TABLE people.outside_pharmacy;
    `);
  }
}
