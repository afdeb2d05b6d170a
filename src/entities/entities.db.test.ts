import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { type EntityMetadata } from 'typeorm';
import { createDataSource } from '../../ormconfig.ts';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';

let database: TestDatabase;
let db: DataSource;
let owner: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  db = await createDataSource(database.appUrl).initialize();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await db.destroy();
  await database.drop();
});

/** Ours; the queue brings schemas of its own. */
const schemas = ['people', 'catalogue', 'inventory', 'dpap', 'workflow', 'audit', 'ops'];

interface TableColumn {
  readonly table: string;
  readonly column: string;
  readonly nullable: boolean;
  readonly type: string;
}

/** Every column of every table of ours; partitions repeat their parent. */
async function tableColumns(): Promise<TableColumn[]> {
  const { rows } = await owner.query<TableColumn>(
    `SELECT n.nspname || '.' || c.relname AS table, a.attname AS column, NOT a.attnotnull AS nullable,
            format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) AS type
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
     WHERE n.nspname = ANY($1)
       AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped`,
    [schemas],
  );
  return rows;
}

const longNames: Readonly<Record<string, string>> = { timestamptz: 'timestamp with time zone' };

function entityColumns(entity: EntityMetadata): TableColumn[] {
  return entity.columns.map((column) => {
    const named = typeof column.type === 'string' ? column.type : column.type.name;
    const type = `${longNames[named] ?? named}${column.isArray ? '[]' : ''}`;
    return { table: entity.tablePath, column: column.databaseName, nullable: column.isNullable, type };
  });
}

const asLines = (columns: readonly TableColumn[]) =>
  columns.map(({ table, column, nullable, type }) => `${table}.${column} ${type}${nullable ? ' null' : ''}`).sort();

test('each table has its class, and each class has the columns of its table: names, types, nullability', async () => {
  const enums = await owner.query<{ name: string }>(
    `SELECT n.nspname || '.' || t.typname AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e'`,
  );
  const isEnum = new Set(enums.rows.map(({ name }) => name));
  const inTables = (await tableColumns()).map((column) =>
    isEnum.has(column.type) ? { ...column, type: 'enum' } : column,
  );
  expect(inTables.length).toBeGreaterThan(200);
  expect(asLines(db.entityMetadatas.flatMap(entityColumns))).toEqual(asLines(inTables));
});

test('each enum column of a class knows exactly the words of the database', async () => {
  const { rows } = await owner.query<{ table: string; column: string; words: string[] }>(
    `SELECT n.nspname || '.' || c.relname AS table, a.attname AS column, array_agg(e.enumlabel::text) AS words
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_enum e ON e.enumtypid = a.atttypid
     WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY 1, 2`,
    [schemas],
  );
  const inTables = rows.map(({ table, column, words }) => `${table}.${column}: ${words.sort().join(' ')}`);
  const inClasses = db.entityMetadatas.flatMap((entity) =>
    entity.columns.flatMap(({ enum: words, databaseName }) =>
      words === undefined ? [] : [`${entity.tablePath}.${databaseName}: ${words.map(String).sort().join(' ')}`],
    ),
  );
  expect(inClasses.sort()).toEqual(inTables.sort());
});
