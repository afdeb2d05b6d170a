import type { ClientBase } from 'pg';

const chunk = 5_000;

/** Many rows in few statements. Columns come as name → type; a row's missing column is null. */
export async function insertRows(
  client: ClientBase,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<void> {
  const names = Object.keys(columns).join(', ');
  const typed = Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
  for (let at = 0; at < rows.length; at += chunk) {
    await client.query(`INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1) AS r(${typed})`, [
      JSON.stringify(rows.slice(at, at + chunk)),
    ]);
  }
}
