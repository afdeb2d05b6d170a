/** The old tables as SQL that psql restores into an empty database: their columns with their types, and their rows. Written before anything is read from them. */
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { SourceColumns } from '../check-source.ts';

/** `.gz` is packed. The file is there whole, or under another name. */
export async function archive(old: pg.Client, tables: readonly SourceColumns[], file: string): Promise<void> {
  const unfinished = `${file}.part`;
  const packed = file.endsWith('.gz') ? [createGzip()] : [];
  const into = createWriteStream(unfinished, { mode: 0o600 });
  await (packed[0] === undefined
    ? pipeline(Readable.from(dump(old, tables)), into)
    : pipeline(Readable.from(dump(old, tables)), packed[0], into));
  await rename(unfinished, file);
}

async function* dump(old: pg.Client, tables: readonly SourceColumns[]): AsyncGenerator<string | Buffer> {
  yield `SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n`;
  const schemas = await old.query<{ name: string }>(
    `SELECT DISTINCT quote_ident(n.nspname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY($1::regclass[]::oid[])`,
    [tables.map(({ from }) => from)],
  );
  for (const { name } of schemas.rows) yield `CREATE SCHEMA IF NOT EXISTS ${name};\n`;
  for (const { from } of tables) {
    const { rows } = await old.query<{ name: string; definition: string }>(
      `SELECT quote_ident(attname) AS name, quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) AS definition
       FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [from],
    );
    const names = rows.map(({ name }) => name).join(', ');
    yield `\nCREATE TABLE ${from} (\n  ${rows.map(({ definition }) => definition).join(',\n  ')}\n);\nCOPY ${from} (${names}) FROM stdin;\n`;
    for await (const chunk of old.query(copyTo(`COPY (SELECT ${names} FROM ${from}) TO STDOUT`))) yield chunk as Buffer;
    yield '\\.\n';
  }
}
