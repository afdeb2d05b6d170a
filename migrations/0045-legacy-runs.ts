import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What `lotkeeper legacy` works with: its runs, steps and findings, and the functions by which it reads dirty values without
 * failing on one. The schema also holds the staging tables of unfinished runs. The application has no part in it.
 */
export class LegacyRuns1760000000045 implements MigrationInterface {
  name = 'LegacyRuns1760000000045';

  async up(db: QueryRunner): Promise<void> {
    await db.query(tables);
    await db.query(functions);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP SCHEMA legacy CASCADE');
  }
}

const tables = `
      CREATE SCHEMA legacy;

      -- What only the tool itself needs of a run; people and the API see ops.migration_run.
      CREATE TABLE legacy.run (
        run_id uuid PRIMARY KEY REFERENCES ops.migration_run,
        -- What people call it by.
        number integer NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
        -- With what it was started: a resumed run goes on with the same.
        options jsonb NOT NULL,
        mapping jsonb NOT NULL,
        -- The source's clock at its first snapshot; stands for moments that the source does not tell.
        snapshot_at timestamptz,
        report jsonb
      );

      -- How far a run is. Each is written in the transaction whose work it tells of.
      CREATE TABLE legacy.step (
        run_id uuid NOT NULL REFERENCES ops.migration_run,
        name text NOT NULL,
        -- The last of the rows, by their numbers, that has been done.
        done bigint NOT NULL DEFAULT 0,
        total bigint NOT NULL DEFAULT 0,
        figures jsonb NOT NULL DEFAULT '{}',
        milliseconds double precision NOT NULL DEFAULT 0,
        finished_at timestamptz,
        PRIMARY KEY (run_id, name)
      ) WITH (fillfactor = 50);

      -- What was found in a row. Refused rows are kept whole until they are taken; what they hold is patient data.
      CREATE TABLE legacy.finding (
        run_id uuid NOT NULL REFERENCES ops.migration_run,
        source_table text NOT NULL,
        legacy_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('REFUSED', 'REPAIRED', 'NOTED')),
        code text NOT NULL,
        column_name text NOT NULL,
        content jsonb CHECK ((content IS NOT NULL) = (kind = 'REFUSED'))
      );
      -- What rows of tables without a timestamp held when they were last seen, so that a change of one is known to those that
      -- follow it.
      CREATE TABLE legacy.seen (
        source text NOT NULL,
        source_table text NOT NULL,
        legacy_id text NOT NULL,
        content_hash bigint NOT NULL,
        PRIMARY KEY (source, source_table, legacy_id)
      );
      CREATE INDEX finding_run ON legacy.finding (run_id, kind, source_table, legacy_id);
`;

/** Continuation bytes as Windows-1252 shows them, and the code points that they stand for. */
const windows1252 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const c1 =
  '\\u0080\\u0082\\u0083\\u0084\\u0085\\u0086\\u0087\\u0088\\u0089\\u008A\\u008B\\u008C\\u008E\\u0091\\u0092\\u0093\\u0094\\u0095\\u0096\\u0097\\u0098\\u0099\\u009A\\u009B\\u009C\\u009E\\u009F';

const functions = `
      -- The id of ours that a row of theirs gets, whenever and however often it is brought in.
      CREATE FUNCTION legacy.target_id(source text, target_table text, legacy_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN overlay(overlay(md5(source || ' ' || target_table || ' ' || legacy_id) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid;

      -- The planner puts these into the statement: none is called immutable that casts text to a date, and none uses a costly
      -- argument twice. 100 000 patients take 2 s so, and took 15.
      -- Null where there is no such day.
      CREATE FUNCTION legacy.real_date(value text) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN value ~ '^(?!0000)\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$'
          THEN CASE WHEN substr(value, 9, 2)::integer <= extract(day FROM (substr(value, 1, 8) || '01')::date + interval '1 month' - interval '1 day')
            THEN value::date END END;

      -- Null where there is no such moment; with an offset, as PostgreSQL writes it.
      CREATE FUNCTION legacy.real_instant(value text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
        RETURN CASE WHEN value ~ '^\\d{4}-\\d\\d-\\d\\d[ T]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?([+-](0\\d|1[0-4])(:?[0-5]\\d)?|Z)$'
          AND legacy.real_date(substr(value, 1, 10)) IS NOT NULL THEN value::timestamptz END;

      CREATE FUNCTION legacy.whole_number(value text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN value ~ '^-?\\d{1,9}$' THEN value::integer END;

      CREATE FUNCTION legacy.plain_number(value text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN value ~ '^-?\\d{1,12}(\\.\\d{1,12})?$' THEN value::double precision END;

      -- A list as the source keeps it: JSON, or one value as it stands. Null where it begins like JSON and is none.
      CREATE FUNCTION legacy.parsed_json(value text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      BEGIN
        RETURN CASE WHEN btrim(value) IN ('', 'null') THEN '[]'::jsonb WHEN value ~ '^\\s*[\\[{"]' THEN value::jsonb ELSE to_jsonb(value) END;
      EXCEPTION WHEN invalid_text_representation OR untranslatable_character OR invalid_parameter_value THEN
        RETURN NULL;
      END $$;

      -- Below the store's folder: no drive, no leading slash, no way up. Null where nothing is left.
      CREATE FUNCTION legacy.relative_path(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN translate(value, '\\', '/') ~ '(^|/)[.][.](/|$)' THEN NULL
          ELSE nullif(regexp_replace(translate(btrim(value), '\\', '/'), '^([A-Za-z]:)?([.]?/)*', ''), '') END;

      -- Text whose UTF-8 was once read as Latin-1 or Windows-1252, read right again. Only where it is certain: every character
      -- beyond ASCII belongs to a whole sequence that begins as those of European letters, Vietnamese, Greek, Cyrillic or
      -- quotation marks do. Everything else stays as it is.
      CREATE FUNCTION legacy.repaired_once(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE
          WHEN octet_length(value) = length(value) THEN value
          WHEN translate(value, U&'${windows1252}', U&'${c1.replaceAll('\\u', '\\')}')
            ~ '^([\\u0001-\\u007F]|[\\u00C2-\\u00C5\\u00CE-\\u00D1][\\u0080-\\u00BF]|\\u00E1[\\u00B8-\\u00BB][\\u0080-\\u00BF]|\\u00E2[\\u0080-\\u0084][\\u0080-\\u00BF])+$'
          THEN convert_from(convert_to(translate(value, U&'${windows1252}', U&'${c1.replaceAll('\\u', '\\')}'), 'LATIN1'), 'UTF8')
          ELSE value END;
      -- Some was spoilt twice.
      CREATE FUNCTION legacy.cleaned_letters(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
      BEGIN
        RETURN nullif(btrim(legacy.repaired_once(legacy.repaired_once(value)), E' \\t\\r\\n'), '');
      END $$;
      -- Repaired, trimmed; null where nothing is left.
      CREATE FUNCTION legacy.cleaned(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN octet_length(value) = length(value) THEN nullif(btrim(value, E' \\t\\r\\n'), '') ELSE legacy.cleaned_letters(value) END;
      -- Letters are lost, or text is spoilt in part: nobody can say what it was.
      CREATE FUNCTION legacy.is_spoilt(value text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
        RETURN CASE WHEN octet_length(value) <> length(value) THEN value ~ '\\uFFFD|[\\u00C2\\u00C3][\\u0080-\\u00BF]' ELSE false END;
`;
