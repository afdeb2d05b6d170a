import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { askOnce } from './ask-once.ts';

export interface TestDatabase {
  readonly appUrl: string;
  readonly ownerUrl: string;
  readonly adminUrl: string;
  /** Also when connections to it are still open. */
  drop(): Promise<void>;
}

/** A migrated database without rows of its own, for one test file: a copy of the template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, ownerUrl, appUrl, template } = inject('testServer');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await askOnce(
    `${adminUrl}/postgres`,
    `CREATE DATABASE ${name} TEMPLATE ${template} OWNER lotkeeper_owner STRATEGY FILE_COPY`,
  );
  return {
    appUrl: `${appUrl}/${name}`,
    ownerUrl: `${ownerUrl}/${name}`,
    adminUrl: `${adminUrl}/${name}`,
    drop: async () => {
      await askOnce(`${adminUrl}/postgres`, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Connections as the owner of the tables. They may be cut: `pool.end()` does not wait for its sockets, `drop()` does not either. */
export function ownerPool({ ownerUrl }: TestDatabase, max: number): pg.Pool {
  const pool = new pg.Pool({ connectionString: ownerUrl, max });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
