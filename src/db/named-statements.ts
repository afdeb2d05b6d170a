import pg from 'pg';

const clients = 4;

export const namesAreLost = 'named statements are lost on the way to the database (a pooler)';
export const adviceOnNames = 'Set DATABASE_PREPARED=off, or use PgBouncer 1.21 or later with max_prepared_statements.';

/**
 * Whether named statements hold on the way to the database. A pooler in transaction mode that does not know of them
 * leaves one client's name on a connection that the next client gets: the name is there already (42P05), or, met on
 * another connection, it is not (26000).
 */
export async function namedStatementsHold(url: string): Promise<boolean> {
  for (let turn = 0; turn < clients; turn += 1) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query({ name: 'lotkeeper_probe', text: 'SELECT $1::integer', values: [turn] });
      await client.query({ name: 'lotkeeper_probe', text: 'SELECT $1::integer', values: [turn] });
    } catch (error) {
      if (isLost(error)) return false;
      throw error;
    } finally {
      await client.end();
    }
  }
  return true;
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '42P05' || error.code === '26000');
}
