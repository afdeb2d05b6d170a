/** What must hold of the old database before anything is touched; answers what of it is there. */
import pg from 'pg';
import { LegacyFailure } from './failure.ts';
import type { Mapping } from './mapping.ts';
import type { LegacySource, SourceTable } from './source.ts';

const oldestVersion = 110_000;

export interface SourceColumns {
  readonly table: SourceTable;
  /** Quoted, with its schema. */
  readonly from: string;
  /** Ours → theirs, quoted; of those that exist. */
  readonly columns: ReadonlyMap<string, string>;
  /** Of the optional ones that do not exist. */
  readonly absent: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

const where = 'preparation, the old database';

export async function checkSource(old: pg.Client, source: LegacySource, mapping: Mapping): Promise<SourceColumns[]> {
  const { rows } = await old.query<{ version: number; named: string; encoding: string }>(
    `SELECT current_setting('server_version_num')::integer AS version, current_setting('server_version') AS named, current_setting('server_encoding') AS encoding`,
  );
  const [server] = rows;
  if (server === undefined || server.version < oldestVersion) {
    throw new LegacyFailure({
      what: `PostgreSQL ${server?.named ?? ''} is too old to read from.`,
      where,
      todo: 'Restore a dump of it into PostgreSQL 11 or later, and name that database.',
    });
  }
  if (server.encoding === 'SQL_ASCII') {
    throw new LegacyFailure({
      what: 'The encoding is SQL_ASCII: nobody knows what its letters are.',
      where,
      todo: 'Restore a dump of it into a database of the right encoding (pg_restore, ENCODING UTF8 or LATIN1), and name that one.',
    });
  }
  const found: Described[] = [];
  for (const table of source.tables) found.push(await describe(old, table, mapping));
  const missing = found.flatMap((each) => each.missing);
  if (missing.length > 0) {
    const one = missing.length === 1;
    throw new LegacyFailure({
      what: `${missing.join(', ')} ${one ? 'is' : 'are'} missing, and ${one ? 'is' : 'are'} required.`,
      where,
      todo: 'If the old system calls it otherwise, say so in a mapping file (--mapping FILE).',
    });
  }
  const closed = found.flatMap((each) => each.closed);
  if (closed.length > 0) {
    throw new LegacyFailure({
      what: `${closed.join(', ')} may not be read by this user.`,
      where,
      todo: `Run there: GRANT SELECT ON ${closed.join(', ')} TO the user.`,
    });
  }
  const all: SourceColumns[] = [];
  for (const each of found) all.push(await counted(old, each));
  return all;
}

type Described = Omit<SourceColumns, 'rows' | 'bytes'> & { readonly missing: string[]; readonly closed: string[] };

async function describe(old: pg.Client, table: SourceTable, mapping: Mapping): Promise<Described> {
  const mapped = mapping.tables[table.name];
  if (mapped === undefined) throw new Error(`The mapping has no ${table.name}`);
  const { rows } = await old.query<{ name: string; quoted: string; from: string; readable: boolean }>(
    `SELECT a.attname AS name, quote_ident(a.attname) AS quoted, format('%I.%I', n.nspname, c.relname) AS from,
       has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.oid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`,
    [quotedName(mapped.table)],
  );
  const theirs = new Map(rows.map((row) => [row.name, row]));
  const columns = new Map<string, string>();
  const [missing, absent, closed]: string[][] = [[], [], []];
  const own = [...table.required, ...Object.keys(table.optional)];
  for (const name of rows.length === 0 ? [] : own) {
    const candidates = mapped.columns[name] ?? [name];
    const column = candidates.map((candidate) => theirs.get(candidate)).find((each) => each !== undefined);
    if (column !== undefined) columns.set(name, column.quoted);
    else if (table.required.includes(name)) missing?.push(`${mapped.table}.${candidates.join(' or ')}`);
    else absent?.push(name);
    if (column?.readable === false) closed?.push(mapped.table);
  }
  return {
    table,
    from: rows[0]?.from ?? '',
    columns,
    absent: absent ?? [],
    missing: rows.length === 0 ? [mapped.table] : (missing ?? []),
    closed: [...new Set(closed)],
  };
}

/** Each part as it is written: an unquoted capital would be looked up as a small letter. */
function quotedName(name: string): string {
  return name.includes('"') ? name : name.split('.').map(pg.escapeIdentifier).join('.');
}

async function counted(old: pg.Client, { table, from, columns, absent }: Described): Promise<SourceColumns> {
  const { rows } = await old.query<{ rows: string; bytes: string }>(
    `SELECT (SELECT count(*) FROM ${from})::text AS rows, pg_total_relation_size('${from.replaceAll("'", "''")}'::regclass)::text AS bytes`,
  );
  return { table, from, columns, absent, rows: Number(rows[0]?.rows ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}
