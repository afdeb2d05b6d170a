import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The dispensing of each pharmacy and local day in figures, and the marks of days that have to be counted anew. */
export class DailySummaries1760000000031 implements MigrationInterface {
  name = 'DailySummaries1760000000031';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Each transaction that writes events of a day leaves a mark of its own, so that those of one day never wait for each
      -- other; the count of the day takes away the versions that it has seen.
      CREATE TABLE dpap.dirty_day (
        pharmacy_id uuid NOT NULL,
        date date NOT NULL,
        version bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        PRIMARY KEY (date, pharmacy_id, version)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

      -- Sums and counts alone: shares are worked out when they are read, so that days can be added up.
      CREATE TABLE dpap.daily_summary_cache (
        pharmacy_id uuid NOT NULL,
        date date NOT NULL,
        total_prescriptions integer NOT NULL,
        total_otc integer NOT NULL,
        stg_compliant integer NOT NULL,
        none_risk_count integer NOT NULL,
        low_risk_count integer NOT NULL,
        medium_risk_count integer NOT NULL,
        high_risk_count integer NOT NULL,
        critical_risk_count integer NOT NULL,
        controlled integer NOT NULL,
        overridden integer NOT NULL,
        antibiotics integer NOT NULL,
        access_antibiotics integer NOT NULL,
        -- Prescribed by name: of how many it is known, and of how many it was the generic one.
        named integer NOT NULL,
        generic_named integer NOT NULL,
        encounters integer NOT NULL,
        antibiotic_encounters integer NOT NULL,
        injection_encounters integer NOT NULL,
        -- Encounters whose time is known, and their seconds.
        timed_encounters integer NOT NULL,
        dispensing_seconds bigint NOT NULL,
        top_medicines jsonb NOT NULL CHECK (jsonb_typeof(top_medicines) = 'array'),
        hourly_distribution integer[] NOT NULL CHECK (cardinality(hourly_distribution) = 24),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (pharmacy_id, date)
      );
      CREATE INDEX daily_summary_date ON dpap.daily_summary_cache (date);

      -- Of the events that are there already, no day has been counted yet.
      INSERT INTO dpap.dirty_day (pharmacy_id, date) SELECT DISTINCT pharmacy_id, local_date FROM dpap.dispensing_event;

      GRANT SELECT, INSERT, DELETE ON dpap.dirty_day TO lotkeeper_app;
      GRANT SELECT, INSERT, UPDATE ON dpap.daily_summary_cache TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE dpap.daily_summary_cache, dpap.dirty_day');
  }
}
