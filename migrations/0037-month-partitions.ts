import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Months are attached, which keeps nobody waiting who reads or writes other months; and what has fallen into the default
 * partition is moved into months of its own first, because a month cannot be made over it.
 */
export class MonthPartitions1760000000037 implements MigrationInterface {
  name = 'MonthPartitions1760000000037';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- An insert through the table finds the months, so none of its guards has to be switched off; the old default goes
      -- as a table. Answers how many rows were moved. Keeps everybody else waiting meanwhile.
      CREATE FUNCTION ops.empty_default_partition(target regclass) RETURNS bigint
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        schema_name text; table_name text; key text; columns text; month date; moved bigint;
      BEGIN
        IF NOT target::text = ANY ('${tables}') THEN
          RAISE EXCEPTION '% is not partitioned by month', target;
        END IF;
        SELECT n.nspname, c.relname, a.attname INTO schema_name, table_name, key
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_partitioned_table p ON p.partrelid = c.oid
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0] WHERE c.oid = target;
        IF NOT FOUND THEN RETURN 0; END IF;
        IF ops.count_strays(target) = 0 THEN RETURN 0; END IF;
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
          FROM pg_attribute WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %I.%I', target, schema_name, table_name || '_default');
        EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', schema_name, table_name || '_default', table_name || '_stray');
        EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT', schema_name, table_name || '_default', target);
        PERFORM audit.make_append_only(format('%I.%I', schema_name, table_name || '_default')::regclass);
        FOR month IN EXECUTE format($f$SELECT DISTINCT date_trunc('month', %I AT TIME ZONE 'UTC')::date FROM %I.%I$f$, key, schema_name, table_name || '_stray') LOOP
          PERFORM ops.make_month_partitions(target, month, month);
        END LOOP;
        EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %I.%I', target, columns, columns, schema_name, table_name || '_stray');
        GET DIAGNOSTICS moved = ROW_COUNT;
        EXECUTE format('DROP TABLE %I.%I', schema_name, table_name || '_stray');
        RETURN moved;
      END $$;
      REVOKE ALL ON FUNCTION ops.empty_default_partition FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ops.empty_default_partition TO lotkeeper_app;

      -- Rows that lie in no month; it looks at 10 000 at the most.
      CREATE FUNCTION ops.count_strays(target regclass) RETURNS integer
      LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE strays integer := 0; part regclass;
      BEGIN
        IF NOT target::text = ANY ('${tables}') THEN
          RAISE EXCEPTION '% is not partitioned by month', target;
        END IF;
        SELECT partdefid INTO part FROM pg_partitioned_table WHERE partrelid = target AND partdefid <> 0;
        IF FOUND THEN EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 10000) found', part) INTO strays; END IF;
        RETURN strays;
      END $$;
      REVOKE ALL ON FUNCTION ops.count_strays FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ops.count_strays TO lotkeeper_app;

      CREATE OR REPLACE FUNCTION ops.make_month_partitions(target regclass, first_month date, last_month date) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        month date := date_trunc('month', first_month)::date;
        schema_name text; table_name text; partition_name text; made integer := 0;
      BEGIN
        IF NOT target::text = ANY ('${tables}') THEN
          RAISE EXCEPTION '% is not partitioned by month', target;
        END IF;
        SELECT n.nspname, c.relname INTO schema_name, table_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.oid = target AND c.relkind = 'p';
        -- A hypertable makes its own.
        IF NOT FOUND THEN RETURN 0; END IF;
        WHILE month <= last_month LOOP
          partition_name := format('%s_%s', table_name, to_char(month, 'YYYY_MM'));
          IF to_regclass(format('%I.%I', schema_name, partition_name)) IS NULL THEN
            IF made = 0 THEN PERFORM ops.empty_default_partition(target); END IF;
            -- Of the months that lay in the default partition, this may have been one.
            IF to_regclass(format('%I.%I', schema_name, partition_name)) IS NULL THEN
              EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)', schema_name, partition_name, target);
              EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)', target, schema_name, partition_name,
                month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
              PERFORM audit.make_append_only(format('%I.%I', schema_name, partition_name)::regclass);
            END IF;
            made := made + 1;
          END IF;
          month := (month + interval '1 month')::date;
        END LOOP;
        RETURN made;
      END $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE OR REPLACE FUNCTION ops.make_month_partitions(target regclass, first_month date, last_month date) RETURNS integer
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        month date := date_trunc('month', first_month)::date;
        schema_name text; table_name text; partition_name text; made integer := 0;
      BEGIN
        IF NOT target::text = ANY ('${tables}') THEN
          RAISE EXCEPTION '% is not partitioned by month', target;
        END IF;
        SELECT n.nspname, c.relname INTO schema_name, table_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
        WHILE month <= last_month LOOP
          partition_name := format('%s_%s', table_name, to_char(month, 'YYYY_MM'));
          IF to_regclass(format('%I.%I', schema_name, partition_name)) IS NULL THEN
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', schema_name, partition_name, target,
              month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
            PERFORM audit.make_append_only(format('%I.%I', schema_name, partition_name)::regclass);
            made := made + 1;
          END IF;
          month := (month + interval '1 month')::date;
        END LOOP;
        RETURN made;
      END $$;
      DROP FUNCTION ops.empty_default_partition, ops.count_strays;
    `);
  }
}

const tables = '{inventory.inventory_transaction,dpap.dispensing_event,inventory.temperature_reading}';
