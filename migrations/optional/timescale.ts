/**
 * The events as a hypertable of TimescaleDB, and back as months: SQL that `lotkeeper db timescale` runs, each list in one
 * transaction but for `afterHypertable`, of which TimescaleDB wants the refresh outside. The new table takes over the old one's columns, checks, keys, indexes
 * and guards as they are at that moment, so that this file need not know what later migrations add.
 */

/** Keeps the table to itself from here on. What hangs on the table by its name is written down before the name is given away. */
const begin = `
  LOCK TABLE dpap.dispensing_event IN ACCESS EXCLUSIVE MODE;
  CREATE TEMP TABLE event_parts ON COMMIT DROP AS
    SELECT 'trigger' AS kind, tgname::text AS name, pg_get_triggerdef(oid) AS statement FROM pg_trigger
      WHERE tgrelid = 'dpap.dispensing_event'::regclass AND NOT tgisinternal AND tgname NOT LIKE 'ts\\_%'
    UNION ALL
    SELECT 'index', indexrelid::regclass::text, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') FROM pg_index
      WHERE indrelid = 'dpap.dispensing_event'::regclass AND NOT indisprimary;
  ALTER TABLE dpap.dispensing_event RENAME TO dispensing_event_before;`;

const like = 'LIKE dpap.dispensing_event_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED';

const copy = `
  DO $$
  DECLARE columns text; kept bigint; copied bigint;
  BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
      WHERE attrelid = 'dpap.dispensing_event'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO dpap.dispensing_event (%s) SELECT %s FROM dpap.dispensing_event_before', columns, columns);
    SELECT count(*) INTO kept FROM dpap.dispensing_event_before;
    SELECT count(*) INTO copied FROM dpap.dispensing_event;
    IF kept <> copied THEN RAISE EXCEPTION 'Of % events % were copied', kept, copied; END IF;
  END $$;
  DROP TABLE dpap.dispensing_event_before;`;

const keys = `
  ALTER TABLE dpap.dispensing_event ADD PRIMARY KEY (timestamp, id);
  DO $$
  DECLARE part record;
  BEGIN
    FOR part IN SELECT * FROM event_parts WHERE kind = 'index' LOOP EXECUTE part.statement; END LOOP;
  END $$;`;

const guards = `
  DO $$
  DECLARE part record;
  BEGIN
    FOR part IN SELECT * FROM event_parts WHERE kind = 'trigger' LOOP
      EXECUTE part.statement;
      EXECUTE format('ALTER TABLE dpap.dispensing_event ENABLE ALWAYS TRIGGER %I', part.name);
    END LOOP;
  END $$;
  REVOKE ALL ON dpap.dispensing_event FROM PUBLIC;
  GRANT SELECT, INSERT ON dpap.dispensing_event TO lotkeeper_app;
  GRANT SELECT, UPDATE (risk_score, risk_category, risk_flags, risk_model_version) ON dpap.dispensing_event TO lotkeeper_rescoring;`;

/** Days of the rollup are UTC's, and what was taken back is counted: the summaries of each pharmacy's own days are daily_summary_cache. */
const rollup = `
  CREATE MATERIALIZED VIEW dpap.daily_rollup WITH (timescaledb.continuous) AS
    SELECT pharmacy_id, time_bucket(INTERVAL '1 day', timestamp) AS day, count(*) AS total_events,
      count(*) FILTER (WHERE is_prescription) AS prescriptions, avg(risk_score) AS avg_risk_score,
      count(*) FILTER (WHERE high_risk_flag) AS high_risk_count
    FROM dpap.dispensing_event GROUP BY 1, 2 WITH NO DATA;
  GRANT SELECT ON dpap.daily_rollup TO lotkeeper_app;`;

export const toHypertable: readonly string[] = [
  begin,
  `CREATE TABLE dpap.dispensing_event (${like})`,
  // Of a hypertable triggers cannot be enabled any more.
  guards,
  `SELECT create_hypertable('dpap.dispensing_event', 'timestamp', chunk_time_interval => INTERVAL '1 month', create_default_indexes => false)`,
  copy,
  keys,
  rollup,
];

/** Once over everything, then every hour over what has changed in the last two years. The policy comes last: where it is, nothing is left to do. */
export const afterHypertable: readonly string[] = [
  `CALL refresh_continuous_aggregate('dpap.daily_rollup', NULL, NULL)`,
  `SELECT add_continuous_aggregate_policy('dpap.daily_rollup', start_offset => INTERVAL '2 years', end_offset => INTERVAL '1 hour',
     schedule_interval => INTERVAL '1 hour')`,
];

/** Versions differ in which of its two names a rollup's policy is listed under. */
export const hasPolicy = `
  SELECT EXISTS (SELECT FROM timescaledb_information.continuous_aggregates r
    JOIN timescaledb_information.jobs j ON j.hypertable_name IN (r.view_name, r.materialization_hypertable_name)
    WHERE r.view_schema = 'dpap' AND r.view_name = 'daily_rollup' AND j.proc_name = 'policy_refresh_continuous_aggregate') AS found`;

export const toMonths: readonly string[] = [
  'DROP MATERIALIZED VIEW IF EXISTS dpap.daily_rollup;',
  begin,
  `CREATE TABLE dpap.dispensing_event (${like}) PARTITION BY RANGE (timestamp);`,
  // Each month takes them over.
  guards,
  `CREATE TABLE dpap.dispensing_event_default PARTITION OF dpap.dispensing_event DEFAULT;
   SELECT audit.make_append_only('dpap.dispensing_event_default');
   SELECT ops.make_month_partitions('dpap.dispensing_event', month, month)
     FROM (SELECT DISTINCT date_trunc('month', timestamp AT TIME ZONE 'UTC')::date AS month FROM dpap.dispensing_event_before) m;
   SELECT ops.make_month_partitions('dpap.dispensing_event', current_date, (current_date + interval '3 months')::date);`,
  copy,
  keys,
];
