import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the workers did, and what changes have left for them to do. */
export class Jobs1760000000010 implements MigrationInterface {
  name = 'Jobs1760000000010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TYPE ops.job_state AS ENUM ('WAITING', 'ACTIVE', 'COMPLETED', 'FAILED');

      -- Written by the workers when they start, and kept up to date by them.
      CREATE TABLE ops.job (
        name text PRIMARY KEY,
        queue text NOT NULL,
        schedule text NOT NULL,
        next_run_at timestamptz,
        registered_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );

      CREATE TABLE ops.job_run (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        -- The queue's own id of the job: a run that is given to another worker goes on in the same row.
        queue_job_id text NOT NULL UNIQUE,
        state ops.job_state NOT NULL,
        attempt integer NOT NULL DEFAULT 0,
        -- The share that is done, 0 to 1, of jobs that tell it.
        progress numeric(5, 4) CHECK (progress BETWEEN 0 AND 1),
        requested_by uuid REFERENCES people."user",
        requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        started_at timestamptz,
        finished_at timestamptz,
        error text,
        result jsonb,
        input jsonb,
        CHECK ((state IN ('COMPLETED', 'FAILED')) = (finished_at IS NOT NULL))
      ) WITH (fillfactor = 80);
      CREATE INDEX job_run_name ON ops.job_run (name, requested_at DESC);
      CREATE INDEX job_run_finished ON ops.job_run (finished_at);
      CREATE INDEX job_run_unfinished ON ops.job_run (requested_at) WHERE finished_at IS NULL;

      -- What has to be looked at again, by job. The job deletes a row only at the version that it has read: a change
      -- that comes while it runs raises the version, and the row stays for the next run.
      CREATE SEQUENCE ops.dirty_version;
      CREATE TABLE ops.dirty_work (
        job text NOT NULL,
        key text NOT NULL,
        version bigint NOT NULL DEFAULT nextval('ops.dirty_version'),
        since timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (job, key)
      );

      GRANT SELECT, INSERT, UPDATE, DELETE ON ops.job, ops.job_run, ops.dirty_work TO lotkeeper_app;
      GRANT USAGE ON SEQUENCE ops.dirty_version TO lotkeeper_app;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE ops.dirty_work, ops.job_run, ops.job;
      DROP SEQUENCE ops.dirty_version;
      DROP TYPE ops.job_state;
    `);
  }
}
