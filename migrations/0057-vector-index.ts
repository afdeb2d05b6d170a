import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A pgvector that knows no HNSW (before 0.5) or no halves (before 0.7) makes no index, or fewer, and does not fail the run. */
export class VectorIndex1760000000057 implements MigrationInterface {
  name = 'VectorIndex1760000000057';

  async up(db: QueryRunner): Promise<void> {
    await db.query(
      indexVectors(`
        IF NOT EXISTS (SELECT FROM pg_am WHERE amname = 'hnsw') THEN RETURN 0; END IF;
        longest := CASE WHEN to_regtype(format('%I.halfvec', place)) IS NULL THEN 2000 ELSE 4000 END;`),
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(indexVectors(''));
  }
}

const indexVectors = (known: string) => `
      CREATE OR REPLACE FUNCTION workflow.index_vectors() RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      DECLARE
        place name := workflow.pgvector();
        longest integer := 4000;
        models jsonb;
        each record;
        made integer := 0;
      BEGIN
        IF place IS NULL THEN RETURN 0; END IF;${known}
        -- Read to the end first: a table that is being read takes no index.
        models := (SELECT jsonb_agg(m) FROM (SELECT model, min(dimensions) AS dimensions FROM workflow.project_embedding
          GROUP BY model HAVING min(dimensions) = max(dimensions) AND max(dimensions) <= longest) m);
        FOR each IN SELECT * FROM jsonb_to_recordset(models) AS m(model text, dimensions integer) LOOP
          EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON workflow.project_embedding USING hnsw ((vector::%I.%s(%s)) %I.%s) WHERE model = %L AND dimensions = %s',
            workflow.vector_index(each.model), place, CASE WHEN each.dimensions > 2000 THEN 'halfvec' ELSE 'vector' END, each.dimensions,
            place, CASE WHEN each.dimensions > 2000 THEN 'halfvec_cosine_ops' ELSE 'vector_cosine_ops' END, each.model, each.dimensions);
          made := made + 1;
        END LOOP;
        RETURN made;
      END $$;`;
