import pg from 'pg';

const patienceMs = 2_000;

/**
 * The plan of a statement for whatever values it may get, as lines of EXPLAIN; no value has a part in it and nothing is
 * run. On a connection of its own. PostgreSQL 15 cannot plan without values, so it is given nulls and told to ignore
 * them; by nulls it would leave every partition out, so there it keeps all of them.
 */
export async function genericPlan(url: string, text: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'lotkeeper-explain',
    connectionTimeoutMillis: patienceMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`SET statement_timeout = ${patienceMs}`);
    const { rows: settings } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const explain = Number(settings[0]?.server_version_num) >= 160_000 ? explainGeneric : explainWithNulls;
    const { rows } = await explain(client, text);
    return rows.map((row) => row['QUERY PLAN']);
  } finally {
    await client.end();
  }
}

interface PlanLine {
  readonly 'QUERY PLAN': string;
}

function explainGeneric(client: pg.Client, text: string): Promise<pg.QueryResult<PlanLine>> {
  return client.query<PlanLine>(`EXPLAIN (GENERIC_PLAN) ${text}`);
}

async function explainWithNulls(client: pg.Client, text: string): Promise<pg.QueryResult<PlanLine>> {
  await client.query('SET plan_cache_mode = force_generic_plan');
  await client.query('SET enable_partition_pruning = off');
  await client.query(`PREPARE lotkeeper_explain AS ${text}`);
  const places = [...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
  const nulls = Array.from({ length: Math.max(0, ...places) }, () => 'NULL').join(', ');
  return client.query<PlanLine>(`EXPLAIN EXECUTE lotkeeper_explain${nulls === '' ? '' : `(${nulls})`}`);
}
