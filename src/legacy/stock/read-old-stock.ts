/** Reads the old tables into temporary ones of the target's session, every column as text, in one snapshot of the source. */
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { SourceColumns } from '../check-source.ts';
import type { Target } from '../target.ts';

export const oldTable = (name: string): string => `pg_temp.old_${name}`;

export async function readOldStock(target: Target, old: pg.Client, tables: readonly SourceColumns[]): Promise<void> {
  for (const { table, columns, from } of tables) {
    const ours = [...table.required, ...Object.keys(table.optional)];
    const select = ours.map(
      (column) => `${columns.has(column) ? `s.${columns.get(column) ?? ''}::text` : 'NULL'} AS ${column}`,
    );
    await target.sql(
      `CREATE TEMP TABLE old_${table.name} (${ours.map((column) => `${column} text`).join(', ')}) ON COMMIT DROP`,
    );
    await pipeline(
      old.query(copyTo(`COPY (SELECT ${select.join(', ')} FROM ${from} s) TO STDOUT`)),
      target.client.query(copyFrom(`COPY ${oldTable(table.name)} FROM STDIN`)),
    );
    await target.sql(`ALTER TABLE ${oldTable(table.name)} ADD PRIMARY KEY (${table.key})`);
    await target.sql(`ANALYZE ${oldTable(table.name)}`);
  }
}
