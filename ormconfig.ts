/** The one DataSource: explicit entities and migrations, no globs, and the schema is never synchronised from classes. */
import 'reflect-metadata';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from './migrations/all.ts';
import { entities } from './src/entities/all.ts';
import { SnakeCaseNames } from './src/db/snake-case-names.ts';

// A date is a day, not an instant: pg would read it into local midnight.
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

export interface PoolOptions {
  readonly poolSize?: number;
  readonly applicationName?: string;
  /** A statement that has no answer by then fails, whatever the server still does. None unless said otherwise. */
  readonly answerTimeoutMs?: number;
}

/** Timeouts are set on the login role, not here: a pooler refuses them as startup parameters. */
export function createDataSource(url: string, options: PoolOptions = {}): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    namingStrategy: new SnakeCaseNames(),
    logging: false,
    poolSize: options.poolSize ?? 10,
    applicationName: options.applicationName ?? 'lotkeeper',
    installExtensions: false,
    // Statements that do not wait for each other are sent without waiting: what begins a transaction, and its first one.
    extra: { connectionTimeoutMillis: 2_000, pipeline: true, query_timeout: options.answerTimeoutMs },
  });
}
