import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users with roles and locations, places, patients. */
export class People1760000000002 implements MigrationInterface {
  name = 'People1760000000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE people.location_kind AS ENUM ('CLINIC', 'PHARMACY', 'WAREHOUSE');

      CREATE TABLE people.location (
        id uuid PRIMARY KEY,
        code text NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 50),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        kind people.location_kind NOT NULL,
        -- An unknown time zone makes this expression fail.
        time_zone text NOT NULL CHECK ((timestamptz '2000-01-01 00:00+00' AT TIME ZONE time_zone) IS NOT NULL),
        external_ids jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE people."user" (
        id uuid PRIMARY KEY,
        email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
        display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
        roles text[] NOT NULL CHECK (roles <@ '{ADMIN,MANAGER,PHARMACIST,PROVIDER,TECHNICIAN,ANALYST,AUDITOR,SERVICE}'),
        active boolean NOT NULL DEFAULT true,
        password_hash text,
        oidc_subject text UNIQUE,
        -- Rises with every change of roles, locations or activity; a write proves in its first statement that what
        -- it was authorised on is still so.
        access_version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX user_email_key ON people."user" (lower(email));

      CREATE TABLE people.user_location (
        user_id uuid NOT NULL REFERENCES people."user",
        location_id uuid NOT NULL REFERENCES people.location,
        PRIMARY KEY (user_id, location_id)
      );

      -- Wrong passwords, by what was typed, so that known and unknown users look alike.
      CREATE TABLE people.sign_in_failure (
        email_key text PRIMARY KEY,
        failures integer NOT NULL,
        locked_until timestamptz,
        last_failed_at timestamptz NOT NULL
      );

      CREATE TABLE people.patient (
        id uuid PRIMARY KEY,
        first_name text CHECK (length(first_name) <= 255),
        last_name text CHECK (length(last_name) <= 255),
        birth_date date,
        sex text CHECK (length(sex) <= 20),
        email text CHECK (length(email) <= 254),
        phone text CHECK (length(phone) <= 50),
        address text CHECK (length(address) <= 1000),
        insurance_info jsonb,
        external_ids jsonb,
        merged_into uuid REFERENCES people.patient CHECK (merged_into <> id),
        legacy_id text UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX patient_name_search ON people.patient (lower(last_name) text_pattern_ops, lower(first_name) text_pattern_ops);
      CREATE INDEX patient_first_name_search ON people.patient (lower(first_name) text_pattern_ops);

      INSERT INTO people."user" (id, email, display_name, roles)
      VALUES ('00000000-0000-7000-8000-000000000001', 'system@lotkeeper.invalid', 'System', '{}');

      GRANT SELECT, INSERT, UPDATE ON people.location, people."user", people.patient TO lotkeeper_app;
      GRANT SELECT, INSERT, DELETE ON people.user_location TO lotkeeper_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON people.sign_in_failure TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE people.patient, people.sign_in_failure, people.user_location, people."user", people.location;
      DROP TYPE people.location_kind;
    `);
  }
}
