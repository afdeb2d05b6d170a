import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where records of older systems land: patients and their doubles, the workflow of projects, and what a migration must remember. */
export class MigratedRecords1760000000040 implements MigrationInterface {
  name = 'MigratedRecords1760000000040';

  async up(db: QueryRunner): Promise<void> {
    await db.query(patients);
    await db.query(workflow);
    await db.query(runs);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE ops.legacy_before, ops.legacy_row, ops.migration_run;
      DROP FUNCTION workflow.recount_states;
      DROP TABLE workflow.workflow_performance, workflow.workflow_template_task, workflow.workflow_template,
        workflow.state_analytics, workflow.instruction_state, workflow.project_embedding, workflow.project_file, workflow.project;
      DROP TYPE workflow.project_kind;
      DROP TABLE people.duplicate_candidate;
      DROP TYPE people.duplicate_status;
      DROP INDEX people.patient_merged, people.patient_legacy;
      ALTER TABLE people.patient DROP CONSTRAINT patient_merged_into_kept, DROP CONSTRAINT patient_kept;
      ALTER TABLE people.patient DROP COLUMN into_kept, DROP COLUMN is_kept;
      ALTER TABLE people.patient ADD CONSTRAINT patient_legacy_id_key UNIQUE (legacy_id);
    `);
  }
}

const patients = `
      -- The bare id in the older system, for people who look for it. Two systems may both have a patient 17: which row came
      -- from which is told by ops.legacy_row.
      ALTER TABLE people.patient DROP CONSTRAINT patient_legacy_id_key;
      CREATE INDEX patient_legacy ON people.patient (legacy_id) WHERE legacy_id IS NOT NULL;

      -- A merged record names the one that is kept, never another merged one: no chain, no circle, whoever writes and however
      -- many at once. Where A was merged into B and B is merged into C, A is pointed to C, and the decision remembers it.
      ALTER TABLE people.patient
        ADD COLUMN is_kept boolean GENERATED ALWAYS AS (merged_into IS NULL) STORED NOT NULL,
        ADD COLUMN into_kept boolean GENERATED ALWAYS AS (CASE WHEN merged_into IS NOT NULL THEN true END) STORED;
      ALTER TABLE people.patient ADD CONSTRAINT patient_kept UNIQUE (id, is_kept);
      ALTER TABLE people.patient ADD CONSTRAINT patient_merged_into_kept FOREIGN KEY (merged_into, into_kept) REFERENCES people.patient (id, is_kept);
      CREATE INDEX patient_merged ON people.patient (merged_into) WHERE merged_into IS NOT NULL;

      CREATE TYPE people.duplicate_status AS ENUM ('PENDING', 'MERGED', 'DISMISSED');
      -- Two records that may be one person. A pair is proposed once, whatever was decided of it; decided by the system where
      -- it was merged at once.
      CREATE TABLE people.duplicate_candidate (
        id uuid PRIMARY KEY,
        left_id uuid NOT NULL REFERENCES people.patient,
        right_id uuid NOT NULL REFERENCES people.patient,
        status people.duplicate_status NOT NULL DEFAULT 'PENDING',
        confidence numeric NOT NULL CHECK (confidence >= 0 AND confidence <= 1),
        -- Field by field how alike they are; never what the fields hold.
        evidence jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'object'),
        -- Of a merge: whose record is kept, whose points to it, and which others, merged into that one before, were pointed
        -- along. That is all that taking the merge back needs.
        kept_id uuid REFERENCES people.patient,
        merged_id uuid REFERENCES people.patient CHECK (merged_id <> kept_id),
        repointed uuid[] NOT NULL DEFAULT '{}',
        decided_by uuid REFERENCES people."user",
        decided_at timestamptz,
        note text CHECK (length(note) BETWEEN 1 AND 1000),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CHECK (left_id < right_id),
        UNIQUE (left_id, right_id),
        CONSTRAINT duplicate_decided CHECK ((status = 'PENDING') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
        CONSTRAINT duplicate_merged CHECK ((status = 'MERGED') = (merged_id IS NOT NULL) AND (merged_id IS NULL) = (kept_id IS NULL)
          AND (status = 'MERGED' OR repointed = '{}'))
      );
      CREATE UNIQUE INDEX duplicate_merged_once ON people.duplicate_candidate (merged_id);
      CREATE INDEX duplicate_page ON people.duplicate_candidate (confidence, id);
      CREATE INDEX duplicate_right ON people.duplicate_candidate (right_id);
      GRANT SELECT ON people.duplicate_candidate TO lotkeeper_app;
      GRANT UPDATE (status, kept_id, merged_id, repointed, decided_by, decided_at, note) ON people.duplicate_candidate TO lotkeeper_app;
`;

/** Written by migrations alone, which work as the owner: the application reads. */
const workflow = `
      CREATE TYPE workflow.project_kind AS ENUM ('STL', 'SCAN', 'MODEL', 'OTHER');
      CREATE TABLE workflow.project (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
        kind workflow.project_kind NOT NULL,
        status text NOT NULL CHECK (length(status) BETWEEN 1 AND 100),
        version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
        patient_id uuid REFERENCES people.patient,
        notes text CHECK (length(notes) <= 10000),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      );
      CREATE INDEX project_page ON workflow.project (created_at, id);
      CREATE INDEX project_status ON workflow.project (status, created_at, id);
      CREATE INDEX project_patient ON workflow.project (patient_id) WHERE patient_id IS NOT NULL;
      CREATE INDEX project_search ON workflow.project USING gin (to_tsvector('simple', name));

      CREATE TABLE workflow.project_file (
        id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES workflow.project,
        path text NOT NULL CHECK (length(path) BETWEEN 1 AND 1000),
        kind workflow.project_kind NOT NULL,
        version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
        -- Null: the file was not at hand.
        bytes bigint CHECK (bytes >= 0),
        -- SHA-256 in hexadecimal.
        checksum text CHECK (checksum ~ '^[0-9a-f]{64}$'),
        url text CHECK (length(url) <= 2000),
        UNIQUE (project_id, path, version)
      );

      -- The project's text as a vector of unit length, by model: vectors of two models say nothing about each other.
      CREATE TABLE workflow.project_embedding (
        project_id uuid NOT NULL REFERENCES workflow.project,
        model text NOT NULL CHECK (length(model) BETWEEN 1 AND 100),
        dimensions integer NOT NULL CHECK (dimensions > 0),
        vector real[] NOT NULL CHECK (cardinality(vector) = dimensions),
        -- SHA-256 of the text: the same text is not asked for again.
        text_hash bytea NOT NULL CHECK (length(text_hash) = 32),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (model, project_id)
      );
      CREATE INDEX project_embedding_project ON workflow.project_embedding (project_id);

      CREATE TABLE workflow.instruction_state (
        id uuid PRIMARY KEY,
        project_id uuid NOT NULL REFERENCES workflow.project,
        state text NOT NULL CHECK (length(state) BETWEEN 1 AND 100),
        previous_state text CHECK (length(previous_state) BETWEEN 1 AND 100),
        instruction text CHECK (length(instruction) <= 10000),
        entered_at timestamptz NOT NULL,
        left_at timestamptz CHECK (left_at >= entered_at),
        duration_seconds integer GENERATED ALWAYS AS (floor(extract(epoch FROM left_at - entered_at))::integer) STORED,
        changed_by uuid REFERENCES people."user"
      );
      CREATE INDEX instruction_state_project ON workflow.instruction_state (project_id, entered_at, id);

      -- How long instructions stay in a state; told anew by workflow.recount_states() after each migration.
      CREATE TABLE workflow.state_analytics (
        state text PRIMARY KEY,
        transitions integer NOT NULL CHECK (transitions > 0),
        -- Over those that have left it; 0 where none has.
        average_seconds double precision NOT NULL,
        p95_seconds double precision NOT NULL,
        counted_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE FUNCTION workflow.recount_states() RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
        DELETE FROM workflow.state_analytics;
        INSERT INTO workflow.state_analytics (state, transitions, average_seconds, p95_seconds)
        SELECT state, count(*), coalesce(avg(duration_seconds), 0),
          coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_seconds), 0)
        FROM workflow.instruction_state GROUP BY state
      $$;
      REVOKE ALL ON FUNCTION workflow.recount_states FROM PUBLIC;

