import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The vectors nearest to one: by an index of pgvector's where the extension is installed, by going through all elsewhere. */
export class NearestProjects1760000000051 implements MigrationInterface {
  name = 'NearestProjects1760000000051';

  async up(db: QueryRunner): Promise<void> {
    for (const statement of [index, nearest, rights]) await db.query(statement);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DO $$
      DECLARE made regclass;
      BEGIN
        FOR made IN SELECT indexrelid FROM pg_index WHERE indrelid = 'workflow.project_embedding'::regclass
          AND indexrelid::regclass::text LIKE 'workflow.project\\_embedding\\_hnsw\\_%' LOOP EXECUTE format('DROP INDEX %s', made); END LOOP;
      END $$;
      DROP FUNCTION workflow.nearest_projects, workflow.index_vectors, workflow.pgvector, workflow.vector_index;
    `);
  }
}

/**
 * The vectors stay real[]; the index holds them as pgvector's own type (as halves above 2 000 dimensions, of which it takes
 * 4 000). Nothing here names the extension's types before it is there.
 */
const index = `
      -- The schema of the extension; null where it is not installed.
      CREATE FUNCTION workflow.pgvector() RETURNS name LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
        SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'
      $$;
      CREATE FUNCTION workflow.vector_index(model text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
        SELECT 'project_embedding_hnsw_' || left(md5(model), 12)
      $$;

      -- One index a model. For the owner, after vectors were written; answers how many indexes there are.
      CREATE FUNCTION workflow.index_vectors() RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        place name := workflow.pgvector();
        models jsonb;
        each record;
        made integer := 0;
      BEGIN
        IF place IS NULL THEN RETURN 0; END IF;
        -- Read to the end first: a table that is being read takes no index.
        models := (SELECT jsonb_agg(m) FROM (SELECT model, min(dimensions) AS dimensions FROM workflow.project_embedding
          GROUP BY model HAVING min(dimensions) = max(dimensions) AND max(dimensions) <= 4000) m);
        FOR each IN SELECT * FROM jsonb_to_recordset(models) AS m(model text, dimensions integer) LOOP
          EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON workflow.project_embedding USING hnsw ((vector::%I.%s(%s)) %I.%s) WHERE model = %L AND dimensions = %s',
            workflow.vector_index(each.model), place, CASE WHEN each.dimensions > 2000 THEN 'halfvec' ELSE 'vector' END, each.dimensions,
            place, CASE WHEN each.dimensions > 2000 THEN 'halfvec_cosine_ops' ELSE 'vector_cosine_ops' END, each.model, each.dimensions);
          made := made + 1;
        END LOOP;
        RETURN made;
      END $$;`;

/** Vectors have length 1, so that the cosine is the sum of products. */
const nearest = `
      CREATE FUNCTION workflow.nearest_projects(of_model text, of_vector real[], besides uuid, most integer)
      RETURNS TABLE (project_id uuid, similarity double precision) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        place name := workflow.pgvector();
        kind text := CASE WHEN cardinality(of_vector) > 2000 THEN 'halfvec' ELSE 'vector' END;
      BEGIN
        IF place IS NULL OR to_regclass('workflow.' || workflow.vector_index(of_model)) IS NULL THEN
          RETURN QUERY SELECT e.project_id, (SELECT sum(a.x::double precision * a.y) FROM unnest(e.vector, of_vector) AS a(x, y)) AS cosine
            FROM workflow.project_embedding e
            WHERE e.model = of_model AND e.dimensions = cardinality(of_vector) AND e.project_id IS DISTINCT FROM besides
            ORDER BY cosine DESC, e.project_id LIMIT most;
          RETURN;
        END IF;
        -- The index finds at most so many; it holds no other model's.
        PERFORM set_config('hnsw.ef_search', '400', true);
        RETURN QUERY EXECUTE format(
          'SELECT n.project_id, 1 - n.distance FROM (
             SELECT e.project_id, e.vector::%1$I.%2$s(%3$s) OPERATOR(%1$I.<=>) $1::%1$I.%2$s(%3$s) AS distance FROM workflow.project_embedding e
             WHERE e.model = %4$L AND e.dimensions = %3$s AND e.project_id IS DISTINCT FROM $2
             ORDER BY e.vector::%1$I.%2$s(%3$s) OPERATOR(%1$I.<=>) $1::%1$I.%2$s(%3$s) LIMIT $3) n ORDER BY n.distance, n.project_id',
          place, kind, cardinality(of_vector), of_model) USING of_vector, besides, most;
      END $$;`;

const rights = `
      REVOKE ALL ON FUNCTION workflow.index_vectors FROM PUBLIC;
      REVOKE ALL ON FUNCTION workflow.nearest_projects FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION workflow.nearest_projects TO lotkeeper_app;`;
