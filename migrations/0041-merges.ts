import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Merges are remembered as pairs: which of the two was kept, and when it was decided. Which records are one person, and
 * whose record stands for them, follows from the pairs that stand, in the order of their decisions; so a merge is taken
 * back by leaving its pair out, whatever came after it.
 */
export class Merges1760000000041 implements MigrationInterface {
  name = 'Merges1760000000041';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE people.duplicate_candidate DROP CONSTRAINT duplicate_merged;
      DROP INDEX people.duplicate_merged_once;
      ALTER TABLE people.duplicate_candidate DROP COLUMN merged_id, DROP COLUMN repointed;
      ALTER TABLE people.duplicate_candidate ADD CONSTRAINT duplicate_kept CHECK ((status = 'MERGED') = (kept_id IS NOT NULL)),
        ADD CONSTRAINT duplicate_kept_is_one_of_two CHECK (kept_id IN (left_id, right_id));
      CREATE INDEX duplicate_merged_left ON people.duplicate_candidate (left_id) WHERE status = 'MERGED';
      CREATE INDEX duplicate_merged_right ON people.duplicate_candidate (right_id) WHERE status = 'MERGED';

      -- Analytics know a patient by a keyed hash alone. Hashes of merged records, and the hash of the one that is kept.
      CREATE TABLE dpap.merged_hash (
        hash bytea PRIMARY KEY,
        kept_hash bytea NOT NULL CHECK (kept_hash <> hash)
      );
      CREATE INDEX merged_hash_kept ON dpap.merged_hash (kept_hash);
      GRANT SELECT, INSERT, UPDATE, DELETE ON dpap.merged_hash TO lotkeeper_app;
      -- All hashes of the person whom this one is of.
      CREATE FUNCTION dpap.same_person(patient_hash bytea) RETURNS bytea[] LANGUAGE sql STABLE STRICT PARALLEL SAFE
        SET search_path = pg_catalog, pg_temp AS $$
        SELECT array_agg(h.hash) FROM (SELECT coalesce((SELECT kept_hash FROM dpap.merged_hash WHERE hash = $1), $1) AS hash) AS kept,
          LATERAL (SELECT kept.hash UNION ALL SELECT m.hash FROM dpap.merged_hash m WHERE m.kept_hash = kept.hash) AS h
      $$;

      -- Names are searched for any part of them; words of file names are none that a dictionary knows.
      DROP INDEX workflow.project_search;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE INDEX project_search ON workflow.project USING gin (to_tsvector('simple', name));
      DROP FUNCTION dpap.same_person;
      DROP TABLE dpap.merged_hash;
      DROP INDEX people.duplicate_merged_left, people.duplicate_merged_right;
      ALTER TABLE people.duplicate_candidate DROP CONSTRAINT duplicate_kept, DROP CONSTRAINT duplicate_kept_is_one_of_two;
      ALTER TABLE people.duplicate_candidate ADD COLUMN merged_id uuid REFERENCES people.patient CHECK (merged_id <> kept_id),
        ADD COLUMN repointed uuid[] NOT NULL DEFAULT '{}';
      -- The order of columns is not what it was; nothing asks for it.
      UPDATE people.duplicate_candidate SET merged_id = CASE kept_id WHEN left_id THEN right_id ELSE left_id END WHERE status = 'MERGED';
      ALTER TABLE people.duplicate_candidate ADD CONSTRAINT duplicate_merged CHECK ((status = 'MERGED') = (merged_id IS NOT NULL)
        AND (merged_id IS NULL) = (kept_id IS NULL) AND (status = 'MERGED' OR repointed = '{}'));
      CREATE INDEX duplicate_merged_once ON people.duplicate_candidate (merged_id);
      GRANT UPDATE (merged_id, repointed) ON people.duplicate_candidate TO lotkeeper_app;
    `);
  }
}