      CREATE TABLE workflow.workflow_template (
        id uuid PRIMARY KEY,
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
        body text CHECK (length(body) <= 100000),
        -- In which the template begins.
        state text CHECK (length(state) BETWEEN 1 AND 100),
        updated_at timestamptz NOT NULL
      );
      CREATE TABLE workflow.workflow_template_task (
        id uuid PRIMARY KEY,
        template_id uuid NOT NULL REFERENCES workflow.workflow_template,
        position integer NOT NULL CHECK (position >= 1),
        name text NOT NULL CHECK (length(name) BETWEEN 1 AND 500),
        role text NOT NULL CHECK (length(role) BETWEEN 1 AND 100),
        expected_minutes integer CHECK (expected_minutes >= 0),
        UNIQUE (template_id, position)
      );
      CREATE TABLE workflow.workflow_performance (
        template_id uuid PRIMARY KEY REFERENCES workflow.workflow_template,
        runs integer NOT NULL CHECK (runs >= 0),
        completed_runs integer NOT NULL CHECK (completed_runs BETWEEN 0 AND runs),
        average_minutes double precision CHECK (average_minutes >= 0),
        on_time_rate double precision CHECK (on_time_rate BETWEEN 0 AND 1)
      );

      GRANT SELECT ON ALL TABLES IN SCHEMA workflow TO lotkeeper_app;
`;

const runs = `
      -- One run of a migration. The application reads; the migration writes, as the owner.
      CREATE TABLE ops.migration_run (
        id uuid PRIMARY KEY,
        -- mdw, stock, csv: the folder under src/legacy.
        source text NOT NULL CHECK (length(source) BETWEEN 1 AND 50),
        type text NOT NULL CHECK (type IN ('full', 'incremental')),
        dry_run boolean NOT NULL DEFAULT false,
        status text NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED', 'ROLLED_BACK')),
        phase text CHECK (length(phase) BETWEEN 1 AND 50),
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        -- By table: read, added, updated, unchanged, refused, merged. Numbers only.
        counts jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(counts) = 'object'),
        -- In plain words; never what a row holds.
        error text CHECK (length(error) <= 10000),
        -- By table: up to which moment of the source's own clock everything was read.
        watermark jsonb CHECK (jsonb_typeof(watermark) = 'object'),
        CHECK ((status = 'RUNNING') = (finished_at IS NULL))
      );
      CREATE INDEX migration_run_page ON ops.migration_run (started_at, id);
      GRANT SELECT ON ops.migration_run TO lotkeeper_app;

      -- Which row of ours a row of an older system became. It is the identity of migrated rows: running again finds the row
      -- here and updates it. One row of theirs may become several of ours, in several tables; two of one table are told apart
      -- by a legacy_id that goes on ("17#files/a.stl").
      CREATE TABLE ops.legacy_row (
        source text NOT NULL,
        source_table text NOT NULL,
        legacy_id text NOT NULL,
        -- With its schema: people.patient. No foreign key can follow the name; the migration's validation does.
        target_table text NOT NULL,
        target_id uuid NOT NULL,
        -- Of what was mapped: equal means that there is nothing to do, also for tables without a timestamp.
        content_hash bytea,
        -- What a rollback of made_by deletes, and a rollback of changed_by restores from ops.legacy_before.
        made_by uuid NOT NULL REFERENCES ops.migration_run,
        changed_by uuid NOT NULL REFERENCES ops.migration_run,
        PRIMARY KEY (source, source_table, target_table, legacy_id)
      );
      CREATE INDEX legacy_row_changed ON ops.legacy_row (changed_by);

      -- How a row stood before a run changed it; only of rows that were there before the run.
      CREATE TABLE ops.legacy_before (
        run_id uuid NOT NULL REFERENCES ops.migration_run,
        target_table text NOT NULL,
        target_id uuid NOT NULL,
        content jsonb NOT NULL,
        -- Of its ops.legacy_row at that moment.
        content_hash bytea,
        changed_by uuid NOT NULL,
        PRIMARY KEY (run_id, target_table, target_id)
      );
`;
